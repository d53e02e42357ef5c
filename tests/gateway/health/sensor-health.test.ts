import { describe, expect, test } from 'vitest';
import type { HealthReason } from '#contract/health.ts';
import { newHealth, observe } from '#gateway/health/sensor-health.ts';
import type { Observation } from '#gateway/health/observation.ts';
import { heard, missed, nothing, parameters, sampleAt, show, stale, told, well } from './films.ts';
import type { Frame } from './films.ts';

const HOUR = 3_600;
const mixed =
  (bad: Frame, every: number): Frame =>
  (at) =>
    (at / 1_000) % every === 0 ? bad(at) : well(at);
const same = heard({ mm: 1_234 });

describe('a sensor', () => {
  test.each<[string, readonly (readonly [number, Frame])[], readonly string[]]>([
    ['is offline before its first word', [[5, nothing]], ['1 offline silence']],
    [
      'is ok from its first sample on',
      [
        [3, nothing],
        [9, well],
      ],
      ['1 offline silence', '4 ok'],
    ],
    [
      'is still ok after two misses',
      [
        [9, well],
        [2, missed],
        [9, well],
      ],
      ['1 ok'],
    ],
    [
      'is degraded after three misses, offline by the deadline, and back when it has spoken for 10 s',
      [
        [9, well],
        [15, missed],
        [20, well],
      ],
      ['1 ok', '12 degraded silence', '20 offline silence', '25 degraded silence', '34 ok'],
    ],
    [
      'is degraded and then offline when nobody asks any more',
      [
        [9, well],
        [15, nothing],
      ],
      ['1 ok', '15 degraded silence', '20 offline silence'],
    ],
    [
      'is faulty when its value stands still for 60 samples, and ok when it moves again',
      [
        [9, well],
        [70, same],
        [20, well],
      ],
      ['1 ok', '69 faulty stuck_value', '93 ok'],
    ],
    [
      'is believed with 59 equal values',
      [
        [9, well],
        [59, same],
        [9, well],
      ],
      ['1 ok'],
    ],
    [
      'may find no target as often as it likes without being stuck',
      [[80, heard({ mm: 0xfffd, quality: 'no_target' })]],
      ['1 ok'],
    ],
    [
      'is faulty when it repeats its last sample past the deadline',
      [
        [9, well],
        [15, stale],
        [15, well],
      ],
      ['1 ok', '20 faulty stuck_firmware', '34 ok'],
    ],
    [
      'is faulty while it reports that it was moved',
      [
        [9, well],
        [3, heard({ node: { tamper: true } })],
        [15, well],
      ],
      ['1 ok', '10 faulty tamper', '22 ok'],
    ],
    [
      'is degraded on a low supply and faulty on a critical one, each until it has risen well above',
      [
        [5, well],
        [5, heard({ node: { supplyMv: 4_550 } })],
        [15, heard({ node: { supplyMv: 4_650 } })],
        [5, heard({ node: { supplyMv: 4_200 } })],
        [25, well],
      ],
      ['1 ok', '6 degraded supply_low', '26 faulty supply_low supply_critical', '40 ok'],
    ],
    ['need not measure its supply', [[9, heard({ node: { supplyMv: 0 } })]], ['1 ok']],
    [
      'is degraded at a temperature that no street has',
      [
        [5, well],
        [2, heard({ temperatureC: 120 })],
        [15, well],
      ],
      ['1 ok', '6 degraded temperature_implausible', '17 ok'],
    ],
    [
      'is in maintenance while it is calibrated, whatever else is wrong',
      [
        [5, well],
        [4, heard({ node: { calibrating: true, tamper: true } })],
        [15, well],
      ],
      ['1 ok', '6 maintenance tamper', '10 faulty tamper', '19 ok'],
    ],
    [
      'is degraded while its configuration was changed behind our back',
      [
        [5, well],
        [1, heard({ node: { configChanged: true } })],
        [15, well],
      ],
      ['1 ok', '6 degraded config_mismatch', '16 ok'],
    ],
    [
      'is degraded while its floor is far from where it was mounted',
      [
        [5, well],
        [1, (at) => ({ kind: 'sample', sample: sampleAt(at), floorOffMm: -310 })],
        [12, (at) => ({ kind: 'sample', sample: sampleAt(at), floorOffMm: -260 })],
        [15, (at) => ({ kind: 'sample', sample: sampleAt(at), floorOffMm: 0 })],
      ],
      ['1 ok', '6 degraded drift', '28 ok'],
    ],
    [
      'is suspected of a latch-up only by two channels that disagree past the longest stays',
      [
        [5, well],
        [1, () => ({ kind: 'votes', disagree: true, occupiedForMs: 5, longStayMs: 9 })],
        [1, () => ({ kind: 'votes', disagree: true, occupiedForMs: 10, longStayMs: 9 })],
        [1, () => ({ kind: 'votes', disagree: false, occupiedForMs: 11, longStayMs: 9 })],
        [15, well],
      ],
      ['1 ok', '7 faulty latch_up', '17 ok'],
    ],
  ])('%s', (_name, reel, changes) => {
    expect(told(show(reel))).toEqual(changes);
  });

  test.each<[HealthReason, Frame, number]>([
    ['no_target', heard({ mm: 0xfffd, quality: 'no_target' }), 4],
    ['interference', heard({ mm: 0xfffe, quality: 'interference' }), 4],
    ['saturated', heard({ mm: 300, quality: 'saturated' }), 4],
    ['channel_fault', heard({ mm: 0xffff, quality: 'fault' }), 4],
  ])(
    'shows %s when more than a fifth of ten minutes is, and no longer once it is a tenth',
    (reason, bad, every) => {
      const shots = show([
        [900, mixed(bad, every)],
        [700, mixed(bad, 8)],
        [700, mixed(bad, 20)],
      ]);
      const at = (second: number) =>
        shots[second - 1]?.health.active.some((one) => one.reason === reason);
      expect([at(200), at(600), at(1_600), at(2_300)]).toEqual([false, true, true, false]);
      expect(told(show([[1_300, mixed(bad, 6)]]))).toEqual(['1 ok']);
    },
  );

  test('is degraded after more than three starts within a day, and no more a day later', () => {
    let startedAt = 0;
    const restarting: Frame = (at) => {
      if ((at / 1_000) % 600 === 0) startedAt = at - 500;
      return { kind: 'sample', sample: sampleAt(at, { uptimeMs: at - startedAt }) };
    };
    const running: Frame = (at) => ({
      kind: 'sample',
      sample: sampleAt(at, { uptimeMs: at - startedAt }),
    });
    const shots = show([[5 * 600 - 1, restarting]]);
    let after = shots.at(-1)?.health ?? newHealth(0);
    for (let at = 3_000_000; at <= 26 * HOUR * 1_000; at += 60_000) {
      after = observe(after, running(at), at, { ...parameters, unknownMs: 180_000 });
    }
    expect(shots[2_399 - 1]?.health.state).toBe('ok');
    expect(shots[2_400 - 1]?.health.active.map(({ reason }) => reason)).toEqual(['resets']);
    expect(after.state).toBe('ok');
    expect(after.clock.resetCount).toBe(4);
  });

  test('is not restarted when its uptime has run through all 32 bits', () => {
    const offset = 2 ** 32 - 20_000;
    const shots = show([
      [
        60,
        (at) => ({ kind: 'sample', sample: sampleAt(at, { uptimeMs: (at + offset) % 2 ** 32 }) }),
      ],
    ]);
    expect(told(shots)).toEqual(['1 ok']);
    expect(shots.at(-1)?.health.clock.resetCount).toBe(0);
  });

  test('is faulty while two nodes answer to its address in turn', () => {
    const either: Frame = (at) => ({
      kind: 'sample',
      sample: sampleAt(at, { uptimeMs: at + ((at / 1_000) % 2 === 0 ? 5_000_000 : 90_000) }),
    });
    const shots = show([
      [20, either],
      [700, well],
    ]);
    expect(told(shots)[1]).toBe('4 faulty duplicate_address');
    expect(shots.at(-1)?.health.state).toBe('ok');
  });

  test('is faulty at once when another node was heard at its address', () => {
    const shots = show([
      [5, well],
      [1, () => ({ kind: 'crowd' })],
      [700, well],
    ]);
    expect(told(shots)[1]).toBe('6 faulty duplicate_address');
    expect(shots.at(-1)?.health.state).toBe('ok');
  });

  test.each([
    [150, 'ok'],
    [-150, 'ok'],
    [300, 'degraded'],
    [-300, 'degraded'],
  ])('whose clock runs %i ppm off for two hours is %s, however late it answers', (ppm, state) => {
    const off: Frame = (at) => {
      const lateMs = (at * 7_919) % 400;
      const uptimeMs = Math.round((at - lateMs) * (1 + ppm / 1e6));
      return { kind: 'sample', sample: sampleAt(at, { uptimeMs }) };
    };
    expect(show([[2 * HOUR, off]]).at(-1)?.health.state).toBe(state);
  });

  test.each([
    [4, 'ok'],
    [6, 'degraded'],
    [51, 'faulty'],
  ])('with %i broken frames of a thousand is %s, and ok after a good thousand', (errors, state) => {
    let health = newHealth(0);
    let at = 0;
    const hear = (observation: Observation) => {
      at += 100;
      health = observe(health, { kind: 'sample', sample: sampleAt(at) }, at, parameters);
      health = observe(health, observation, at, parameters);
    };
    const frames = (bad: boolean): Observation => ({
      kind: 'link',
      frames: 1,
      errors: Number(bad),
      crcErrors: Number(bad),
    });
    for (let n = 0; n < 1_000; n += 1) hear(frames(n < errors));
    expect(health.state).toBe(state);
    expect(health.counts.crcErrors).toBe(errors);
    for (let n = 0; n < 1_200; n += 1) hear(frames(false));
    expect(health.state).toBe('ok');
  });
});
