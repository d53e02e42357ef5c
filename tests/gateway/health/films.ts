import { newHealth, observe } from '#gateway/health/sensor-health.ts';
import type { HealthOfSensor } from '#gateway/health/sensor-health.ts';
import type { HealthParameters, Observation } from '#gateway/health/observation.ts';
import type { NodeReport, Quality, Sample } from '#gateway/sense/sample.ts';

export const parameters: HealthParameters = { periodMs: 1_000, unknownMs: 10_000, polled: true };

export const wellNode: NodeReport = {
  tamper: false,
  supplyLow: false,
  configChanged: false,
  calibrating: false,
  supplyMv: 5_000,
  configCrc: 0xbeef,
};

/** A sample as a well node gives it at `at`: value and SEQ advance, uptime runs with our clock. */
export function sampleAt(
  at: number,
  more: {
    readonly mm?: number;
    readonly quality?: Quality;
    readonly uptimeMs?: number;
    readonly node?: Partial<NodeReport>;
    readonly temperatureC?: number;
  } = {},
): Sample {
  const n = Math.floor(at / 1_000);
  const { mm = 2_600 + (n % 7), quality = 'ok', uptimeMs = at, temperatureC = 21 } = more;
  return {
    distance: { value: mm, unit: 'mm', quality },
    temperature: { value: temperatureC, unit: 'degC', quality: 'ok' },
    node: { ...wellNode, ...more.node },
    seq: n % 0x1_0000,
    uptimeMs,
    receivedAtMono: at,
  };
}

export type Frame = (at: number) => Observation;
export const heard =
  (more: Parameters<typeof sampleAt>[1] = {}): Frame =>
  (at) => ({ kind: 'sample', sample: sampleAt(at, more) });
export const well = heard();
export const missed: Frame = () => ({ kind: 'missed' });
export const stale: Frame = () => ({ kind: 'stale' });
export const nothing: Frame = () => ({ kind: 'tick' });

export interface Shot {
  readonly at: number;
  readonly health: HealthOfSensor;
}

/** One observation a second, each followed by a look at the clock. */
export function show(
  reel: readonly (readonly [seconds: number, frame: Frame])[],
  own: HealthParameters = parameters,
): Shot[] {
  let health = newHealth(0);
  let at = 0;
  const shots: Shot[] = [];
  for (const [seconds, frame] of reel) {
    for (let second = 0; second < seconds; second += 1) {
      at += 1_000;
      health = observe(health, frame(at), at, own);
      health = observe(health, { kind: 'tick' }, at, own);
      shots.push({ at, health });
    }
  }
  return shots;
}

/** Each change as `second state reasons`. */
export function told(shots: readonly Shot[]): string[] {
  const lines = shots.map(({ at, health: { state, active } }) => ({
    at: at / 1_000,
    text: [state, ...active.map(({ reason }) => reason)].join(' '),
  }));
  return lines
    .filter(({ text }, n) => text !== lines[n - 1]?.text)
    .map(({ at, text }) => `${at} ${text}`);
}
