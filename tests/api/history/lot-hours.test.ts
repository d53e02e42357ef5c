import { describe, expect, test } from 'vitest';
import type { LotHour } from '#api/history/history.ts';
import { historyOf } from './open-history.ts';
import { BAY, extended, HOUR, LOT, MINUTE, NEIGHBOUR, T0, Teller } from './street.ts';

const at = (minutes: number) => T0 + minutes * MINUTE;

/** One line an hour, in minutes: `0: occupied 50 vacant 10, 1 in 0 out`. */
function lines(hours: readonly LotHour[]): string[] {
  return hours.map(
    ({ hourAt, occupiedBayMs, vacantBayMs, observedBayMs, arrivals, departures }) => {
      expect(observedBayMs).toBe(occupiedBayMs + vacantBayMs);
      const [occupied, vacant] = [occupiedBayMs / MINUTE, vacantBayMs / MINUTE];
      const counts = `${arrivals} in ${departures} out`;
      return `${(hourAt - T0) / HOUR}: occupied ${occupied} vacant ${vacant}, ${counts}`;
    },
  );
}

describe('a lot’s hour', () => {
  test('shares a stay among the hours that it crosses', async () => {
    const teller = new Teller();
    const { lotHours } = await historyOf(
      teller.bay('vacant', at(0)),
      teller.bay('occupied', at(50)),
      teller.bay('vacant', at(190)),
      teller.observed(at(0), at(240)),
    );
    expect(lines(lotHours)).toEqual([
      '0: occupied 10 vacant 50, 1 in 0 out',
      '1: occupied 60 vacant 0, 0 in 0 out',
      '2: occupied 60 vacant 0, 0 in 0 out',
      '3: occupied 10 vacant 50, 0 in 1 out',
    ]);
  });

  test('adds its bays', async () => {
    const teller = new Teller();
    const { lotHours } = await historyOf(
      teller.bay('vacant', at(0)),
      teller.bay('occupied', at(0), NEIGHBOUR),
      teller.observed(at(0), at(60), [BAY, NEIGHBOUR]),
    );
    expect(lines(lotHours)).toEqual(['0: occupied 60 vacant 60, 0 in 0 out']);
  });

  test('is not there when nothing was observed and nothing happened', async () => {
    const teller = new Teller();
    const { lotHours } = await historyOf(
      teller.bay('vacant', at(0)),
      teller.observed(at(0), at(30)),
      teller.observed(at(150), at(180)),
    );
    expect(lines(lotHours)).toEqual([
      '0: occupied 0 vacant 30, 0 in 0 out',
      '2: occupied 0 vacant 30, 0 in 0 out',
    ]);
  });

  test('counts time of an unknown state as not observed', async () => {
    const teller = new Teller();
    const { lotHours } = await historyOf(
      teller.bay('vacant', at(0)),
      teller.bay('unknown', at(20)),
      teller.bay('vacant', at(40)),
      teller.observed(at(0), at(60)),
    );
    expect(lines(lotHours)).toEqual(['0: occupied 0 vacant 40, 0 in 0 out']);
  });

  test('counts time before the first event as not observed', async () => {
    const teller = new Teller();
    const { lotHours } = await historyOf(
      teller.bay('vacant', at(45)),
      teller.observed(at(0), at(60)),
    );
    expect(lines(lotHours)).toEqual(['0: occupied 0 vacant 15, 0 in 0 out']);
  });

  test('counts no time twice when intervals overlap or are told longer', async () => {
    const teller = new Teller();
    const first = teller.observed(at(0), at(20));
    const { lotHours, observed } = await historyOf(
      teller.bay('vacant', at(0)),
      first,
      extended(first, at(30)),
      teller.observed(at(10), at(40)),
      extended(first, at(50)),
    );
    expect(lines(lotHours)).toEqual(['0: occupied 0 vacant 50, 0 in 0 out']);
    expect(observed).toEqual([{ bay: BAY, from: at(0), until: at(50) }]);
  });

  test('counts an arrival that fell into a gap where it was seen, a car that was there never', async () => {
    const teller = new Teller();
    const { lotHours } = await historyOf(
      teller.bay('occupied', at(5), NEIGHBOUR),
      teller.bay('vacant', at(0)),
      teller.bay('unknown', at(30)),
      teller.bay('occupied', at(90)),
      teller.bay('unknown', at(100)),
      teller.bay('vacant', at(130)),
    );
    expect(lines(lotHours)).toEqual([
      '1: occupied 0 vacant 0, 1 in 0 out',
      '2: occupied 0 vacant 0, 0 in 1 out',
    ]);
  });

  test('holds no more time than there was when the clock steps back an hour', async () => {
    const teller = new Teller();
    const { lotHours } = await historyOf(
      teller.bay('vacant', at(0)),
      teller.bay('occupied', at(100)),
      teller.bay('vacant', at(50)),
      teller.observed(at(0), at(120)),
    );
    expect(lines(lotHours)).toEqual([
      '0: occupied 0 vacant 60, 0 in 0 out',
      '1: occupied 0 vacant 60, 1 in 1 out',
    ]);
  });

  test('is made good when a backlog comes after its own coverage', async () => {
    const teller = new Teller();
    const backlog = Array.from({ length: 40 }, (_, turn) =>
      teller.bay(turn % 2 === 0 ? 'vacant' : 'occupied', at(3 * turn)),
    );
    const { lotHours } = await historyOf(teller.observed(at(0), at(120)), ...backlog);
    expect(lines(lotHours)).toEqual([
      '0: occupied 30 vacant 30, 10 in 9 out',
      '1: occupied 30 vacant 30, 10 in 10 out',
    ]);
    expect(lotHours.every(({ lot }) => lot === LOT)).toBe(true);
  });
});
