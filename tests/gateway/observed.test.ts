import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BayId } from '#contract/ids.ts';
import { trackObserved } from '#gateway/sense/observed.ts';
import type { DecidedBay, Interval } from '#gateway/sense/observed.ts';

const [a, b] = [BayId.parse('a'), BayId.parse('b')];
const bay = (id: BayId, since: number, until: number): DecidedBay => ({ bay: id, since, until });

test('an interval begins at the first evidence of the latest of its bays', () => {
  const { open } = trackObserved(undefined, [bay(a, 1, 9), bay(b, 4, 8)]);
  expect(open).toEqual({ bays: [a, b], from: 4, until: 8 });
});

test('an interval is certain only until its least certain bay is', () => {
  const open = { bays: [a, b], from: 4, until: 8 };
  expect(trackObserved(open, [bay(a, 1, 20), bay(b, 4, 9)]).open?.until).toBe(9);
  expect(trackObserved(open, [bay(a, 1, 20), bay(b, 4, 6)]).open?.until).toBe(8);
});

test('a bay that falls silent ends the interval, and the others go on without a gap', () => {
  const { ended, open } = trackObserved({ bays: [a, b], from: 4, until: 8 }, [bay(a, 1, 20)]);
  expect(ended).toEqual([{ bays: [a, b], from: 4, until: 8 }]);
  expect(open).toEqual({ bays: [a], from: 8, until: 20 });
});

test('a bay that joins starts a new interval at its first evidence, without a gap for the others', () => {
  const { ended, open } = trackObserved({ bays: [a], from: 4, until: 8 }, [
    bay(a, 1, 20),
    bay(b, 12, 15),
  ]);
  expect(ended).toEqual([{ bays: [a], from: 4, until: 12 }]);
  expect(open).toEqual({ bays: [a, b], from: 12, until: 15 });
});

test('a bay waits to join until the others are certain of its beginning', () => {
  const { ended, open } = trackObserved({ bays: [a], from: 4, until: 8 }, [
    bay(a, 1, 10),
    bay(b, 12, 15),
  ]);
  expect(ended).toEqual([]);
  expect(open).toEqual({ bays: [a], from: 4, until: 10 });
});

test('when all fall silent nothing is open', () => {
  const { ended, open } = trackObserved({ bays: [a], from: 4, until: 8 }, []);
  expect(ended).toHaveLength(1);
  expect(open).toBeUndefined();
});

/** Three bays over time: at each step undecided, or decided with a certainty that never falls. */
const steps = fc.array(
  fc.tuple(fc.nat(3), fc.nat(3), fc.nat(3)).map((moves) => [...moves]),
  { maxLength: 60 },
);
const ids = ['p', 'q', 'r'].map((id) => BayId.parse(id));

test('whatever bays do, no interval claims time in which one of its bays was not decided', () => {
  fc.assert(
    fc.property(steps, (all) => {
      const decided = ids.map((): { since: number; until: number }[] => []);
      const isIn = ids.map(() => false);
      const closed: Interval[] = [];
      let open: Interval | undefined;
      for (const [n, moves] of all.entries()) {
        const now = n * 10;
        const present: DecidedBay[] = [];
        for (const [at, move] of moves.entries()) {
          const id = ids[at];
          const spans = decided[at];
          if (!id || !spans) continue;
          const last = spans.at(-1);
          // 0: falls silent (or stays so); else its certainty moves to somewhere before now.
          if (move === 0) isIn[at] = false;
          else if (isIn[at] && last) last.until = Math.max(last.until, now - 10 * (4 - move));
          else {
            isIn[at] = true;
            const since = Math.max(now - 5, (last?.until ?? -1) + 1);
            spans.push({ since, until: since });
          }
          const span = spans.at(-1);
          if (isIn[at] && span) present.push({ bay: id, ...span });
        }
        const tracked = trackObserved(open, present);
        closed.push(...tracked.ended);
        ({ open } = tracked);
        for (const interval of [...closed, ...(open ? [open] : [])]) {
          expect(interval.until).toBeGreaterThanOrEqual(interval.from);
          if (interval.until === interval.from) continue;
          for (const id of interval.bays) {
            const spans = decided[ids.indexOf(id)] ?? [];
            const covered = spans.some(
              ({ since, until }) => since <= interval.from && interval.until <= until,
            );
            expect(covered).toBe(true);
          }
        }
      }
      // Of one bay no two intervals overlap.
      const intervals = open ? [...closed, open] : closed;
      for (const id of ids) {
        const mine = intervals.filter(({ bays }) => bays.includes(id));
        for (const [n, interval] of mine.entries()) {
          const nextFrom = mine[n + 1]?.from ?? interval.until;
          expect(nextFrom).toBeGreaterThanOrEqual(interval.until);
        }
      }
    }),
    { numRuns: 500 },
  );
});
