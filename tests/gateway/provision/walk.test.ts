import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { Walk } from '#gateway/provision/walk.ts';

const places = (count: number) =>
  Array.from({ length: count }, (_, at) => ({ address: at + 1, name: `A-00${at + 1}` }));
const FLOOR_MM = 2_600;

/** Somebody walks past the bays in this order of sensors. */
function walked(count: number, order: readonly number[]) {
  const walk = new Walk(places(count));
  const all = (mm: (address: number) => number | undefined) =>
    places(count).flatMap(({ address }) => walk.hear(address, mm(address)) ?? []);
  for (let at = 0; at < 5; at += 1) all(() => FLOOR_MM + at);
  expect(walk.isReady).toBe(true);
  const events = order.flatMap((under) => [
    ...all((address) => (address === under ? 1_200 : FLOOR_MM)),
    ...all((address) => (address === under ? 1_210 : FLOOR_MM)),
    ...all(() => FLOOR_MM),
  ]);
  return { walk, events, result: walk.result() };
}

describe('a walk test', () => {
  test('in the expected order finds nothing', () => {
    const { walk, events, result } = walked(4, [1, 2, 3, 4]);
    expect(walk.isComplete).toBe(true);
    expect(walk.next).toBeUndefined();
    expect(events.map(({ place, covered }) => [place.address, covered])).toEqual([
      [1, 1],
      [2, 2],
      [3, 3],
      [4, 4],
    ]);
    expect(result.findings).toEqual([]);
  });

  test('names two swapped sensors', () => {
    const { result } = walked(5, [1, 2, 4, 3, 5]);
    expect(result.findings).toEqual([
      'A-003 and A-004 are swapped: address 4 hangs over A-003, 3 over A-004',
    ]);
  });

  test('names three that went round, and one that saw nobody', () => {
    const { result, walk } = walked(5, [2, 3, 1, 5]);
    expect(walk.next?.name).toBe('A-004');
    expect(result.findings).toEqual([
      'at A-001 the sensor of A-002 (address 2) saw somebody',
      'at A-002 the sensor of A-003 (address 3) saw somebody',
      'at A-003 the sensor of A-001 (address 1) saw somebody',
      'A-004: its sensor (address 4) saw nobody: not walked, dead, or blind',
    ]);
  });

  test('knows a walk from the far end', () => {
    expect(walked(4, [4, 3, 2, 1]).result).toMatchObject({ isReversed: true, swapped: [] });
  });

  test('of any order names exactly the bays that answered for another', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([1, 2, 3, 4, 5, 6], { minLength: 6 }), (order) => {
        const { result } = walked(6, order);
        const wrong = order.filter((address, at) => address !== at + 1).length;
        expect(result.swapped).toHaveLength(result.isReversed ? 0 : wrong);
        expect(result.seen.map(({ address }) => address)).toEqual(order);
        expect(result.findings.length === 0).toBe(wrong === 0);
      }),
    );
  });

  test('is not begun by noise, by no echo, or by a car that was there before', () => {
    const walk = new Walk(places(1));
    for (const mm of [900, undefined, 910, 905, 900, undefined, 895]) walk.hear(1, mm);
    expect(walk.isReady).toBe(true);
    expect(walk.hear(1, 300)).toBeUndefined();
    expect(walk.hear(1, 900)).toBeUndefined();
    expect(walk.hear(1, undefined)).toBeUndefined();
    expect(walk.hear(1, 400)).toBeUndefined();
    expect(walk.hear(1, 410)?.place.name).toBe('A-001');
    expect(walk.hear(1, 410)).toBeUndefined();
  });

  test('says when two see somebody at once', () => {
    const walk = new Walk(places(2));
    for (let at = 0; at < 5; at += 1) for (const address of [1, 2]) walk.hear(address, FLOOR_MM);
    walk.hear(1, 1_000);
    expect(walk.hear(1, 1_000)?.isWithAnother).toBe(false);
    walk.hear(2, 1_000);
    expect(walk.hear(2, 1_000)?.isWithAnother).toBe(true);
  });
});
