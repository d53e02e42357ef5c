import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { chanceOf, chanceWordOf } from '#contract/chance.ts';
import type { Flow } from '#contract/chance.ts';

const flow = (arrivals: number, departures: number, observedMinutes = 30): Flow => ({
  arrivals,
  departures,
  observedMinutes,
});

describe('the chance at arrival', () => {
  test.each([
    ['of a lot with many bays and few cars', 12, flow(5, 5), 10, 'likely'],
    ['of a last bay where as many leave as come', 1, flow(10, 10), 10, 'even'],
    ['of a full lot that nobody leaves', 0, flow(0, 0), 10, 'hard'],
    ['of a last bay in a rush', 1, flow(30, 3), 30, 'hard'],
    ['of a last bay right now', 1, flow(6, 6), 0, 'likely'],
  ] as const)('%s', (_, vacant, flow, ahead, word) => {
    expect(chanceOf(vacant, flow, ahead)?.word).toBe(word);
  });

  test('is silent where nothing is known of who comes and goes, or too little', () => {
    expect(chanceOf(5, undefined, 10)).toBeUndefined();
    expect(chanceOf(5, flow(3, 3, 4), 10)).toBeUndefined();
    // From five minutes nobody can tell of thirty.
    expect(chanceOf(3, flow(1, 1, 5), 30)).toBeUndefined();
  });

  test('agrees with a street that was played through many times', () => {
    // Rates that are known well: the model is then the plain race of two Poisson processes.
    const known = flow(3_000, 2_400, 30_000);
    let seed = 1;
    const random = () => (seed = (seed * 48_271) % 2_147_483_647) / 2_147_483_647;
    const cars = (mean: number) => {
      let count = -1;
      for (let left = mean; left > 0; left += Math.log(random())) count += 1;
      return Math.max(0, count);
    };
    const rounds = 20_000;
    for (const [vacant, ahead] of [
      [1, 10],
      [2, 30],
      [0, 20],
    ] as const) {
      let room = 0;
      for (let round = 0; round < rounds; round += 1)
        if (vacant + cars(0.08 * ahead) - cars(0.1 * ahead) >= 1) room += 1;
      expect(chanceOf(vacant, known, ahead)?.share).toBeCloseTo(room / rounds, 1);
    }
  });

  const any = {
    vacant: fc.nat(60),
    flow: fc.record({
      arrivals: fc.nat(60),
      departures: fc.nat(60),
      observedMinutes: fc.integer({ min: 5, max: 30 }),
    }),
    ahead: fc.double({ min: 0, max: 120, noNaN: true }),
  };

  test('is a share between its edges, and its word is the share’s', () => {
    fc.assert(
      fc.property(any.vacant, any.flow, any.ahead, (vacant, flow, ahead) => {
        const chance = chanceOf(vacant, flow, ahead);
        if (!chance) return;
        const { share, low, high, word } = chance;
        expect(low).toBeGreaterThanOrEqual(0);
        expect(low).toBeLessThanOrEqual(share);
        expect(share).toBeLessThanOrEqual(high);
        expect(high).toBeLessThanOrEqual(1);
        expect(word).toBe(chanceWordOf(share));
      }),
    );
  });

  test('never falls with one more vacant bay or one more departure', () => {
    fc.assert(
      fc.property(any.vacant, any.flow, any.ahead, (vacant, flow, ahead) => {
        const share = (vacant: number, flow: Flow) => chanceOf(vacant, flow, ahead)?.share;
        const [base, bay, left] = [
          share(vacant, flow),
          share(vacant + 1, flow),
          share(vacant, { ...flow, departures: flow.departures + 1 }),
        ];
        if (base === undefined) return;
        expect((bay ?? 1) + 1e-5).toBeGreaterThanOrEqual(base);
        expect((left ?? 1) + 1e-5).toBeGreaterThanOrEqual(base);
      }),
    );
  });
});
