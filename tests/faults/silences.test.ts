import { expect, test } from 'vitest';
import { judge } from './oracle.ts';
import { silencesIn } from './silences.ts';

const TRACE = `# wallOffsetMs: 1000000
ms,at,bay,kind,mm
0,,a-1,,2600
0,,a-2,,2600
1000,,a-1,,2600
1000,,a-2,missed,
2000,,a-1,sample,2600
2000,,a-2,,2600
3000,,a-2,missed,
4000,,a-2,missed,
4600,,a-2,,1200
`;

test('a bay is silent where its answers are, not where it was only asked', () => {
  const silences = silencesIn(TRACE);
  expect(silences).toEqual([
    { bays: ['a-2'], from: 1_002_000, to: 1_004_600, isDark: false, isBrief: true },
  ]);
});

test('a silence excuses the stay that it hides, and no other', () => {
  const [second, minute] = [1_000, 60_000];
  const stay = (bay: string, stoppedAt: number) => ({
    bay,
    stoppedAt,
    leftAt: stoppedAt + 8_500,
    initial: false,
  });
  const interval = { key: 'x', bays: ['a-1'], from: 0, until: 10 * minute };
  const verdict = judge({
    bays: ['a-1'],
    truth: [stay('a-1', 2 * minute), stay('a-1', 4 * minute)],
    log: { events: [], intervals: [interval] },
    outages: [
      {
        bays: ['a-1'],
        from: 2 * minute + second,
        to: 2 * minute + 5 * second,
        isDark: false,
        isBrief: true,
      },
    ],
    from: minute,
    to: 9 * minute,
  });
  expect(verdict.doubtful).toBe(2);
  expect(verdict.problems).toHaveLength(2);
  expect(verdict.problems.every(({ at }) => at >= 4 * minute)).toBe(true);
});
