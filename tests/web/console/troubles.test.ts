import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { HEALTH_REASONS, HEALTH_STATES, healthReasons } from '#contract/health.ts';
import type { HealthReason, HealthState } from '#contract/health.ts';
import { STATES } from '#web/console/wire/sensor-answers.ts';
import type { SensorNow } from '#web/console/wire/sensor-answers.ts';
import { troublesOf } from '#web/console/sensors/troubles.ts';

const aSensor = (
  at: number,
  state: HealthState,
  reasons: readonly HealthReason[],
  line = 'line-1',
): SensorNow =>
  ({
    sensor: `node-${at}`,
    bay: `bay-${at}`,
    lot: 'lot',
    gateway: 'gw',
    line,
    state,
    reasons: [...reasons],
    since: null,
    counters: null,
    toldAt: null,
  }) as unknown as SensorNow;

const online = [{ gateway: 'gw' as never, state: 'online' as const }];
const said = (
  sensors: readonly SensorNow[],
  gateways = online as Parameters<typeof troublesOf>[1],
) =>
  troublesOf(sensors, gateways).map((trouble) =>
    trouble.kind === 'sensor' ? trouble.sensor.bay : `${trouble.kind} ${trouble.sensors.length}`,
  );

test('the order of states is that of the contract', () => {
  expect(STATES).toEqual(HEALTH_STATES);
});

test('one sensor that lies stands above a dead line, and that above all that is only broken or weak', () => {
  const line = [1, 2, 3].map((at) => aSensor(at, 'offline', ['line_fault']));
  const others = [
    aSensor(7, 'degraded', ['supply_low'], 'line-2'),
    aSensor(6, 'offline', ['silence'], 'line-2'),
    aSensor(5, 'faulty', ['channel_fault'], 'line-2'),
    aSensor(4, 'faulty', ['stuck_value'], 'line-2'),
    aSensor(8, 'maintenance', [], 'line-2'),
    aSensor(9, 'ok', [], 'line-2'),
  ];
  expect(said([...line, ...others])).toEqual(['bay-4', 'line 3', 'bay-5', 'bay-6', 'bay-7']);
  expect(said([...line, ...others], [{ gateway: 'gw' as never, state: 'offline' }])).toEqual([
    'gateway 7',
  ]);
});

test('whatever is wrong, each sensor that is not well is in one trouble, and liars are before all else', () => {
  const sensors = fc.array(
    fc.tuple(
      fc.constantFrom(...HEALTH_STATES),
      fc.array(fc.constantFrom(...HEALTH_REASONS), { maxLength: 3 }),
      fc.constantFrom('line-1', 'line-2'),
    ),
    { maxLength: 40 },
  );
  fc.assert(
    fc.property(sensors, (drawn) => {
      const all = [
        aSensor(99, 'ok', [], 'line-3'),
        ...drawn.map(([state, reasons, line], at) => aSensor(at, state, reasons, line)),
      ];
      const troubles = troublesOf(all, online);
      const named = troubles.flatMap((trouble) =>
        trouble.kind === 'sensor' ? [trouble.sensor] : trouble.sensors,
      );
      const bad = all.filter(({ state }) => state !== 'ok' && state !== 'maintenance');
      expect(new Set(named)).toEqual(new Set(bad));
      expect(named).toHaveLength(bad.length);
      const lies = troubles.map((trouble) => trouble.kind === 'sensor' && trouble.isLie);
      expect(lies.lastIndexOf(true)).toBeLessThan(
        lies.includes(false)
          ? Math.max(lies.indexOf(false), lies.filter(Boolean).length)
          : lies.length,
      );
    }),
  );
});

test('what the page calls a lie is what the contract does not believe', () => {
  for (const reason of HEALTH_REASONS) {
    const [trouble] = troublesOf([aSensor(1, 'faulty', [reason]), aSensor(2, 'ok', [])], online);
    if (reason === 'line_fault') continue;
    const isLie = trouble?.kind === 'sensor' && trouble.isLie;
    expect([reason, isLie]).toEqual([reason, !healthReasons[reason].believed]);
  }
});
