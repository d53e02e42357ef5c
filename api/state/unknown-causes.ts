import type { HealthReason } from '#contract/health.ts';
import type { BayId, GatewayId, LineId, LotId } from '#contract/ids.ts';
import type { UnknownCause } from '#contract/unknown-cause.ts';
import type { GatewayStatus } from './gateway-status.ts';
import type { KnownSensor } from './sensor-health.ts';

/** Bays of one lot that are unknown for one and the same reason. Times are epoch milliseconds. */
export interface UnknownGroup {
  readonly lot: LotId;
  readonly cause: UnknownCause;
  readonly gateway: GatewayId | null;
  readonly line: LineId | null;
  readonly reason: HealthReason | null;
  readonly bays: readonly BayId[];
  readonly since: number | null;
}

export interface UnknownFacts {
  readonly isUnknown: (bay: BayId) => boolean;
  readonly sensors: readonly KnownSensor[];
  readonly gateways: readonly GatewayStatus[];
  readonly brokerConnected: boolean;
}

/** Why bays are unknown, the most bays first: one fault is one group, however many bays it takes. */
export function unknownGroupsOf(facts: UnknownFacts): UnknownGroup[] {
  const silent = silentGatewaysOf(facts);
  const groups = new Map<string, UnknownGroup & { readonly bays: BayId[]; since: number | null }>();
  for (const sensor of facts.sensors) {
    const { bay, lot } = sensor;
    if (lot === null || sensor.state === 'maintenance' || !facts.isUnknown(bay)) continue;
    const why = causeOf(sensor, silent, facts.brokerConnected);
    const key = [lot, why.cause, why.gateway, why.line, why.reason].join(' ');
    const known = groups.get(key);
    if (known === undefined) groups.set(key, { lot, ...why, bays: [bay], since: sensor.since });
    else {
      known.bays.push(bay);
      if (sensor.since !== null) known.since = Math.min(known.since ?? Infinity, sensor.since);
    }
  }
  return [...groups.values()].toSorted((a, b) => b.bays.length - a.bays.length);
}

type Why = Pick<UnknownGroup, 'cause' | 'gateway' | 'line' | 'reason'>;

function causeOf(
  { gateway, line, state, reasons }: KnownSensor,
  silent: ReadonlySet<GatewayId>,
  brokerConnected: boolean,
): Why {
  if (!brokerConnected) return { cause: 'broker', gateway: null, line: null, reason: null };
  if (silent.has(gateway)) return { cause: 'gateway', gateway, line: null, reason: null };
  if (reasons.includes('line_fault')) return { cause: 'line', gateway, line, reason: null };
  const [reason = null] = reasons;
  if (state === 'ok' || reason === null) {
    return { cause: 'waiting', gateway: null, line: null, reason: null };
  }
  return { cause: 'sensor', gateway, line, reason };
}

/**
 * Gateways that say themselves that they are gone, or of which no sensor is heard: the broker learns
 * of a dead connection later than the api of missing words.
 */
function silentGatewaysOf({ gateways, sensors }: UnknownFacts): ReadonlySet<GatewayId> {
  const heard = new Set(
    sensors
      .filter(({ state, reasons }) => state !== 'offline' || reasons.includes('line_fault'))
      .map(({ gateway }) => gateway),
  );
  return new Set(
    gateways
      .filter(({ gateway, state }) => state !== 'online' || !heard.has(gateway))
      .map(({ gateway }) => gateway),
  );
}
