import type { HealthReason } from '#contract/health.ts';
import type { GatewayId, LineId } from '#contract/ids.ts';
import type { GatewayNow, SensorNow } from '../wire/sensor-answers.ts';

/** What somebody should look at: one fault, however many sensors it takes with it. */
export type Trouble =
  | { readonly kind: 'sensor'; readonly sensor: SensorNow; readonly isLie: boolean }
  | ({ readonly kind: 'line' } & ManySensors)
  | ({ readonly kind: 'gateway' } & ManySensors);

interface ManySensors {
  readonly gateway: GatewayId;
  readonly line: LineId | undefined;
  readonly sensors: readonly SensorNow[];
}

/** What such a sensor says of its bay is false, however sure it sounds (contract/health.ts). */
const LIES: ReadonlySet<HealthReason> = new Set([
  'stuck_value',
  'stuck_firmware',
  'latch_up',
  'tamper',
  'duplicate_address',
]);

/**
 * Sensors that lie first, for nothing else shows them; then what takes many bays at once; then what
 * is broken, silent or doubtful by itself.
 */
export function troublesOf(
  sensors: readonly SensorNow[],
  gateways: readonly Pick<GatewayNow, 'gateway' | 'state'>[],
): Trouble[] {
  const silent = silentGateways(sensors, gateways);
  const groups = new Map<string, SensorNow[]>();
  const troubles: Trouble[] = [];
  for (const sensor of sensors) {
    const { gateway, line, state, reasons } = sensor;
    if (state === 'ok' || state === 'maintenance') continue;
    const isWide = silent.has(gateway) || reasons.includes('line_fault');
    if (!isWide) {
      const isLie = reasons.some((reason) => LIES.has(reason));
      troubles.push({ kind: 'sensor', sensor, isLie });
      continue;
    }
    const kind = silent.has(gateway) ? 'gateway' : 'line';
    const key = kind === 'gateway' ? gateway : `${gateway}/${line}`;
    const known = groups.get(key);
    if (known) {
      known.push(sensor);
      continue;
    }
    const group = [sensor];
    groups.set(key, group);
    troubles.push({ kind, gateway, line: kind === 'line' ? line : undefined, sensors: group });
  }
  return troubles.toSorted((a, b) => rankOf(a) - rankOf(b) || sizeOf(b) - sizeOf(a));
}

function silentGateways(
  sensors: readonly SensorNow[],
  gateways: readonly Pick<GatewayNow, 'gateway' | 'state'>[],
): ReadonlySet<GatewayId> {
  const heard = new Set(
    sensors
      .filter(({ state, reasons }) => state !== 'offline' || reasons.includes('line_fault'))
      .map(({ gateway }) => gateway),
  );
  const gone = gateways.filter(({ state }) => state !== 'online').map(({ gateway }) => gateway);
  const unheard = sensors.map(({ gateway }) => gateway).filter((gateway) => !heard.has(gateway));
  return new Set([...gone, ...unheard]);
}

function rankOf(trouble: Trouble): number {
  if (trouble.kind === 'gateway') return 1;
  if (trouble.kind === 'line') return 2;
  if (trouble.isLie) return 0;
  return { faulty: 3, offline: 4, degraded: 5, maintenance: 6, ok: 6 }[trouble.sensor.state];
}

const sizeOf = (trouble: Trouble): number =>
  trouble.kind === 'sensor' ? 1 : trouble.sensors.length;
