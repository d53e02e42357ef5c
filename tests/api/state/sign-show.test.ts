import { describe, expect, test } from 'vitest';
import type { LiveCounts } from '#contract/headline.ts';
import { signShowOf } from '#api/state/sign-show.ts';

const NOW = 1_800_000_000_000;

/** Counts of bays open to any car, observed so long ago. */
function counted(vacant: number, occupied: number, unknown: number, ageMs = 1_000): LiveCounts {
  return {
    counts: [
      { class: 'general', vacant, occupied, unknown },
      { class: 'disabled', vacant: 5, occupied: 0, unknown: 0 },
    ],
    observedAt: NOW - ageMs,
    fact: null,
  };
}

describe('a sign', () => {
  test.each([
    ['shows the number of bays open to any car', counted(7, 30, 0), { kind: 'number', vacant: 7 }],
    ['shows a number beside a single unknown bay', counted(7, 3, 1), { kind: 'number', vacant: 7 }],
    [
      'shows no number when more than a twentieth is unknown',
      counted(7, 30, 3),
      { kind: 'parking' },
    ],
    ['says full when no bay is vacant', counted(0, 30, 0), { kind: 'full' }],
    ['does not say full when too much is unknown', counted(0, 30, 4), { kind: 'parking' }],
    ['shows no number that is no longer live', counted(7, 30, 0, 20_000), { kind: 'parking' }],
    ['shows nothing of a lot of which nothing is known', undefined, { kind: 'parking' }],
  ])('%s', (_, live, expected) => {
    expect(signShowOf(live, true, NOW)).toEqual(expected);
  });

  test('says full on the word of an attendant while it is valid', () => {
    const fact = { band: 'full', sensedAt: NOW - 600_000, validUntil: NOW + 1 } as const;
    const live: LiveCounts = { counts: [], observedAt: null, fact };
    expect(signShowOf(live, true, NOW)).toEqual({ kind: 'full' });
    expect(signShowOf(live, true, NOW + 1)).toEqual({ kind: 'parking' });
  });
});
