import type { BayId, GatewayId, LotId } from './ids.ts';
import { isModbusKind } from './sensor-kind.ts';
import { idKeyOf, nameOf } from './site-feature.ts';
import type { Placed, SiteProblem } from './site-feature.ts';
import type { Bay, FeatureKind, LineProperties, SensorProperties } from './site.ts';

/**
 * What one feature says of another must be there, and once. `unread` are the keys of features that
 * are there and wrong in themselves: nobody else is blamed for them.
 */
export function referenceProblems(
  placed: readonly Placed[],
  unread: ReadonlySet<string>,
): SiteProblem[] {
  const problems: SiteProblem[] = [];
  const seen = new Map<string, Placed>();
  for (const entry of placed) {
    const { properties } = entry.feature;
    if (!('id' in properties)) continue;
    const key = idKeyOf(properties);
    const first = seen.get(key);
    if (first) {
      const expected = `an id used once; "${properties.id}" is also ${nameOf(first)}`;
      problems.push({ feature: nameOf(entry), field: 'properties.id', expected });
    } else seen.set(key, entry);
  }
  const isUnread = (kind: FeatureKind, id: string) => unread.has(idKeyOf({ kind, id }));
  const has = (kind: FeatureKind, id: string) =>
    seen.has(idKeyOf({ kind, id })) || isUnread(kind, id);
  const sensedBays = new Map<BayId, string>();
  const baysOfLot = new Map<LotId, number>();
  const sensedOfLot = new Map<LotId, number>();

  for (const entry of placed) {
    const { properties } = entry.feature;
    const miss = (field: string, expected: string) =>
      problems.push({ feature: nameOf(entry), field: `properties.${field}`, expected });
    switch (properties.kind) {
      case 'bay':
      case 'entrance':
        if (!has('lot', properties.lot))
          miss('lot', `a lot of this site; "${properties.lot}" is none`);
        if (properties.kind === 'bay') {
          baysOfLot.set(properties.lot, (baysOfLot.get(properties.lot) ?? 0) + 1);
        }
        break;
      case 'lot':
        for (const [at, walk] of (properties.walks ?? []).entries()) {
          if (!has('market', walk.market)) {
            miss(`walks.${at}.market`, `a market of this site; "${walk.market}" is none`);
          }
        }
        break;
      case 'sign':
        for (const [at, row] of properties.rows.entries()) {
          if (!has('lot', row.lot)) {
            miss(`rows.${at}.lot`, `a lot of this site; "${row.lot}" is none`);
          }
        }
        break;
      case 'gateway':
        checkLines(properties.id, properties.lines, miss, (bay, where) => {
          if (isUnread('bay', bay)) return undefined;
          const placedBay = seen.get(idKeyOf({ kind: 'bay', id: bay }));
          if (!placedBay) return `a bay of this site; "${bay}" is none`;
          const other = sensedBays.get(bay);
          sensedBays.set(bay, where);
          const lot = (placedBay.feature as Bay).properties.lot;
          sensedOfLot.set(lot, (sensedOfLot.get(lot) ?? 0) + 1);
          return other === undefined ? undefined : `a bay with one sensor; ${other} has it too`;
        });
        break;
      case 'market':
      case 'backdrop':
        break;
    }
  }
  problems.push(...clientProblems(placed));
  // How many bays have sensors is known when every feature is.
  if (unread.size === 0) problems.push(...sensingProblems(placed, baysOfLot, sensedOfLot));
  return problems;
}

/** Gateways and signs are known to the broker by their ids, beside the api: one name, one client. */
function clientProblems(placed: readonly Placed[]): SiteProblem[] {
  const first = new Map<string, Placed>();
  return placed.flatMap((entry) => {
    const { properties } = entry.feature;
    if (properties.kind !== 'gateway' && properties.kind !== 'sign') return [];
    const { id } = properties;
    const problem = (expected: string) => [
      { feature: nameOf(entry), field: 'properties.id', expected },
    ];
    if (id.length < 3) return problem('an id of at least 3 characters: it is a broker client');
    if (/^api(-|$)/.test(id)) return problem('an id that is not "api": the api goes by it');
    const other = first.get(id);
    first.set(id, entry);
    return other === undefined || other.feature.properties.kind === properties.kind
      ? []
      : problem(`an id of its own; ${nameOf(other)} has it too`);
  });
}

