import type { LotId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { Hour, LotHour } from './history.ts';
import { noSums } from './hour-sums.ts';
import type { HourSums } from './hour-sums.ts';
import type { HistoryView } from './view.ts';

/** By whole hour. */
export type Hours = Map<number, HourSums>;

/** Rows kept in memory at most; beyond that all are let go and read from the view when needed. */
const MOST_ROWS = 50_000;

/** Lots' hours as they stand in the view, and what the group at hand adds to them. */
export class LotSums {
  readonly #added = new Map<LotId, Hours>();
  /** From the hour on, the lot's hours are these instead. */
  readonly #replaced = new Map<LotId, { readonly from: number; readonly hours: Hours }>();
  readonly #standing = new Map<LotId, Hours>();
  #standingRows = 0;

  /** Where to add to a lot's hours. */
  addTo(lot: LotId): Hours {
    return hoursIn(this.#added, lot);
  }

  /** Hours of the lot from `from` on are these, whatever was said before. */
  replace(lot: LotId, from: number, hours: Hours): void {
    this.#replaced.set(lot, { from, hours });
  }

  /** The whole rows of every hour that the group changes; the next group begins after it. */
  async rows(view: HistoryView): Promise<readonly LotHour[]> {
    const rows: LotHour[] = [];
    for (const [lot, { from, hours }] of this.#replaced) {
      const standing = hoursIn(this.#standing, lot);
      const old = await view.lotHours(lot, { from, to: Number.MAX_SAFE_INTEGER });
      for (const hourAt of new Set([...old.map((row) => row.hourAt), ...hours.keys()])) {
        const sums = hours.get(hourAt) ?? noSums();
        if (!standing.has(hourAt)) this.#standingRows += 1;
        standing.set(hourAt, sums);
        rows.push(lotHourFrom(lot, hourAt, sums));
      }
    }
    for (const [lot, hours] of this.#added) {
      const from = this.#replaced.get(lot)?.from ?? Infinity;
      const changed = [...hours].filter(([hourAt]) => hourAt < from);
      const standing = hoursIn(this.#standing, lot);
      await this.#load(lot, standing, changed, view);
      for (const [hourAt, added] of changed) {
        const sums = sumsIn(standing, hourAt);
        addSums(sums, added);
        rows.push(lotHourFrom(lot, hourAt, sums));
      }
    }
    this.#added.clear();
    this.#replaced.clear();
    if (this.#standingRows > MOST_ROWS) {
      this.#standing.clear();
      this.#standingRows = 0;
    }
    return rows;
  }

  async #load(
    lot: LotId,
    standing: Hours,
    wanted: readonly (readonly [number, HourSums])[],
    view: HistoryView,
  ): Promise<void> {
    const missing = wanted.map(([hourAt]) => hourAt).filter((hourAt) => !standing.has(hourAt));
    if (missing.length === 0) return;
    let [from, to] = [Infinity, 0];
    for (const hourAt of missing) {
      from = Math.min(from, hourAt);
      to = Math.max(to, hourAt + HOUR_MS);
    }
    for (const hourAt of missing) standing.set(hourAt, noSums());
    this.#standingRows += missing.length;
    const isMissing = new Set(missing);
    for (const row of await view.lotHours(lot, { from, to })) {
      if (isMissing.has(row.hourAt)) addSums(sumsIn(standing, row.hourAt), row);
    }
  }
}

export function addSums(sums: HourSums, more: Readonly<HourSums>): void {
  sums.occupiedBayMs += more.occupiedBayMs;
  sums.vacantBayMs += more.vacantBayMs;
  sums.arrivals += more.arrivals;
  sums.departures += more.departures;
}

function hoursIn(lots: Map<LotId, Hours>, lot: LotId): Hours {
  let hours = lots.get(lot);
  if (hours === undefined) {
    hours = new Map();
    lots.set(lot, hours);
  }
  return hours;
}

/** The sums of an hour; they begin with nothing. */
export function sumsIn(hours: Hours, hourAt: number): HourSums {
  let sums = hours.get(hourAt);
  if (sums === undefined) {
    sums = noSums();
    hours.set(hourAt, sums);
  }
  return sums;
}

export function hourFrom(hourAt: number, sums: Readonly<HourSums>): Hour {
  const { occupiedBayMs, vacantBayMs, arrivals, departures } = sums;
  const observedBayMs = occupiedBayMs + vacantBayMs;
  return { hourAt, occupiedBayMs, vacantBayMs, observedBayMs, arrivals, departures };
}

export function lotHourFrom(lot: LotId, hourAt: number, sums: Readonly<HourSums>): LotHour {
  const { occupiedBayMs, vacantBayMs, arrivals, departures } = sums;
  const observedBayMs = occupiedBayMs + vacantBayMs;
  // Spelled out: a spread costs several times as much, and a year of a lot passes here.
  return { lot, hourAt, occupiedBayMs, vacantBayMs, observedBayMs, arrivals, departures };
}
