import { encodeDistance } from '#contract/distance-frame.ts';
import type { ModbusRangeKind } from '#contract/sensor-kind.ts';
import { ModbusBus } from '#firmware-sim/line/modbus-bus.ts';
import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import { RangeNode } from '#firmware-sim/node/range-node.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { systemClock } from '#runtime/clock.ts';
import { openSpeeds } from './terminal-speeds.ts';

/** A sensor at the end of a pseudo-terminal, over a bay that a test fills and empties. */
export interface WiredSensor extends Disposable {
  readonly path: string;
  /** What it measures from now on; undefined: no echo. */
  distanceMm: number | undefined;
}

const FRAME_EVERY_MS = 100;

/** An A02YYUW and its like: a frame every 100 ms, whether anybody listens or not. */
export async function wireFrameSensor(path: string, distanceMm: number): Promise<WiredSensor> {
  const line = await openSimulatedLine(path, { onBytes: () => undefined, onLost: failed });
  const sensor = { distanceMm: distanceMm as number | undefined };
  let frames = 0;
  const timer = setInterval(() => {
    frames += 1;
    const wobble = (frames % 3) - 1;
    const mm = sensor.distanceMm;
    line.write(encodeDistance(mm === undefined ? 0xfffd : mm + wobble));
  }, FRAME_EVERY_MS);
  return Object.assign(sensor, {
    path,
    [Symbol.dispose]: () => {
      clearInterval(timer);
      line.close();
    },
  });
}

/**
 * A Modbus range finder at this speed. A pseudo-terminal carries bytes at any speed and knows no
 * parity; but it keeps the speed that its reader has set, and at another one this sensor hears noise.
 */
export async function wireModbusSensor(
  path: string,
  options: {
    readonly kind: ModbusRangeKind;
    readonly address: number;
    readonly baud: number;
    readonly distanceMm: number;
  },
): Promise<WiredSensor & { readonly asked: () => number; readonly deafTo: ReadonlySet<number> }> {
  const { kind, address, baud } = options;
  const sensor = { distanceMm: options.distanceMm as number | undefined };
  const measure = () => ({
    distanceMm: sensor.distanceMm ?? 0,
    distanceValid: sensor.distanceMm !== undefined,
    echoQuality: 80,
    temperatureC: 18,
    fieldUt: [0, 0, 0] as const,
    magneticValid: false,
    supplyMv: 5_000,
    supplyLow: false,
  });
  const node = new RangeNode({
    kind,
    address,
    senses: { measure, settledDistanceMm: () => sensor.distanceMm ?? 0 },
    at: systemClock.monoMs(),
  });
  const deafTo = new Set<number>();
  const speeds = openSpeeds(path);
  const bus = new ModbusBus({
    nodes: [node],
    baud,
    random: openRandom(1, path),
    transmit: (startAt, bytes) => {
      setTimeout(() => line.write(bytes), Math.max(0, startAt - systemClock.monoMs()));
    },
  });
  const line = await openSimulatedLine(path, {
    onLost: failed,
    onBytes: (bytes) => {
      const heardAt = systemClock.monoMs();
      speeds.ask((speed) => {
        if (speed === baud) bus.hear(bytes, heardAt);
        else deafTo.add(speed);
      });
    },
  });
  return Object.assign(sensor, {
    path,
    asked: () => bus.counts.requests,
    deafTo,
    [Symbol.dispose]: () => {
      speeds.close();
      line.close();
    },
  });
}

function failed(error: Error): never {
  throw error;
}
