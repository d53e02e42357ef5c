import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CloneWatch } from '#api/ingest/clone-watch.ts';
import { FlapWatch } from '#api/state/flap-watch.ts';
import { Quarantine } from '#api/state/quarantine.ts';
import { GatewayId } from '#contract/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { HandClock } from '../../support/hand-clock.ts';

const gateway = GatewayId.parse('gw-1');
const stateOf = (turn: number) => (turn % 2 === 0 ? 'vacant' : 'occupied');

describe('changes of bays', () => {
  test('that cars can make are always plausible', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(3), fc.integer({ min: 3_000, max: 60_000 })), { maxLength: 200 }),
        (changes) => {
          const flaps = new FlapWatch(new Map([[gateway, 4]]));
          const turn = [0, 0, 0, 0];
          let now = 0;
          for (const [bay, later] of changes) {
            now += later;
            turn[bay] = (turn[bay] ?? 0) + 1;
            expect(flaps.isPlausible(gateway, bay, stateOf(turn[bay]), now)).toBe(true);
          }
        },
      ),
    );
  });

  test('that repeat or call unknown what was known are none', () => {
    const flaps = new FlapWatch(new Map([[gateway, 1]]));
    for (let now = 0; now < 10_000; now += 100) {
      expect(flaps.isPlausible(gateway, 0, 'vacant', now)).toBe(true);
      expect(flaps.isPlausible(gateway, 0, 'unknown', now)).toBe(true);
    }
  });

  test.each([
    [1, true],
    [4, true],
    [5, false],
    [20, false],
  ])('each second at %i of 20 bays: plausible %s', (flapping, isPlausible) => {
    const flaps = new FlapWatch(new Map([[gateway, 20]]));
    let plausible = true;
    for (let second = 0; second < 30; second += 1) {
      for (let bay = 0; bay < flapping; bay += 1) {
        plausible &&= flaps.isPlausible(gateway, bay, stateOf(second), 1_000 * second);
      }
    }
    expect(plausible).toBe(isPlausible);
  });
});

describe('a gateway in quarantine', () => {
  test('is believed again a minute after its last reason, and told of once', () => {
    const clock = new HandClock();
    const quarantine = new Quarantine(clock, silentLog);
    expect(quarantine.add(gateway, 'implausible_changes')).toBe(true);
    clock.pass(50_000);
    expect(quarantine.add(gateway, 'identity_cloned')).toBe(false);
    clock.pass(59_000);
    expect(quarantine.takeCalm()).toEqual([]);
    expect(quarantine.all).toEqual([{ gateway, reason: 'identity_cloned' }]);
    clock.pass(1_000);
    expect(quarantine.takeCalm()).toEqual([gateway]);
    expect([quarantine.has(gateway), quarantine.takeCalm()]).toEqual([false, []]);
  });
});

describe('runs of one gateway', () => {
  test('that follow each other are one gateway, however often it starts', () => {
    const clones = new CloneWatch<GatewayId>();
    for (let order = 1; order < 100; order += 1) {
      expect(clones.hear(gateway, order, 1_000 * order)).toBe(false);
    }
  });

  test('that take turns are two', () => {
    const clones = new CloneWatch<GatewayId>();
    const heard = [1, 2, 1, 2, 1, 2, 1, 2, 1].map((order, at) =>
      clones.hear(gateway, order, 5_000 * at),
    );
    expect(heard).toEqual([...Array<boolean>(8).fill(false), true]);
    const slowly = new CloneWatch<GatewayId>();
    const late = [1, 2, 1, 2, 1, 2, 1, 2, 1].map((order, at) =>
      slowly.hear(gateway, order, 30_000 * at),
    );
    expect(late).not.toContain(true);
  });
});
