import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import { barsOf, verdictOf } from '../../bench/score/bars.ts';
import type { Scored } from '../../bench/score/bars.ts';
import { countBound, quantile, shareBound } from '../../bench/score/bounds.ts';
import { CLASSES, MODALITIES } from '../../bench/score/classes.ts';
import { costOf, jobsOf, playJob } from '../../bench/score/jobs.ts';
import type { Job } from '../../bench/score/jobs.ts';
import { judgeBay } from '../../bench/score/judge.ts';
import { CLASS_HEAD, reportOf } from '../../bench/score/report.ts';
import type { WatchedBay } from '../../bench/score/watcher.ts';

const tiny = (what: Job['what']): Job => ({
  what,
  seed: 3,
  bays: 4,
  hours: 8,
  periodMs: 2_000,
  modalities: MODALITIES,
});

const page = readFileSync(join(import.meta.dirname, '../../docs/accuracy.md'), 'utf8');
let scored: Scored;
beforeAll(() => {
  scored = {
    played: [playJob(tiny('clear')), playJob(tiny('faulty-sensor'))],
    cpuMsPerThousand: 1,
  };
});

describe('a tiny score', () => {
  test('is the same for the same seed', () => {
    expect(playJob(tiny('clear'))).toEqual(scored.played[0]);
  });

  test('sees cars come and go, and a stuck sensor flagged', () => {
    for (const { tallies } of scored.played) {
      expect(tallies.fused?.events).toBeGreaterThan(4);
      expect(tallies.fused?.latenciesMs.length).toBeGreaterThan(4);
    }
    const [clear, faulty] = scored.played;
    expect(clear?.tallies.distance?.missedArrivals).toBe(0);
    // What comes while a sensor is silent is missed, openly.
    expect(faulty?.tallies.distance?.unknownMs).toBeGreaterThan(0);
    expect(faulty?.tallies.distance?.longestUnflaggedMs).toBeLessThan(300_000);
  });

  test('prints one row for each evidence, state and class, whichever modality gave it', () => {
    const [, confidence = ''] = reportOf(scored).split('### confidence');
    const rows = confidence.split('\n').filter((line) => /^\| (distance|both|field)/.test(line));
    const named = rows.map((line) => line.split('|').slice(1, 4).join());
    expect(rows.length).toBeGreaterThan(8);
    expect(new Set(named).size).toBe(rows.length);
    const given = rows.reduce((sum, line) => sum + Number(line.split('|')[4]), 0);
    const all = scored.played.flatMap(({ tallies }) => Object.values(tallies));
    const counted = all.flatMap((tally) => tally.given).reduce((sum, { count }) => sum + count, 0);
    expect(given).toBe(counted);
  });

  test('prints a row for each class, and a verdict for each figure', () => {
    const report = reportOf(scored);
    for (const modality of MODALITIES) expect(report).toContain(`### ${modality}`);
    expect(report.match(/^\| faulty-sensor /gm)).toHaveLength(MODALITIES.length);
    for (const { name } of barsOf(scored)) expect(report).toContain(`| ${name}`);
  });
});

describe('the page on accuracy', () => {
  const cells = (line: string) => line.split('|').map((cell) => cell.trim());
  const rows = page.split('\n').filter((line) => line.startsWith('|'));

  test('says one thing only of each evidence, state and class', () => {
    const [, confidence = ''] = page.split('### confidence');
    const named = confidence
      .split('\n')
      .filter((line) => /^\| (distance|both|field)/.test(line))
      .map((line) => cells(line).slice(1, 4).join());
    expect(named.length).toBeGreaterThan(20);
    expect(new Set(named).size).toBe(named.length);
  });

  test('has a row of every class for every modality, in the score’s own columns', () => {
    const head = cells(`|${CLASS_HEAD.join('|')}|`).join();
    expect(rows.filter((line) => cells(line).join() === head)).toHaveLength(MODALITIES.length);
    for (const name of [...CLASSES, 'all classes']) {
      expect(rows.filter((line) => cells(line)[1] === name)).toHaveLength(MODALITIES.length);
    }
  });

  test('has every figure with the bars that hold, and a verdict that follows from its numbers', () => {
    for (const bar of barsOf(scored)) {
      const row = rows.map(cells).find(([, name]) => name?.startsWith(bar.name));
      expect(row?.slice(4, 6)).toEqual([`≤ ${bar.atLeast}`, `≤ ${bar.aim}`]);
      const bound = Number(row?.[3] || row?.[2]);
      const told = { aim: 'met, and the aim', met: 'met', missed: 'not met' };
      expect(row?.[6]).toBe(told[verdictOf({ ...bar, bound })]);
    }
  });
});

