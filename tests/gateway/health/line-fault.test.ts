import { describe, expect, test } from 'vitest';
import { HEALTH_REASONS, HealthMessage } from '#contract/health.ts';
import { BayId, LineId, SensorId } from '#contract/ids.ts';
import { MAX_MESSAGE_BYTES } from '#contract/message-size.ts';
import type { SensorProperties } from '#contract/site.ts';
import { LineHealth } from '#gateway/health/line-health.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { sampleAt } from './films.ts';

const MOST_SENSORS = 32;

function aLine(count: number) {
  const said: string[] = [];
  const note = (_facts: object, event: string) => void said.push(event);
  const log: Log = { ...silentLog, info: note, warn: note, error: note };
  const sensors = Array.from({ length: count }, (_, at): SensorProperties => {
    const bay = BayId.parse(`bay-${at + 1}`);
    return {
      id: SensorId.parse(`node-${at + 1}`),
      bay,
      kind: 'pbn1',
      address: at + 1,
      mountMm: 2_600,
    };
  });
  let changes = 0;
  const line = new LineHealth({
    line: { id: LineId.parse('line-1'), sensors },
    periodMs: 1_000,
    startedAt: 0,
    log,
    onChanged: () => {
      changes += 1;
    },
  });
  let at = 0;
  /** So many seconds in which the first `silent` sensors are asked in vain. */
  function run(seconds: number, silent: number): void {
    for (let second = 0; second < seconds; second += 1) {
      at += 1_000;
      for (const [n, { bay }] of sensors.entries()) {
        if (n < silent) line.hear(bay, { kind: 'missed' }, at);
        else line.hear(bay, { kind: 'sample', sample: sampleAt(at) }, at);
      }
      line.look(at);
    }
  }
  const shown = () => [
    ...new Set(line.view().sensors.map(({ state, reasons }) => [state, ...reasons].join(' '))),
  ];
  return { line, run, said, shown, changes: () => changes };
}

describe('a line', () => {
  test('of which all fell silent is one fault, told and logged once', () => {
    const { line, run, said, shown, changes } = aLine(MOST_SENSORS);
    run(5, 0);
    expect(changes()).toBe(MOST_SENSORS);
    run(3, MOST_SENSORS);
    expect(line.view().lineFaultSince).toBe(8_000);
    expect(shown()).toEqual(['degraded line_fault']);
    run(60, MOST_SENSORS);
    expect(shown()).toEqual(['offline line_fault']);
    run(30, 0);
    expect(shown()).toEqual(['ok']);
    expect(line.view().lineFaultSince).toBeUndefined();
    expect(said).toEqual(['gateway.line.fault', 'gateway.line.recovered']);
  });

  test.each([
    [25, 'silence'],
    [26, 'line_fault'],
  ])('with %i of 32 sensors silent shows %s', (silent, reason) => {
    const { run, shown } = aLine(MOST_SENSORS);
    run(5, 0);
    run(20, silent);
    expect(shown()).toEqual([`offline ${reason}`, 'ok']);
  });

  test('whose sensors are most of them back shows those that are not', () => {
    const { line, run, said, shown } = aLine(MOST_SENSORS);
    run(5, 0);
    run(20, MOST_SENSORS);
    run(20, 2);
    expect(line.view().lineFaultSince).toBeUndefined();
    expect(shown()).toEqual(['offline silence', 'ok']);
    expect(said.filter((event) => event === 'gateway.sensor.offline')).toHaveLength(2);
  });

  test('with a single sensor never blames the line', () => {
    const { line, run, shown } = aLine(1);
    run(5, 0);
    run(20, 1);
    expect(shown()).toEqual(['offline silence']);
    expect(line.view().lineFaultSince).toBeUndefined();
  });

  test('that was never heard gets the time that an offline sensor gets', () => {
    const { line, run } = aLine(4);
    run(10, 4);
    expect(line.view().lineFaultSince).toBeUndefined();
    run(1, 4);
    expect(line.view().lineFaultSince).toBe(11_000);
  });

  test('with all its sensors at their worst fits into one message', () => {
    const long = (prefix: string, at: number) => `${prefix}${String(at).padStart(39, '0')}`;
    const counters = {
      frames: Number.MAX_SAFE_INTEGER,
      misses: Number.MAX_SAFE_INTEGER,
      crcErrors: Number.MAX_SAFE_INTEGER,
      resets: Number.MAX_SAFE_INTEGER,
      supplyMv: 65_535,
      temperatureC: -3_276.8,
      lastSeq: 65_535,
    };
    const message = HealthMessage.parse({
      v: 1,
      line: long('l', 0),
      publishedAt: Date.now(),
      simulated: false,
      lineFaultSince: Date.now(),
      sensors: Array.from({ length: MOST_SENSORS }, (_, at) => ({
        sensor: long('s', at),
        bay: long('b', at),
        state: 'maintenance',
        reasons: HEALTH_REASONS,
        since: Date.now(),
        counters,
      })),
    });
    expect(Buffer.byteLength(JSON.stringify(message))).toBeLessThan(MAX_MESSAGE_BYTES);
  });
});
