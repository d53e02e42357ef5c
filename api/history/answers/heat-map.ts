import type { Hour } from '../history.ts';
import { addSums } from '../lot-sums.ts';
import { noSums } from '../hour-sums.ts';
import type { HourSums } from '../hour-sums.ts';
import { WallClock } from './wall-clock.ts';

/** All hours of one name in the week together; weekday 0 is Monday. */
export interface HeatCell extends Readonly<HourSums> {
  readonly weekday: number;
  readonly hour: number;
  readonly possibleBayMs: number;
}

type Timed = Pick<Hour, 'hourAt' | 'occupiedBayMs' | 'vacantBayMs' | 'arrivals' | 'departures'> & {
  readonly possibleBayMs?: number;
};

const CELLS = 7 * 24;

/** One cell for each weekday and hour of the wall clock, those with nothing in them too. */
export function heatCellsOf(hours: readonly Timed[], timeZone: string): HeatCell[] {
  const cells = Array.from({ length: CELLS }, (_, at) => ({
    weekday: Math.floor(at / 24),
    hour: at % 24,
    ...noSums(),
    possibleBayMs: 0,
  }));
  const clock = new WallClock(timeZone);
  for (const each of hours) {
    const { weekday, hour } = clock.at(each.hourAt);
    const cell = cells[24 * weekday + hour];
    if (!cell) continue;
    addSums(cell, each);
    cell.possibleBayMs += each.possibleBayMs ?? 0;
  }
  return cells;
}