test('of the jobs of a score the shortest begin last', () => {
  const jobs = jobsOf(1, false).toSorted((a, b) => costOf(b) - costOf(a));
  expect(jobs.at(-1)?.what).toBe('seldom');
  expect(jobs[0]?.what).toBe('faulty-sensor');
});

test('the default score has 3,000 arrivals’ worth of bay-days, 300 and more', () => {
  const classes = jobsOf(1, false).filter(({ what }) => CLASSES.some((name) => name === what));
  const bayDays = classes.reduce((sum, { bays, hours }) => sum + (bays * (hours - 6)) / 24, 0);
  expect(bayDays).toBeGreaterThanOrEqual(300);
});

describe('a judgement', () => {
  const said = (state: 'vacant' | 'occupied' | 'unknown', sensedAt: number) => ({
    state,
    sensedAt,
    saidAt: sensedAt + 3_000,
    confidence: 0.9,
    evidence: { kind: 'distance', strength: 1 } as const,
  });
  const judge = (bay: Partial<WatchedBay>) =>
    judgeBay(
      { said: [], flagged: [], looks: [], ...bay },
      [
        { kind: 'stopped', at: 100_000 },
        { kind: 'left', at: 400_000 },
      ],
      0,
      1_000_000,
    );

  test('matches a change from 2 s before to 30 s after, once', () => {
    const judged = judge({
      said: [said('vacant', 0), said('occupied', 99_000), said('vacant', 429_000)],
    });
    expect(judged).toMatchObject({ events: 2, missedArrivals: 0, missedDepartures: 0 });
    expect(judged.falseArrivals).toBe(0);
    expect(judged.latenciesMs).toEqual([2_000, 32_000]);
  });

  test('finds what was sensed early and said late among states in another order', () => {
    const late = { ...said('occupied', 98_500), saidAt: 140_000 };
    const judged = judge({
      said: [said('vacant', 0), said('occupied', 50_000), said('vacant', 139_000), late],
    });
    expect(judged).toMatchObject({ missedArrivals: 0, missedDepartures: 1 });
    expect(judged.latenciesMs).toEqual([40_000]);
  });

  test('counts what came too late as missed and as false', () => {
    const judged = judge({ said: [said('vacant', 0), said('occupied', 131_000)] });
    expect(judged).toMatchObject({ missedArrivals: 1, missedDepartures: 1, falseArrivals: 1 });
  });

  test('knows how long a wrong state lasted, and for how long nobody was warned', () => {
    const judged = judge({
      said: [said('vacant', 0)],
      flagged: [{ from: 200_000, to: 350_000 }],
    });
    expect(judged.longestWrongMs).toBe(300_000);
    expect(judged.longestUnflaggedMs).toBe(100_000);
    expect(judge({ said: [said('unknown', 0)] }).wrongMs).toBe(0);
  });
});

test('bounds are those of the textbooks', () => {
  // Wilson, 1 of 100: 5.45 %. Poisson, nothing seen: 3.69; ten seen: 18.39.
  expect(shareBound(1, 100)).toBeCloseTo(0.0545, 3);
  expect(countBound(0)).toBeCloseTo(3.69, 1);
  expect(countBound(10)).toBeCloseTo(18.39, 1);
  expect(quantile([4, 1, 3, 2], 0.5)).toBe(3);
});
