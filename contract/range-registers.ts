import type { ModbusRangeKind } from './sensor-kind.ts';

/**
 * Where the range finders for sale keep what they measure: holding registers, read by FC03,
 * big-endian. As they leave the shop: URM 19200 8N1, DYP 115200 8N1 at address 1.
 *
 * Distance of a URM14 at address 12: `0C 03 00 05 00 01 95 16` is answered by
 * `0C 03 02 3A 98 86 8F`, 1500.0 mm. A DYP at address 1: `01 03 01 01 00 01 D4 36` by
 * `01 03 02 02 F3 F9 61`, 755 mm, or by `01 03 02 FF FD 38 35`, no object.
 */
export interface RangeMap {
  /** What one poll reads. */
  readonly poll: { readonly fc: 3; readonly register: number; readonly count: number };
  /** The distance that is taken, and others that the sensor gives beside it. */
  readonly distance: readonly [number, ...number[]];
  readonly mmPerCount: number;
  /** What stands in the distance's place when there is none. */
  readonly instead: Readonly<Record<number, 'no_target' | 'interference' | 'fault'>>;
  readonly address?: number;
  /** 0.1 °C, signed. */
  readonly temperature?: number;
  readonly externalTemperature?: number;
  readonly control?: number;
  /** Not 0: the reading is good. */
  readonly readingOk?: number;
}

/** Bits of the URM's control register; all 0: it measures by itself, compensating temperature. */
export const URM_CONTROL = { automatic: 0, passive: 1 << 2, trigger: 1 << 3 } as const;

/** DFRobot URM: also its address (0x02), its temperatures and its control register. */
const urm = (mmPerCount: number): RangeMap => ({
  poll: { fc: 3, register: 0x0005, count: 4 },
  distance: [0x0005],
  mmPerCount,
  instead: { 0: 'fault', 0xffff: 'no_target' },
  address: 0x0002,
  temperature: 0x0006,
  externalTemperature: 0x0007,
  control: 0x0008,
});

export const rangeMaps: Readonly<Record<ModbusRangeKind, RangeMap>> = {
  urm08: urm(10),
  urm12: urm(10),
  urm14: urm(0.1),
  urm15: urm(1),
  /** DYP A2x, DFRobot SEN0591 and SEN0592: processed, and real-time. */
  'dyp-a2x': {
    poll: { fc: 3, register: 0x0100, count: 1 },
    distance: [0x0100, 0x0101],
    mmPerCount: 1,
    instead: { 0: 'fault', 0xfffd: 'no_target', 0xfffe: 'interference', 0xffff: 'fault' },
    address: 0x0200,
  },
  /** As measured, and ramped. */
  mxs485: {
    poll: { fc: 3, register: 0x0000, count: 3 },
    distance: [0x0000, 0x0001],
    mmPerCount: 1,
    instead: { 0: 'fault', 0xffff: 'fault' },
    readingOk: 0x0002,
  },
};

export interface RangeReading {
  /** In mm where `quality` is ok; else the number that stood there. */
  readonly distance: number;
  readonly quality: 'ok' | 'no_target' | 'interference' | 'fault';
  readonly temperatureC?: number;
  /** The sensor only measures when it is told to: what it says may be of any age. */
  readonly isPassive: boolean;
}

/** What the registers that a poll has read say; undefined when they are too few. */
export function decodeRange(kind: ModbusRangeKind, data: Uint8Array): RangeReading | undefined {
  const map = rangeMaps[kind];
  if (data.length < 2 * map.poll.count) return undefined;
  const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
  const offset = (register: number) => 2 * (register - map.poll.register);
  const word = (register: number) => view.getUint16(offset(register));
  const counts = word(map.distance[0]);
  const isPassive = map.control !== undefined && (word(map.control) & URM_CONTROL.passive) !== 0;
  const isBad = isPassive || (map.readingOk !== undefined && word(map.readingOk) === 0);
  const quality = map.instead[counts] ?? (isBad ? 'fault' : 'ok');
  return {
    distance: quality === 'ok' ? round(counts * map.mmPerCount) : counts,
    quality,
    isPassive,
    ...(map.temperature !== undefined && {
      temperatureC: view.getInt16(offset(map.temperature)) / 10,
    }),
  };
}

/** 0.1 mm is the finest of these sensors; floating point would make 1500.0000000000002 of it. */
const round = (mm: number): number => Math.round(10 * mm) / 10;

/** All registers of a sensor that has measured this, by address; `distanceMm` undefined: no echo. */
export function encodeRange(
  kind: ModbusRangeKind,
  state: {
    readonly address: number;
    readonly distanceMm: number | undefined;
    readonly temperatureC: number;
    readonly control: number;
  },
): ReadonlyMap<number, number> {
  const { poll: _, instead, mmPerCount, ...at } = rangeMaps[kind];
  const { distanceMm, temperatureC } = state;
  const none = Object.entries(instead).find(([, quality]) => quality === 'no_target');
  const counts =
    distanceMm === undefined ? Number(none?.[0] ?? 0) : Math.round(distanceMm / mmPerCount);
  const registers = new Map(at.distance.map((register) => [register, counts]));
  const put = (register: number | undefined, value: number) => {
    if (register !== undefined) registers.set(register, value & 0xffff);
  };
  put(at.address, state.address);
  put(at.temperature, Math.round(10 * temperatureC));
  put(at.externalTemperature, 0);
  put(at.control, state.control);
  put(at.readingOk, distanceMm === undefined ? 0 : 1);
  return registers;
}
