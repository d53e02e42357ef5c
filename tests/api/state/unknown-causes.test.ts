import { expect, test } from 'vitest';
import type { HealthReason, HealthState } from '#contract/health.ts';
import type { BayId, GatewayId, LineId, LotId, SensorId } from '#contract/ids.ts';
import { lotPressureOf, byPressure } from '#api/state/lot-pressure.ts';
import type { GatewayStatus } from '#api/state/gateway-status.ts';
import type { KnownSensor } from '#api/state/sensor-health.ts';
import { unknownGroupsOf } from '#api/state/unknown-causes.ts';

const LOT = 'lot' as LotId;

function sensor(
  at: number,
  state: HealthState,
  reasons: readonly HealthReason[] = [],
  where: Partial<KnownSensor> = {},
): KnownSensor {
  return {
    sensor: `node-${at}` as SensorId,
    bay: `bay-${at}` as BayId,
    lot: LOT,
    gateway: 'gw' as GatewayId,
    line: 'line-1' as LineId,
    state,
    reasons,
    since: 100 + at,
    counters: null,
    toldAt: 1,
    ...where,
  };
}

const gateway = (state: GatewayStatus['state'], id = 'gw'): GatewayStatus => ({
  gateway: id as GatewayId,
  state,
  heardAt: 1,
  retained: false,
  last: null,
});

const groupsOf = (
  sensors: readonly KnownSensor[],
  { gateways = [gateway('online')], brokerConnected = true } = {},
) =>
  unknownGroupsOf({ sensors, gateways, brokerConnected, isUnknown: () => true }).map(
    ({ cause, gateway: of, line, reason, bays, since }) =>
      `${cause} ${of ?? '-'} ${line ?? '-'} ${reason ?? '-'} ${bays.join()} ${since}`,
  );

test('the widest cause explains all that it takes with it, in one group', () => {
  const line = [1, 2, 3].map((at) => sensor(at, 'offline', ['line_fault']));
  const stuck = sensor(4, 'faulty', ['stuck_value'], { line: 'line-2' as LineId });
  const calm = sensor(5, 'ok', [], { line: 'line-2' as LineId });
  const all = [...line, stuck, calm];
  expect(groupsOf(all)).toEqual([
    'line gw line-1 - bay-1,bay-2,bay-3 101',
    'sensor gw line-2 stuck_value bay-4 104',
    'waiting - - - bay-5 105',
  ]);
  expect(groupsOf(all, { gateways: [gateway('offline')] })).toEqual([
    'gateway gw - - bay-1,bay-2,bay-3,bay-4,bay-5 101',
  ]);
  expect(groupsOf(all, { brokerConnected: false })).toEqual([
    'broker - - - bay-1,bay-2,bay-3,bay-4,bay-5 101',
  ]);
});

test('a gateway of which no sensor is heard is silent, before the broker says so', () => {
  const silent = [1, 2].map((at) => sensor(at, 'offline', ['silence']));
  expect(groupsOf(silent)).toEqual(['gateway gw - - bay-1,bay-2 101']);
  expect(groupsOf([...silent, sensor(3, 'ok')])[0]).toBe(
    'sensor gw line-1 silence bay-1,bay-2 101',
  );
});

test('a bay that is known, or out of service, is in no group', () => {
  const sensors = [sensor(1, 'maintenance'), sensor(2, 'faulty', ['tamper'])];
  const known = unknownGroupsOf({
    sensors,
    gateways: [gateway('online')],
    brokerConnected: true,
    isUnknown: () => false,
  });
  expect(known).toEqual([]);
  expect(groupsOf(sensors)).toEqual(['sensor gw line-1 tamper bay-2 102']);
});

test('pressure is of known bays alone, and full is since the last free bay went', () => {
  const live = (vacant: number, occupied: number, unknown: number) => ({
    lot: LOT,
    counts: [{ class: 'general' as const, vacant, occupied, unknown }],
    observedAt: 1,
    fact: null,
  });
  const bays = [3_000, 9_000, 5_000].map((since, at) => ({
    bay: `bay-${at}` as BayId,
    state: 'occupied' as const,
    since,
  }));
  expect(lotPressureOf(live(1, 3, 4), bays, 8, 0)).toMatchObject({
    pressure: 0.75,
    fullSince: null,
  });
  expect(lotPressureOf(live(0, 3, 0), bays, 3, 0)).toMatchObject({ pressure: 1, fullSince: 9_000 });
  // Too much is unknown to call it full.
  expect(lotPressureOf(live(0, 3, 5), bays, 8, 0)).toMatchObject({ fullSince: null });
  expect(lotPressureOf(live(0, 0, 5), [], 5, 0)).toMatchObject({ pressure: null });
  const fact = { vacant: 10, source: 'counter' as const, sensedAt: 0, validUntil: 100 };
  expect(lotPressureOf({ ...live(0, 0, 0), fact }, [], 40, 99).pressure).toBe(0.75);
  expect(lotPressureOf({ ...live(0, 0, 0), fact }, [], 40, 100).pressure).toBeNull();
  const order = [
    { pressure: null, unknown: 1 },
    { pressure: 0.2, unknown: 0 },
    { pressure: null, unknown: 5 },
    { pressure: 1, unknown: 0 },
  ].toSorted(byPressure);
  expect(order.map(({ pressure, unknown }) => `${pressure} ${unknown}`)).toEqual([
    '1 0',
    '0.2 0',
    'null 5',
    'null 1',
  ]);
});
