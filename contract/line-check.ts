import type { BayId, GatewayId } from './ids.ts';
import { isModbusKind } from './sensor-kind.ts';
import type { LineProperties, SensorProperties } from './site.ts';

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
    const where = `gateway "${gateway}" line "${line.id}"`;
    for (const [s, sensor] of line.sensors.entries()) {
      const field = `lines.${l}.sensors.${s}`;
      if (sensorIds.has(sensor.id)) miss(`${field}.id`, `an id used once; "${sensor.id}" is not`);
      sensorIds.add(sensor.id);
      const problem = claim(sensor.bay, where);
      if (problem) miss(`${field}.bay`, problem);
      checkAddress(line, sensor, addresses, (expected) => miss(`${field}.address`, expected));
    }
    checkLineOfSigns(line, addresses, (field, expected) => miss(`lines.${l}.${field}`, expected));
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

/** Signs share the line's one master with sensors that are asked; nobody asks a free-running one. */
function checkLineOfSigns(
  { sensors, signs = [] }: LineProperties,
  addresses: Set<number>,
  miss: (field: string, expected: string) => void,
): void {
  if (sensors.length + signs.length === 0) miss('sensors', 'at least one sensor, or a sign');
  if (signs.length > 0 && sensors.some(({ kind }) => !isModbusKind(kind))) {
    miss('signs', 'no signs beside a free-running sensor');
  }
  for (const [at, { address, rows, expirySeconds }] of signs.entries()) {
    const registers = rows.flatMap(({ number, word }) => [number, word]);
    if (new Set([...registers, expirySeconds]).size <= registers.length) {
      miss(`signs.${at}.expirySeconds`, 'a register of its own for each number, word and expiry');
    }
    if (addresses.has(address)) {
      miss(`signs.${at}.address`, `an address used once on its line; ${address} is not`);
    }
    addresses.add(address);
  }
}
