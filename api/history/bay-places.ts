import type { GatewayId, LotId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { LoggedRecord } from '../log/event-log.ts';
import { firstDifference, placementAt } from '../site/placements.ts';
import type { Placement } from '../site/placements.ts';
import { hourOf } from './hour-sums.ts';
import { hoursKeyOf } from './hours-key.ts';
import { clippedSpans } from './spans.ts';
import type { Span } from './spans.ts';
import type { Change } from './stay-machine.ts';

/**
 * Journals of two gateways stand in no order: what the later owner of a bay says comes after all
 * that the one before said. More journals than this no gateway makes.
 */
const JOURNALS_A_TURN = 2 ** 32;

/** Where one bay was when, and whose word on it counted, by the versions of the site. */
export class BayPlaces {
  /** Under which its hours are summed: its lots, or beside them. */
  readonly hoursKeys: readonly LotId[];
  readonly #placements: readonly Placement[];
  /** No version knows the bay: what ingest once took for its gateway's word still is. */
  readonly #isForgotten: boolean;

  constructor(placements: readonly Placement[] | undefined, lot: LotId) {
    this.#isForgotten = placements === undefined;
    this.#placements = placements ?? [{ from: 0, lot, gateway: undefined, turn: 0 }];
    this.hoursKeys = [...new Set(this.#placements.map(hoursKeyOf))];
  }

  lotAt(at: number): LotId {
    return this.#at(at).lot;
  }

  hoursKeyAt(at: number): LotId {
    return hoursKeyOf(this.#at(at));
  }

  #at(at: number): Placement {
    const placement = placementAt(this.#placements, at);
    if (!placement) throw new Error('a bay is always somewhere');
    return placement;
  }

  /** Until when what is summed at this instant belongs together: the hour's end, or the bay's move. */
  cellEnd(at: number): number {
    const hourEnd = hourOf(at) + HOUR_MS;
    const move = this.#placements.find(({ from }) => from > at && from < hourEnd);
    return move?.from ?? hourEnd;
  }

  /** A bay event as the fold needs it; undefined: it is not its owner's word. */
  changeOf({ record, assigned, gateway, journalOrder }: LoggedRecord): Change | undefined {
    if (record.kind !== 'bay') return undefined;
    const { seq, state, sensedAt: at } = record;
    const owner = placementAt(this.#placements, at);
    if (!this.#isOwn(owner?.gateway, gateway, assigned)) return undefined;
    const journal = (owner?.turn ?? 0) * JOURNALS_A_TURN + journalOrder;
    return { order: { journal, seq }, state, at };
  }

  /** What an interval says of the bay: as far as its gateway was the owner. */
  spansOf({ record, assigned, gateway }: LoggedRecord): readonly Span[] {
    if (record.kind !== 'observed') return [];
    const { from, until } = record;
    const [only, ...others] = this.#placements;
    // As it is of nearly every bay, and every interval of every bay passes here.
    if (others.length === 0) {
      return this.#isOwn(only?.gateway, gateway, assigned) ? [{ from, until }] : [];
    }
    return this.#placements.flatMap((placement, at) => {
      if (!this.#isOwn(placement.gateway, gateway, assigned)) return [];
      const begin = at === 0 ? Number.NEGATIVE_INFINITY : placement.from;
      return clippedSpans([{ from, until }], begin, this.#placements[at + 1]?.from ?? Infinity);
    });
  }

  /** The first instant at which other placements say something else; undefined: they never do. */
  firstDifference(other: BayPlaces): number | undefined {
    if (this.#isForgotten !== other.#isForgotten) return 0;
    return firstDifference(this.#placements, other.#placements);
  }

  /** As text, for the view to keep. */
  toJSON(): readonly Placement[] | null {
    return this.#isForgotten ? null : this.#placements;
  }

  #isOwn(owner: GatewayId | undefined, gateway: GatewayId, assigned: boolean): boolean {
    return this.#isForgotten ? assigned : owner === gateway;
  }
}
