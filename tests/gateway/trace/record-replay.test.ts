import { mkdtempSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BayFact } from '#gateway/journal/journal-facts.ts';
import type { Sample } from '#gateway/sense/sample.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { bays, recordRun, replayAll, tracesIn } from './recorded-run.ts';
import type { Outcome, Step } from './recorded-run.ts';

let folder: ReturnType<typeof openTempFolder>;
beforeEach(() => {
  folder = openTempFolder();
});
afterEach(() => folder[Symbol.dispose]());
const newFolder = () => mkdtempSync(join(folder.path, 'run-'));

const quality = fc.constantFrom(
  'ok',
  'ok',
  'ok',
  'no_target',
  'interference',
  'fault',
  'saturated',
);
const mm = fc.oneof(
  fc.integer({ min: 2_450, max: 2_700 }),
  fc.integer({ min: 900, max: 1_400 }),
  fc.double({ min: 300, max: 3_000, noNaN: true }),
);
const field = fc.record({
  xUt: fc.double({ min: -300, max: 300, noNaN: true }),
  yUt: fc.double({ min: -300, max: 300, noNaN: true }),
  zUt: fc.double({ min: -300, max: 300, noNaN: true }),
  quality,
});
const node = fc.record({
  tamper: fc.boolean(),
  supplyLow: fc.boolean(),
  configChanged: fc.boolean(),
  calibrating: fc.boolean(),
  supplyMv: fc.integer({ min: 0, max: 6_000 }),
  configCrc: fc.integer({ min: 0, max: 65_535 }),
});
const sample = fc.record(
  {
    distance: fc.record({ value: mm, unit: fc.constant('mm' as const), quality }),
    field,
    temperature: fc.record({
      value: fc.integer({ min: -300, max: 500 }).map((tenths) => tenths / 10),
      unit: fc.constant('degC' as const),
      quality: fc.constantFrom('ok', 'fault'),
    }),
    node,
    seq: fc.integer({ min: 0, max: 65_535 }),
    uptimeMs: fc.integer({ min: 0, max: 1e9 }),
  },
  { requiredKeys: ['distance'] },
) as fc.Arbitrary<Omit<Sample, 'receivedAtMono'>>;

const bay = fc.constantFrom(...bays);
const afterMs = fc.oneof(
  { weight: 6, arbitrary: fc.integer({ min: 0, max: 1_200 }) },
  { weight: 1, arbitrary: fc.integer({ min: 9_000, max: 40_000 }) },
);
const trouble = fc.oneof(
  fc.constant({ kind: 'stale' as const }),
  fc.constant({ kind: 'missed' as const }),
  fc.record({
    kind: fc.constant('link' as const),
    frames: fc.integer({ min: 1, max: 3 }),
    errors: fc.integer({ min: 0, max: 2 }),
    crcErrors: fc.integer({ min: -1, max: 2 }),
  }),
);
const oneStep: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 8,
    arbitrary: fc.record({ afterMs, bay, sample }).map((each) => ({
      afterMs: each.afterMs,
      fed: (at: number) => ({
        kind: 'sample' as const,
        bay: each.bay,
        sample: { ...each.sample, receivedAtMono: at },
      }),
    })),
  },
  {
    weight: 2,
    arbitrary: fc.record({ afterMs: fc.constantFrom(0, 0, 1, 700), bay, trouble }).map((each) => ({
      afterMs: each.afterMs,
      fed: () => ({ kind: 'trouble' as const, bay: each.bay, trouble: each.trouble }),
    })),
  },
  {
    weight: 3,
    arbitrary: afterMs.map((ms) => ({ afterMs: ms, fed: () => ({ kind: 'look' as const }) })),
  },
  { weight: 1, arbitrary: fc.constant({ afterMs: 5, fed: () => ({ kind: 'anew' as const }) }) },
);
/** The same thing again and again, so that bays are decided, too. */
const steps = fc
  .array(fc.tuple(oneStep, fc.integer({ min: 1, max: 12 })), { maxLength: 40 })
  .map((rows) => rows.flatMap(([each, times]) => Array.from({ length: times }, () => each)));

const told = (facts: readonly BayFact[]) =>
  facts.map(({ bay: of, state, cause, confidence, sensedMono }) => ({
    bay: of,
    state,
    cause,
    confidence,
    sensedMs: sensedMono,
  }));
const replayedOf = ({ list }: Outcome) =>
  list.map(({ bay: of, state, cause, confidence, sensedMs }) => ({
    bay: of,
    state,
    cause,
    confidence,
    sensedMs,
  }));

describe('a recorded run', () => {
  test('replays to the identical events, whatever was heard and however long nothing was', async () => {
    const seen = new Set<string>();
    await fc.assert(
      fc.asyncProperty(steps, async (run) => {
        const into = newFolder();
        const facts = await recordRun(into, run);
        for (const { state, cause } of facts) seen.add(`${state} ${cause}`);
        const replayed = await replayAll(run.length === 0 ? [] : tracesIn(into));
        expect(replayed.bad).toEqual([]);
        expect(replayedOf(replayed)).toEqual(told(facts));
      }),
      { numRuns: 150, seed: 11 },
    );
    // The property means something only where things happened.
    expect([...seen]).toEqual(
      expect.arrayContaining(['vacant sensor', 'occupied sensor', 'unknown silence']),
    );
  });

  test('replays to the identical events over files that follow each other', async () => {
    const into = newFolder();
    const facts = await recordRun(into, carsComingAndGoing(600), { maxBytes: 200_000 });
    const files = tracesIn(into);
    expect(files.length).toBeGreaterThan(1);
    expect(replayedOf(await replayAll(files))).toEqual(told(facts));
  });

  test('takes no more room than it was given, and keeps what is newest', async () => {
    const into = newFolder();
    const maxBytes = 40_000;
    const facts = await recordRun(into, carsComingAndGoing(3_000), { maxBytes });
    const sizes = readdirSync(into).map((name) => statSync(join(into, name)).size);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBeLessThanOrEqual(maxBytes);
    expect(sizes.length).toBeGreaterThan(2);
    const last = (await replayAll(tracesIn(into))).list.at(-1);
    expect(last?.sensedMs).toBe(facts.at(-1)?.sensedMono);
  });

  test('tells the wall time of each event', async () => {
    const into = newFolder();
    const facts = await recordRun(into, carsComingAndGoing(60));
    const { list } = await replayAll(tracesIn(into));
    expect(list.map(({ sensedAt }) => sensedAt)).toEqual(
      facts.map(({ sensedMono }) => sensedMono + 1_790_000_000_000),
    );
  });
});

/** Two bays, a sample a second each; a car every two minutes. */
function carsComingAndGoing(seconds: number): Step[] {
  return Array.from({ length: seconds }, (_, second): Step[] => {
    const value = second % 120 < 60 ? 2_600 : 1_200;
    const samples: Step[] = bays.map((of, at) => ({
      afterMs: at === 0 ? 900 : 50,
      fed: (ms) => ({
        kind: 'sample',
        bay: of,
        sample: { distance: { value, unit: 'mm', quality: 'ok' }, receivedAtMono: ms },
      }),
    }));
    return [...samples, { afterMs: 50, fed: () => ({ kind: 'look' }) }];
  }).flat();
}
