import type { BayId, GatewayId, LineId, SensorId, SignId } from '#contract/ids.ts';
import { isModbusKind } from '#contract/sensor-kind.ts';
import type { FreeRunningKind } from '#contract/sensor-kind.ts';
import type { LineProperties, SensorProperties } from '#contract/site.ts';
import type { Uid } from '#contract/uid-search.ts';
import type { Clock } from '#runtime/clock.ts';
import { RejectedError } from '#runtime/errors.ts';
import { simulatedLinePath } from '#runtime/line-path.ts';
import type { Log } from '#runtime/log.ts';
import { BayNode } from '../node/bay-node.ts';
import { factoryConfig } from '../node/factory-config.ts';
import type { LineFault, SensorFault } from '../node/fault-kinds.ts';
import { RangeFinder } from '../node/range-finder.ts';
import { RangeNode } from '../node/range-node.ts';
import { SignNode } from '../node/sign-node.ts';
import { openSenses } from '../node/senses.ts';
import type { Senses, World } from '../node/senses.ts';
import { openRandom } from '../world/random.ts';
import type { Place } from '../world/street.ts';
import { LineFaults } from './line-faults.ts';
import { ModbusBus } from './modbus-bus.ts';
import { Pacer } from './pacing.ts';
import { openSimulatedLine } from './pty.ts';
import type { SimulatedLine } from './pty.ts';

export interface StationCounts {
  readonly requests: number;
  readonly answers: number;
  readonly frames: number;
  readonly brokenBytes: number;
  readonly bytesLost: number;
  readonly collided: number;
  readonly dropped: number;
  /** Bytes that a noisy line changed. */
  readonly spoilt: number;
}

/** One line with all that hangs on it. */
export interface Station {
  readonly gateway: GatewayId;
  readonly line: LineId;
  readonly sensors: readonly SensorProperties[];
  readonly plugged: boolean;
  readonly counts: StationCounts;
  /** Something changed at a bay of this line, at a monotonic instant. */
  hearWorld(bay: BayId, at: number): void;
  setMuted(sensor: SensorId, muted: boolean): void;
  /** Something is wrong with a sensor; throws RejectedError when it cannot have this fault. */
  fail(sensor: SensorId, fault: SensorFault): void;
  mend(sensor: SensorId): void;
  failLine(fault: LineFault, share: number): void;
  mendLine(): void;
  /** What each display on the line shows, by its sign. */
  signs(): ReadonlyMap<SignId, readonly string[]>;
  unplug(): void;
  replug(): Promise<void>;
  close(): void;
}

export interface StationOptions {
  readonly linesFolder: string;
  readonly gateway: GatewayId;
  readonly line: LineProperties;
  readonly seed: number;
  readonly world: World;
  readonly places: ReadonlyMap<BayId, Place>;
  readonly clock: Clock;
  readonly log: Log;
}

/** What hangs on a line, whatever it speaks. */
interface Devices {
  readonly counts: Pick<StationCounts, 'requests' | 'answers' | 'frames' | 'brokenBytes'>;
  hear(bytes: Uint8Array, at: number): void;
  hearWorld(bay: BayId, at: number): void;
  setMuted(sensor: SensorId, muted: boolean): void;
  fail(sensor: SensorId, fault: Exclude<SensorFault, 'silent'>, at: number): void;
  mend(sensor: SensorId): void;
  signs(at: number): ReadonlyMap<SignId, readonly string[]>;
  clear(): void;
  close(): void;
}

/** Opens the line's pseudo-terminal under its stable name and powers its sensors on. */
export async function openStation(options: StationOptions): Promise<Station> {
  const { gateway, line, clock } = options;
  const log = options.log.child({ gateway, line: line.id });
  let port: SimulatedLine | undefined;
  const faults = new LineFaults(openRandom(options.seed, `faults/${gateway}/${line.id}`));
  const pacer = new Pacer({ baud: line.baud, clock, write: (bytes) => port?.write(bytes) });
  const transmit = (startAt: number, bytes: Uint8Array) => {
    if (port?.plugged !== true) return;
    const sent = faults.answer({ startAt, bytes });
    pacer.transmit(sent.startAt, sent.bytes);
  };
  const devices = openDevices(options, transmit);
  const path = simulatedLinePath(options.linesFolder, gateway, line.id);
  port = await openSimulatedLine(path, {
    onBytes: (bytes) => devices.hear(faults.noisy(bytes), clock.monoMs()),
    onLost: (error) => log.error({ reason: error.message }, 'sim.line.lost'),
  });
  const opened = port;
  log.debug({ path, sensors: line.sensors.length }, 'sim.line.published');

  function unplug(): void {
    opened.unplug();
    pacer.clear();
    devices.clear();
  }

  return {
    gateway,
    line: line.id,
    sensors: line.sensors,
    get plugged() {
      return opened.plugged;
    },
    get counts() {
      const { collided, dropped } = pacer;
      const { spoilt } = faults;
      return { ...devices.counts, bytesLost: opened.bytesLost, collided, dropped, spoilt };
    },
    hearWorld: (bay, at) => devices.hearWorld(bay, at),
    setMuted: (sensor, muted) => devices.setMuted(sensor, muted),
    fail: (sensor, fault) => {
      if (fault === 'silent') devices.setMuted(sensor, true);
      else devices.fail(sensor, fault, clock.monoMs());
    },
    mend: (sensor) => {
      devices.setMuted(sensor, false);
      devices.mend(sensor);
    },
    failLine: (fault, share) => faults.set(fault, share),
    mendLine: () => faults.mend(),
    signs: () => devices.signs(clock.monoMs()),
    unplug,
    replug: async () => opened.replug(),
    close: () => {
      devices.close();
      pacer.close();
      opened.close();
    },
  };
}

