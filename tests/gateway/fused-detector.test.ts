import { describe, expect, test } from 'vitest';
import type { Vector } from '#gateway/sense/vector.ts';
import { CARS, EMPTY, every, showField, STEP, street, told, withCar } from './field-film.ts';

describe('a bay with distance and field', () => {
  const ROOF = 1_100;
  const FLOOR = 2_600;
  const standing = (s: number, from: number, to: number) => (s >= from && s < to ? ROOF : FLOOR);
  const carsMmAt = (s: number) =>
    CARS.some(({ stopsS, leavesS }) => s >= stopsS - 1 && s < leavesS) ? ROOF : FLOOR;

  test('is not occupied by a cart of no iron, and unknown while that stays', () => {
    const { decisions } = showField({
      fieldAt: () => EMPTY,
      seconds: every(1, 400),
      distanceMmAt: (s) => (s >= 100 && s < 300 ? FLOOR - 900 : FLOOR),
    });
    expect(decisions.map(({ state }) => state)).toEqual(['vacant', 'unknown', 'vacant']);
  });

  test('is not occupied by a cart that comes while a car passes in the lane', () => {
    const passing = (s: number): Vector => {
      const by = s > 2_700 && s < 2_703 ? 9 * Math.sin((Math.PI * (s - 2_700)) / 3) : 0;
      const { x, y, z } = street(s);
      return { x: x + by, y, z: z + 0.3 * by };
    };
    const { decisions } = showField({
      fieldAt: passing,
      seconds: every(1, 2_800),
      distanceMmAt: (s) => (s >= 2_699 ? FLOOR - 900 : carsMmAt(s)),
    });
    expect(told(decisions.slice(-2))).toBe('vacant@1900 unknown@2699');
  });

  test('is not occupied by one cart after another, however long there are some', () => {
    const { decisions } = showField({
      fieldAt: () => EMPTY,
      seconds: every(1, 1_300),
      distanceMmAt: (s) => (s < 100 ? FLOOR : s < 650 ? FLOOR - 900 : FLOOR - 700),
    });
    expect(told(decisions)).toBe('vacant@0 unknown@100');
    const { decisions: same } = showField({
      fieldAt: () => EMPTY,
      seconds: every(1, 1_400),
      distanceMmAt: (s) => (s < 100 ? FLOOR : FLOOR - 900),
    });
    expect(told(same)).toBe('vacant@0 unknown@100 occupied@100');
  });

  test('is left by a car of hardly any iron that uncovers a cart', () => {
    const weak = { step: { x: 0.6, y: 0.4, z: -0.3 }, stopsS: 2_600, leavesS: 2_900 };
    const { decisions } = showField({
      fieldAt: (s) => street(s, [...CARS, weak]),
      seconds: every(1, 3_000),
      distanceMmAt: (s) => (s < 2_900 ? standing(s, 2_599, 2_900) - FLOOR + carsMmAt(s) : 1_750),
    });
    expect(told(decisions.slice(-3))).toBe('occupied@2599 vacant@2900 unknown@2900');
  });

  test('is occupied by a car at once that comes before the node’s noise is known', () => {
    for (const [periodS, comesS] of [
      [1, 5],
      [1, 8],
      [1, 11],
      [5, 20],
    ] as const) {
      const car = { step: STEP, stopsS: comesS, leavesS: 400 };
      const { decisions } = showField({
        fieldAt: (s) => withCar(EMPTY, s, car),
        seconds: every(periodS, 200),
        distanceMmAt: (s) => standing(s, comesS, 400),
      });
      expect(told(decisions)).toBe(`vacant@0 occupied@${comesS}`);
    }
  });

  test('is occupied by the next car at once, though one moved just as the node was first heard', () => {
    const LORRY = { x: 73, y: 104, z: 80 };
    const CAR = { x: 45, y: 10, z: 30 };
    const isThere = (s: number) => (s >= 1 && s < 9) || (s >= 21 && s < 30);
    const { decisions } = showField({
      fieldAt: (s) => (isThere(s) ? (s < 20 ? LORRY : CAR) : EMPTY),
      seconds: every(1, 60),
      distanceMmAt: (s) => (isThere(s) ? ROOF : FLOOR),
    });
    expect(told(decisions)).toBe('occupied@1 vacant@9 occupied@21 vacant@30');
  });

  test('is occupied by a car at once, though it has little iron', () => {
    const car = { step: { x: 1.2, y: 0.8, z: -1 }, stopsS: 200, leavesS: 400 };
    const { decisions } = showField({
      fieldAt: (s) => withCar(EMPTY, s, car),
      seconds: every(1, 500),
      distanceMmAt: (s) => standing(s, 199, 400),
    });
    expect(told(decisions)).toBe('vacant@0 occupied@199 vacant@400');
  });

  test('follows its cars by field alone when snow swallows every echo', () => {
    const { decisions } = showField({
      fieldAt: (s) => street(s),
      seconds: every(1, 2_100),
      distanceMmAt: (s) => (s < 900 ? standing(s, 199, 500) : undefined),
    });
    expect(decisions.map(({ state }) => state).slice(-2)).toEqual(['occupied', 'vacant']);
  });
});
