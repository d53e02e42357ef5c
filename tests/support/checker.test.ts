import { expect, test } from 'vitest';
import type { ObservedSpan, Stay } from '#contract/stay.ts';
import { checkAgainstTruth, trueStaysOf } from './checker.ts';
import type { TrueStay } from './checker.ts';

/** The checker must itself be able to fail: each kind of lie, told to it on purpose. */

const BAY = 'a-1';
const minute = (count: number) => 1_000_000_000_000 + 60_000 * count;

const truth: TrueStay[] = [
  { bay: BAY, stoppedAt: minute(1), leftAt: minute(3), initial: false },
  { bay: BAY, stoppedAt: minute(5), leftAt: minute(12), initial: false },
];
const watchedThrough: ObservedSpan[] = [observed(0, 20)];
const watchedWithGap: ObservedSpan[] = [observed(0, 7), observed(9, 20)];

test('what happened and was watched, once and in time, is right', () => {
  expect(check([aStay(1, 3), aStay(5, 12)], watchedThrough)).toEqual([]);
});

test('a car that stood through a gap is one bridged stay', () => {
  expect(check([aStay(1, 3), { ...aStay(5, 12), bridged: true }], watchedWithGap)).toEqual([]);
  expect(check([aStay(1, 3), aStay(5, 12)], watchedWithGap)).not.toEqual([]);
  const cutInTwo = [aStay(1, 3), aStay(5, 7), aStay(9, 12)];
  expect(check(cutInTwo, watchedWithGap)).not.toEqual([]);
});

test('a stay wholly inside a gap is not expected, and bounds must hold the truth', () => {
  const spans = [observed(0, 0.5), observed(4, 20)];
  expect(check([aStay(5, 12)], spans)).toEqual([]);
  expect(check([aStay(1, 3), aStay(5, 12)], spans)).not.toEqual([]);
  const gapAtArrival = [observed(0, 4), observed(6, 20)];
  const bounded = { ...aStay(6, 12), arrivedAfter: minute(4) };
  expect(check([aStay(1, 3), bounded], gapAtArrival)).toEqual([]);
  const wrongBounds = { ...bounded, arrivedAfter: minute(5.5) };
  expect(check([aStay(1, 3), wrongBounds], gapAtArrival)).not.toEqual([]);
});

test.each([
  ['a lost stay', [aStay(1, 3)]],
  ['a doubled stay', [aStay(1, 3), aStay(1, 3), aStay(5, 12)]],
  ['an invented stay', [aStay(1, 3), aStay(5, 12), aStay(15, 16)]],
  ['a stay at the time of its arrival in the log', [aStay(1, 3), aStay(6, 12)]],
  [
    'a missing departure',
    [aStay(1, 3), { ...aStay(5, 12), departedAfter: null, departedBefore: null }],
  ],
  ['an anomalous stay', [aStay(1, 3), { ...aStay(5, 12), anomalous: true }]],
])('%s is found', (_what, stays) => {
  expect(check(stays, watchedThrough)).not.toEqual([]);
});

test('the truth log reads as stays, open ones and those from the beginning included', () => {
  const lines = [
    '{"kind":"initial","bay":"a-1","occupied":true,"at":1}',
    '{"kind":"initial","bay":"a-2","occupied":false,"at":1}',
    '{"kind":"left","bay":"a-1","at":5}',
    '{"kind":"stopped","bay":"a-2","at":7}',
    '',
  ];
  expect(trueStaysOf(lines)).toEqual([
    { bay: 'a-1', stoppedAt: 1, leftAt: 5, initial: true },
    { bay: 'a-2', stoppedAt: 7, leftAt: undefined, initial: false },
  ]);
});

function check(stays: readonly Stay[], spans: readonly ObservedSpan[]): readonly string[] {
  const result = checkAgainstTruth({
    truth,
    stays,
    observed: spans,
    bays: [BAY],
    lateMs: 6_000,
    earlyMs: 2_000,
    until: minute(18),
  });
  expect(result.edgeBays).toEqual([]);
  return result.problems;
}

function observed(fromMinute: number, untilMinute: number): ObservedSpan {
  return { bay: BAY, from: minute(fromMinute), until: minute(untilMinute) } as ObservedSpan;
}

function aStay(arrivedMinute: number, leftMinute: number): Stay {
  const [arrived, left] = [minute(arrivedMinute) + 1_000, minute(leftMinute) + 1_000];
  return {
    bay: BAY,
    lot: 'a',
    arrivedAfter: arrived,
    arrivedBefore: arrived,
    departedAfter: left,
    departedBefore: left,
    bridged: false,
    anomalous: false,
    openLeft: false,
  } as Stay;
}