type Transmit = (startAt: number, bytes: Uint8Array) => void;

function openDevices(options: StationOptions, transmit: Transmit): Devices {
  const [first] = options.line.sensors;
  return first === undefined || isModbusKind(first.kind)
    ? openNodes(options, transmit)
    : openRangeFinder(options, first, first.kind, transmit);
}

function openNodes(options: StationOptions, transmit: Transmit): Devices {
  const { line, seed, clock } = options;
  const link = { baud: line.baud, parity: line.parity };
  const nodes = new Map<SensorId, BayNode | RangeNode>();
  const bays = new Map<BayId, BayNode>();
  for (const { id, bay, kind, mountMm, address = 1 } of line.sensors) {
    const senses = sensesOf(options, bay, true);
    const at = clock.monoMs();
    if (kind === 'pbn1') {
      const config = factoryConfig({ address, link, mountMm, label: bay });
      const node = new BayNode({ uid: uidOf(seed, id), config, link, senses, at });
      nodes.set(id, node);
      bays.set(bay, node);
    } else if (isModbusKind(kind)) {
      nodes.set(id, new RangeNode({ kind, address, senses, at }));
    }
  }
  const signs = (line.signs ?? []).map(
    (properties) => [properties.sign, new SignNode(properties)] as const,
  );
  const bus = new ModbusBus({
    nodes: [...nodes.values(), ...signs.map(([, sign]) => sign)],
    baud: line.baud,
    random: openRandom(seed, `turn-around/${line.sensors[0]?.id ?? line.id}`),
    transmit,
  });
  /** An address of nobody on this line, or that of the next node. */
  function strayAddress(sensor: SensorId, fault: SensorFault): number {
    const addresses = line.sensors.map(({ address = 1 }) => address);
    const own = line.sensors.findIndex(({ id }) => id === sensor);
    if (fault === 'duplicate-address') return addresses[(own + 1) % addresses.length] ?? 1;
    const taken = new Set(addresses);
    let address = 247;
    while (taken.has(address)) address -= 1;
    return address;
  }

  return {
    get counts() {
      return { ...bus.counts, frames: 0 };
    },
    hear: (bytes, at) => bus.hear(bytes, at),
    hearWorld: (bay, at) => bays.get(bay)?.hearWorld(at),
    setMuted: (sensor, muted) => {
      const node = nodes.get(sensor);
      if (node !== undefined) bus.setMuted(node, muted);
    },
    fail: (sensor, fault, at) => {
      const node = nodes.get(sensor);
      if (node instanceof BayNode) node.fail(fault, at, strayAddress(sensor, fault));
      else if (fault === 'stuck-value') node?.stick(at);
      else throw noSuchFault('bought', fault);
    },
    mend: (sensor) => nodes.get(sensor)?.mend(),
    signs: (at) => new Map(signs.map(([id, sign]) => [id, sign.shown(at)])),
    clear: () => bus.clear(),
    close: () => bus.clear(),
  };
}

function openRangeFinder(
  options: StationOptions,
  { id, bay }: SensorProperties,
  kind: FreeRunningKind,
  transmit: Transmit,
): Devices {
  const { seed, clock } = options;
  const finder = new RangeFinder({
    kind,
    // Of the free-running ones only the HRXL has a thermometer.
    senses: sensesOf(options, bay, kind === 'maxbotix'),
    random: openRandom(seed, `node/${id}`),
    now: () => clock.monoMs(),
    transmit,
  });
  finder.start();
  return {
    get counts() {
      return { requests: 0, answers: 0, frames: finder.frames, brokenBytes: 0 };
    },
    // Nobody listens at a free-running sensor.
    hear: () => undefined,
    hearWorld: () => undefined,
    setMuted: (_sensor, muted) => {
      finder.muted = muted;
    },
    fail: (_sensor, fault) => {
      if (fault !== 'stuck-value') {
        throw noSuchFault(kind, fault);
      }
      finder.stick();
    },
    mend: () => finder.mend(),
    signs: () => new Map(),
    clear: () => undefined,
    close: () => finder.close(),
  };
}

function sensesOf({ world, places }: StationOptions, bay: BayId, compensates: boolean): Senses {
  const place = places.get(bay);
  if (place === undefined) throw new Error(`no place of bay ${bay}`);
  return openSenses({ world, place, compensates });
}

/** The same for the same seed and sensor, and no other's. */
function uidOf(seed: number, sensor: string): Uid {
  const random = openRandom(seed, `uid/${sensor}`);
  const word = () => Math.floor(random() * 0x1_0000_0000);
  return { high: word(), middle: word(), low: word() };
}

function noSuchFault(kind: string, fault: SensorFault): RejectedError {
  return new RejectedError('no_such_fault', `a ${kind} sensor has no fault "${fault}"`);
}
