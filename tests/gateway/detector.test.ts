import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decidedUntil, forget, isOverdue, newDetector, sense } from '#gateway/sense/detector.ts';
import type { Decision, DetectorState } from '#gateway/sense/detector.ts';
import type { Quality, Sample } from '#gateway/sense/sample.ts';

const parameters = { mountMm: 2_600, confirmMs: 3_000, unknownMs: 10_000 };

/** One letter a second: Vacant floor, Occupied roof, Person, Between, - no echo, x fault, i interference. */
const letters: Readonly<Record<string, readonly [mm: number, quality: Quality]>> = {
  V: [2_600, 'ok'],
  O: [1_100, 'ok'],
  P: [900, 'ok'],
  B: [2_250, 'ok'],
  v: [2_405, 'ok'],
  '-': [0xfffd, 'no_target'],
  x: [1_100, 'fault'],
  i: [1_100, 'interference'],
  s: [300, 'saturated'],
};

const sampleOf = (letter: string, at: number): Sample => {
  const [value, quality] = letters[letter] ?? [0, 'fault'];
  return { distance: { value, unit: 'mm', quality }, receivedAtMono: at };
};

interface Shown {
  readonly state: DetectorState;
  readonly decisions: readonly (Decision & { readonly at: number })[];
}

function show(film: string, everyMs = 1_000): Shown {
  let state = newDetector(parameters);
  const decisions: (Decision & { at: number })[] = [];
  for (const [second, letter] of film.split('').entries()) {
    const at = second * everyMs;
    const sensed = sense(state, sampleOf(letter, at), at, parameters);
    state = sensed.state;
    if (sensed.decision) decisions.push({ ...sensed.decision, at });
  }
  return { state, decisions };
}

const told = ({ decisions }: Shown): string =>
  decisions.map(({ state, sensedAt }) => `${state}@${sensedAt / 1_000}`).join(' ');

test.each([
  ['says nothing before a state has lasted for the time of confirmation', 'VVV', ''],
  ['is vacant once the floor was seen for 3 s, since the first look', 'VVVV', 'vacant@0'],
  [
    'is occupied once a car has stood for 3 s, since its first echo',
    'VVVVOOOO',
    'vacant@0 occupied@4',
  ],
  ['stays vacant when a car only crosses it', 'VVVVVOOVVVV', 'vacant@0'],
  ['stays vacant when a person stands under the sensor for a second', 'VVVVVVOVVVV', 'vacant@0'],
  ['takes no person who walked by just before a car for it', 'VVVVPPOOOO', 'vacant@0 occupied@6'],
  ['keeps the time of a car below an odd echo', 'VVVVOPOO', 'vacant@0 occupied@4'],
  ['stays occupied when one echo misses the car', 'OOOOOVOOOO', 'occupied@0'],
  ['keeps its state between the two thresholds', 'OOOOOBBBBBBBB', 'occupied@0'],
  ['keeps vacant between the two thresholds too', 'VVVVBBBBBBBBB', 'vacant@0'],
  ['decides nothing from no echo', '----------', ''],
  ['decides nothing from faults that carry a plausible distance', 'xxxxxxxxxx', ''],
  ['decides nothing from a neighbour’s interference', 'iiiiiiiiii', ''],
  ['decides nothing from a saturated reading', 'ssssssssss', ''],
  ['keeps its state through lost echoes', 'VVVV-----', 'vacant@0'],
  ['finds a sloped windscreen that seldom answers', 'VVVVO--O--OO', 'vacant@0 occupied@4'],
  [
    'forgets first evidence that a free floor contradicts',
    'VVVVOOVVVVOOOO',
    'vacant@0 occupied@10',
  ],
  ['tells a departure by the first sight of the floor', 'OOOOOOVVVV', 'occupied@0 vacant@6'],
])('a bay %s: %s', (_what, film, expected) => {
  expect(told(show(film))).toBe(expected);
});

test('evidence from before a long silence confirms nothing', () => {
  const { decisions } = show(`VVVVOO${'-'.repeat(12)}O`);
  expect(decisions.map(({ state }) => state)).toEqual(['vacant']);
});

test('the floor is learned slowly, only while the bay is vacant, and only so far', () => {
  let state = newDetector(parameters);
  let floor = 2_600;
  for (let at = 0; at < 4 * 3_600_000; at += 1_000) {
    floor = 2_600 + (300 * at) / (4 * 3_600_000);
    const distance = { value: Math.round(floor), unit: 'mm', quality: 'ok' } as const;
    state = sense(state, { distance, receivedAtMono: at }, at, parameters).state;
  }
  expect(state.belief).toBe('vacant');
  expect(Math.abs(state.distance.floorMm - floor)).toBeLessThan(30);

  const before = show('VVVVV').state.distance.floorMm;
  expect(show(`VVVVV${'O'.repeat(500)}`).state.distance.floorMm).toBeCloseTo(before, 0);
});

test('a reading far past its threshold is trusted more than one just past it', () => {
  const [clear] = show('VVVV').decisions;
  const [thin] = show('vvvv').decisions;
  expect(clear?.confidence).toBeGreaterThan(0.9);
  expect(thin?.confidence ?? 1).toBeLessThan(clear?.confidence ?? 0);
});

const film = (allowed: string) =>
  fc
    .array(fc.constantFrom(...allowed.split('')), { minLength: 1, maxLength: 80 })
    .map((all) => all.join(''));

describe('for any film', () => {
  test('without a valid distance a bay is never called vacant or occupied', () => {
    fc.assert(
      fc.property(film('-xis'), (strip) => {
        expect(show(strip).decisions).toEqual([]);
        expect(show(strip).state.belief).toBe('unknown');
      }),
    );
  });

  test('decisions alternate, come after the time of confirmation, and point to a supporting look', () => {
    fc.assert(
      fc.property(film('VVVOOOB-xi'), (strip) => {
        const { decisions } = show(strip);
        for (const [n, decision] of decisions.entries()) {
          expect(decision.state).not.toBe(decisions[n - 1]?.state);
          expect(decision.at - decision.sensedAt).toBeGreaterThanOrEqual(parameters.confirmMs);
          const seen = strip[decision.sensedAt / 1_000];
          expect(seen).toBe(decision.state === 'vacant' ? 'V' : 'O');
        }
      }),
    );
  });

  test.each([250, 1_000, 2_500, 9_000])(
    'no decision ever has its evidence in time that was called decided (a look every %d ms)',
    (everyMs) => {
      fc.assert(
        fc.property(film('VVVOOOB-x'), (strip) => {
          let state = newDetector(parameters);
          let claimed = Number.NEGATIVE_INFINITY;
          for (const [n, letter] of strip.split('').entries()) {
            const at = n * everyMs;
            if (state.belief !== 'unknown' && isOverdue(state, at, parameters))
              state = forget(state);
            const sensed = sense(state, sampleOf(letter, at), at, parameters);
            expect(sensed.decision?.sensedAt ?? claimed).toBeGreaterThanOrEqual(claimed);
            state = sensed.state;
            claimed = Math.max(claimed, decidedUntil(state, parameters.confirmMs) ?? claimed);
          }
        }),
        { numRuns: 300 },
      );
    },
  );
});
