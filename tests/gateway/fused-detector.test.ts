import { describe, expect, test } from 'vitest';
import { EMPTY, every, showField, STEP, street, told, withCar } from './field-film.ts';

describe('a bay with distance and field', () => {
  const ROOF = 1_100;
  const FLOOR = 2_600;
  const standing = (s: number, from: number, to: number) => (s >= from && s < to ? ROOF : FLOOR);

  test('is not occupied by a cart of no iron, and unknown while that stays', () => {
    const { decisions } = showField({
      fieldAt: () => EMPTY,
      seconds: every(1, 400),
      distanceMmAt: (s) => (s >= 100 && s < 300 ? FLOOR - 900 : FLOOR),
    });
    expect(decisions.map(({ state }) => state)).toEqual(['vacant', 'unknown', 'vacant']);
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
