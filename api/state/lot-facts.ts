import type { LotFact } from '#contract/event.ts';
import type { LotLive } from '#contract/live.ts';

type LiveFact = NonNullable<LotLive['fact']>;

interface HeldFact {
  readonly fact: LotFact;
  readonly order: number;
}

/** The newest fact of each lot, while it is valid. Lots are numbers; times epoch milliseconds. */
export class LotFacts {
  readonly #held = new Map<number, HeldFact>();

  /** Returns whether it is now the lot's fact. */
  hear(lotAt: number, order: number, fact: LotFact, now: number): boolean {
    if (fact.validUntil <= now) return false;
    const held = this.#held.get(lotAt);
    if (held && held.fact.validUntil > now && !isNewer(held, order, fact)) return false;
    this.#held.set(lotAt, { fact, order });
    return true;
  }

  /** The same facts under other numbers; those of lots that have none are forgotten. */
  rearranged(numberOf: (lotAt: number) => number | undefined): LotFacts {
    const facts = new LotFacts();
    for (const [lotAt, held] of this.#held) {
      const at = numberOf(lotAt);
      if (at !== undefined) facts.#held.set(at, held);
    }
    return facts;
  }

  factOf(lotAt: number, now: number): LiveFact | null {
    const fact = this.#held.get(lotAt)?.fact;
    if (!fact || fact.validUntil <= now) return null;
    const { vacant, band, source, sensedAt, validUntil } = fact;
    return {
      ...(vacant !== undefined && { vacant }),
      ...(band !== undefined && { band }),
      source,
      sensedAt,
      validUntil,
    };
  }

  /** Forgets what has expired, and says of which lots. */
  expire(now: number): readonly number[] {
    const expired = [...this.#held].filter(([, { fact }]) => fact.validUntil <= now);
    for (const [lotAt] of expired) this.#held.delete(lotAt);
    return expired.map(([lotAt]) => lotAt);
  }
}

/** One journal's order is certain; between journals only the time of sensing tells. */
function isNewer(held: HeldFact, order: number, fact: LotFact): boolean {
  return held.order === order ? fact.seq > held.fact.seq : fact.sensedAt >= held.fact.sensedAt;
}