/** What lines of one gateway say of each other; `claim` says what is wrong with a sensor's bay. */
export function checkLines(
  gateway: GatewayId,
  lines: readonly LineProperties[],
  miss: (field: string, expected: string) => void,
  claim: (bay: BayId, where: string) => string | undefined,
): void {
  const lineIds = new Set<string>();
  const sensorIds = new Set<string>();
  const ports = new Map<string, string>();
  for (const [l, line] of lines.entries()) {
    if (lineIds.has(line.id)) miss(`lines.${l}.id`, `an id used once; "${line.id}" is used twice`);
    lineIds.add(line.id);
    const port = nameOfPort(line.port);
    const taken = port === undefined ? undefined : ports.get(port);
    if (taken !== undefined) miss(`lines.${l}.port`, `a port of its own; line "${taken}" has it`);
    if (port !== undefined) ports.set(port, line.id);
    const addresses = new Set<number>();
    for (const [s, sensor] of line.sensors.entries()) {
      const field = `lines.${l}.sensors.${s}`;
      if (sensorIds.has(sensor.id)) miss(`${field}.id`, `an id used once; "${sensor.id}" is not`);
      sensorIds.add(sensor.id);
      const problem = claim(sensor.bay, `gateway "${gateway}" line "${line.id}"`);
      if (problem) miss(`${field}.bay`, problem);
      checkAddress(line, sensor, addresses, (expected) => miss(`${field}.address`, expected));
    }
  }
}

/** undefined: a simulated line has its own. */
function nameOfPort(port: LineProperties['port']): string | undefined {
  switch (port.kind) {
    case 'serial':
      return port.path;
    case 'tcp':
      return `${port.host.toLowerCase()} ${port.port}`;
    case 'simulated':
      return undefined;
  }
}

function checkAddress(
  line: LineProperties,
  sensor: SensorProperties,
  addresses: Set<number>,
  miss: (expected: string) => void,
): void {
  if (isModbusKind(sensor.kind)) {
    if (sensor.address === undefined) return miss('a Modbus address, 1 to 247');
    if (addresses.has(sensor.address))
      miss(`an address used once on its line; ${sensor.address} is not`);
    addresses.add(sensor.address);
    return;
  }
  if (sensor.address !== undefined) {
    miss(`no address: a ${sensor.kind} sensor is free-running`);
  }
  if (line.sensors.length > 1) {
    miss(`a line for this sensor alone: a ${sensor.kind} sensor is free-running`);
  }
}

/** `instrumented` says what is true: full has a sensor in every bay, none and counter have none. */
function sensingProblems(
  placed: readonly Placed[],
  bays: ReadonlyMap<LotId, number>,
  sensed: ReadonlyMap<LotId, number>,
): SiteProblem[] {
  return placed.flatMap((entry) => {
    if (entry.feature.properties.kind !== 'lot') return [];
    const { id, instrumented, capacity } = entry.feature.properties;
    const bayCount = bays.get(id) ?? 0;
    const sensedCount = sensed.get(id) ?? 0;
    const problem = (field: string, expected: string) => [
      { feature: nameOf(entry), field: `properties.${field}`, expected },
    ];
    if (bayCount > capacity) {
      return problem('capacity', `at least its ${bayCount} bays; got ${capacity}`);
    }
    switch (instrumented) {
      case 'none':
      case 'counter':
        return sensedCount === 0
          ? []
          : problem('instrumented', `"partial" or "full": ${sensedCount} of its bays have sensors`);
      case 'full':
        return sensedCount === capacity
          ? []
          : problem('instrumented', `"partial": ${sensedCount} of ${capacity} bays have sensors`);
      case 'partial':
        return sensedCount > 0 && sensedCount < capacity
          ? []
          : problem(
              'instrumented',
              `"none" or "full": ${sensedCount} of ${capacity} bays have sensors`,
            );
    }
  });
}
