import { betweenAt, uniformAt } from './chance.ts';

/** Something that begins, lasts and is over, by the street's clock. */
export interface Happening {
  readonly startAt: number;
  readonly endAt: number;
  /** Its own key, for whatever else is drawn of it. */
  readonly key: number;
}

const HOUR_MS = 3_600_000;

/**
 * Things that happen at random, as a function of the instant: time is cut into slots no shorter
 * than the longest happening, and in each at most one begins, with the probability that makes the
 * rate. So at an instant only this slot and the one before matter.
 */
export class Happenings {
  readonly #key: number;
  readonly #perHourAt: (at: number) => number;
  readonly #lasts: { readonly fromMs: number; readonly toMs: number };
  readonly #slotMs: number;
  #slot = Number.NaN;
  #now: Happening | undefined;
  #before: Happening | undefined;

  /** `perHourAt` never exceeds `mostPerHour`; durations are even in their logarithm. */
  constructor(options: {
    readonly key: number;
    readonly mostPerHour: number;
    readonly perHourAt?: (at: number) => number;
    readonly lasts: readonly [fromMs: number, toMs: number];
  }) {
    const { key, mostPerHour, lasts } = options;
    this.#key = key;
    this.#perHourAt = options.perHourAt ?? (() => mostPerHour);
    this.#lasts = { fromMs: lasts[0], toMs: lasts[1] };
    const sparseMs = mostPerHour > 0 ? (0.25 * HOUR_MS) / mostPerHour : HOUR_MS;
    this.#slotMs = Math.max(lasts[1], Math.min(HOUR_MS, sparseMs));
  }

  /** What is happening at an instant; of two at once, the later. */
  at(at: number): Happening | undefined {
    const slot = Math.floor(at / this.#slotMs);
    if (slot !== this.#slot) {
      this.#before = slot === this.#slot + 1 ? this.#now : this.#drawn(slot - 1);
      this.#now = this.#drawn(slot);
      this.#slot = slot;
    }
    if (isDuring(this.#now, at)) return this.#now;
    return isDuring(this.#before, at) ? this.#before : undefined;
  }

  #drawn(slot: number): Happening | undefined {
    const key = this.#key;
    const startAt = (slot + uniformAt(key ^ 1, slot)) * this.#slotMs;
    const chance = (this.#perHourAt(startAt) * this.#slotMs) / HOUR_MS;
    if (uniformAt(key ^ 2, slot) >= chance) return undefined;
    const { fromMs, toMs } = this.#lasts;
    const lastsMs = fromMs * (toMs / fromMs) ** uniformAt(key ^ 3, slot);
    const own = Math.floor(betweenAt(key ^ 4, slot, 0, 0x7fff_ffff));
    return { startAt, endAt: startAt + lastsMs, key: own };
  }
}

function isDuring(happening: Happening | undefined, at: number): boolean {
  return happening !== undefined && at >= happening.startAt && at < happening.endAt;
}
