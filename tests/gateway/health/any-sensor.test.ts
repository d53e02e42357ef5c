import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HEALTH_REASONS, healthThresholds } from '#contract/health.ts';
import type { HealthReason } from '#contract/health.ts';
import { isBelieved, newHealth, observe } from '#gateway/health/sensor-health.ts';
import type { HealthOfSensor } from '#gateway/health/sensor-health.ts';
import type { Observation } from '#gateway/health/observation.ts';
import { heard, missed, nothing, parameters, sampleAt, show, stale, well } from './films.ts';
import type { Frame } from './films.ts';

const same = heard({ mm: 1_234 });

const disturbances: readonly Frame[] = [
  well,
  missed,
  stale,
  nothing,
  same,
  heard({ node: { tamper: true } }),
  heard({ node: { supplyMv: 4_000 } }),
  heard({ temperatureC: 200 }),
  heard({ uptimeMs: 1 }),
  heard({ quality: 'fault' }),
  heard({ quality: 'no_target' }),
  (at) => ({ kind: 'sample', sample: sampleAt(at), floorOffMm: 400 }),
  () => ({ kind: 'link', frames: 3, errors: 1, crcErrors: 1 }),
  () => ({ kind: 'crowd' }),
  () => ({ kind: 'votes', disagree: true, occupiedForMs: 2, longStayMs: 1 }),
];
const reels = fc.array(
  fc.tuple(fc.integer({ min: 1, max: 90 }), fc.constantFrom(...disturbances)),
  {
    minLength: 1,
    maxLength: 14,
  },
);
const lying = new Set<HealthReason>([
  'stuck_value',
  'stuck_firmware',
  'latch_up',
  'tamper',
  'duplicate_address',
]);
const reasonsOf = ({ active }: HealthOfSensor) => active.map(({ reason }) => reason);

describe('whatever a sensor does', () => {
  test('no reason leaves sooner than its time after it was last found', () => {
    fc.assert(
      fc.property(reels, (reel) => {
        let before: HealthOfSensor | undefined;
        const enteredAt = new Map<HealthReason, number>();
        const stays: number[] = [];
        for (const { at, health } of show([[1, well], ...reel])) {
          for (const reason of HEALTH_REASONS) {
            const was = before !== undefined && reasonsOf(before).includes(reason);
            const is = reasonsOf(health).includes(reason);
            if (is && !was) enteredAt.set(reason, at);
            if (was && !is) stays.push(at - (enteredAt.get(reason) ?? 0));
          }
          before = health;
        }
        expect(stays.filter((ms) => ms < healthThresholds.dwellMs.leave)).toEqual([]);
      }),
      { numRuns: 60 },
    );
  });

  test('its state follows from its reasons, and what it says is believed only without the lying ones', () => {
    fc.assert(
      fc.property(reels, (reel) => {
        for (const { health } of show(reel)) {
          expect(health.state === 'ok').toBe(health.active.length === 0);
          expect(isBelieved(health)).toBe(!reasonsOf(health).some((reason) => lying.has(reason)));
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a good day afterwards makes it ok again: nothing is latched', () => {
    fc.assert(
      fc.property(reels, (reel) => {
        let health = show(reel).at(-1)?.health ?? newHealth(0);
        let at = reel.reduce((sum, [seconds]) => sum + 1_000 * seconds, 0);
        const hear = (observation: Observation) => {
          health = observe(health, observation, at, parameters);
        };
        hear({ kind: 'votes', disagree: false, occupiedForMs: 0, longStayMs: 1 });
        for (let n = 0; n < 2_000; n += 1) {
          at += 1_000;
          hear({ kind: 'sample', sample: sampleAt(at), floorOffMm: 0 });
          hear({ kind: 'link', frames: 1, errors: 0, crcErrors: 0 });
        }
        // The starts of a day are forgotten after a day, and not before.
        for (let n = 0; n < 25; n += 1) {
          at += 3_600_000;
          hear({ kind: 'sample', sample: sampleAt(at) });
        }
        for (let n = 0; n < 15; n += 1) {
          at += 1_000;
          hear({ kind: 'sample', sample: sampleAt(at) });
        }
        expect(health.active).toEqual([]);
      }),
      { numRuns: 30 },
    );
  });

  test('a healthy stream never leaves ok', () => {
    const noise = fc.array(fc.integer({ min: -15, max: 15 }), { minLength: 700, maxLength: 900 });
    const lateness = fc.array(fc.integer({ min: 0, max: 400 }), { minLength: 7, maxLength: 13 });
    fc.assert(
      fc.property(noise, lateness, (offsets, lates) => {
        let health = newHealth(0);
        for (const [n, offset] of offsets.entries()) {
          const due = 1_000 * (n + 1);
          const at = due + (lates[n % lates.length] ?? 0);
          // One drop-out in a hundred, one miss in two hundred.
          const quality = n % 100 === 50 ? 'no_target' : 'ok';
          const sample = sampleAt(at, { mm: 2_600 + offset + (n % 2), quality, uptimeMs: due });
          const observation: Observation =
            n % 200 === 199 ? { kind: 'missed' } : { kind: 'sample', sample };
          health = observe(health, observation, at, parameters);
          expect([n, health.state]).toEqual([n, 'ok']);
        }
      }),
      { numRuns: 15 },
    );
  });
});
