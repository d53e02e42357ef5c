/**
 * PBN-1, the register map of our own bay node: Modbus RTU, big-endian, 19200 8E1 by default.
 * One table a block; the simulated node encodes from it what the gateway decodes with it.
 */

/** Where a number stands in a block of 16-bit registers, and how the wire's number becomes ours. */
interface Register {
  read(block: DataView): number;
  write(block: DataView, value: number): void;
}

const u16 = (at: number): Register => ({
  read: (block) => block.getUint16(2 * at),
  write: (block, value) => block.setUint16(2 * at, value),
});
const u32 = (at: number): Register => ({
  read: (block) => block.getUint32(2 * at),
  write: (block, value) => block.setUint32(2 * at, value),
});
const s16 = (at: number, perUnit = 1): Register => ({
  read: (block) => block.getInt16(2 * at) / perUnit,
  write: (block, value) => block.setInt16(2 * at, Math.round(value * perUnit)),
});

export interface Block<Name extends string> {
  readonly fc: 3 | 4;
  readonly register: number;
  readonly count: number;
  decode(bytes: Uint8Array): Readonly<Record<Name, number>>;
  encode(values: Readonly<Record<Name, number>>): Uint8Array;
}

function block<const Table extends Readonly<Record<string, Register>>>(
  fc: 3 | 4,
  register: number,
  count: number,
  table: Table,
): Block<keyof Table & string> {
  const entries = Object.entries(table);
  return {
    fc,
    register,
    count,
    decode: (bytes) => {
      const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const values: Record<string, number> = {};
      for (const [name, at] of entries) values[name] = at.read(view);
      return values as Record<keyof Table & string, number>;
    },
    encode: (values) => {
      const view = new DataView(new ArrayBuffer(2 * count));
      for (const [name, at] of entries) at.write(view, values[name as keyof Table & string]);
      return new Uint8Array(view.buffer);
    },
  };
}

export const MAP_VERSION = 0x0100;

/** Bits of the sample's status register. */
export const STATUS = {
  occupied: 1 << 0,
  calibrating: 1 << 1,
  distanceValid: 1 << 2,
  magneticValid: 1 << 3,
  tamper: 1 << 4,
  supplyLow: 1 << 5,
  configChanged: 1 << 6,
  resetSince: 1 << 7,
  distanceInterference: 1 << 8,
  magneticInterference: 1 << 9,
} as const;

/** What the node measures. SEQ and uptime make stale data visible: Modbus has no transaction id. */
export const sampleBlock = block(4, 0x0000, 16, {
  mapVersion: u16(0),
  status: u16(1),
  seq: u16(2),
  uptimeMs: u32(3),
  /** 0xFFFD no target, 0xFFFE interference, 0xFFFF fault (see distance-frame.ts). */
  distanceMm: u16(5),
  echoQuality: u16(6),
  temperatureC: s16(7, 10),
  fieldXuT: s16(8, 100),
  fieldYuT: s16(9, 100),
  fieldZuT: s16(10, 100),
  supplyMv: u16(11),
  ringHead: u16(12),
  resetCause: u16(13),
  errorCount: u16(14),
  configCrc: u16(15),
});
export type SampleRegisters = ReturnType<typeof sampleBlock.decode>;

/** Why a node started last. */
export const RESET_CAUSE = {
  watchdog: 1,
  powerOn: 2,
  request: 3,
  pin: 4,
  lockUp: 5,
  brownOut: 6,
  other: 7,
} as const;

export const healthBlock = block(4, 0x0040, 12, {
  resetsTotal: u16(0),
  resetsToday: u16(1),
  crcErrors: u16(2),
  framingErrors: u16(3),
  overruns: u16(4),
  distanceSelfTest: u16(5),
  magneticSelfTest: u16(6),
  supplyMinMv: u16(7),
  temperatureMaxC: s16(8, 10),
  sensorRestarts: u16(9),
  ringHead: u16(10),
  spare: u16(11),
});

/** The node's last eight local events: a missed poll loses none. Read whole, 8 × 4 registers. */
export const RING_ENTRIES = 8;
export const ringBlock = { fc: 4, register: 0x0060, count: 4 * RING_ENTRIES } as const;
export const ringEntry = block(4, 0x0060, 4, { kind: u16(0), uptimeMs: u32(1), value: u16(3) });
export const RING_KIND = { vacant: 1, occupied: 2, reset: 3 } as const;

export const identityBlock = block(3, 0x0100, 10, {
  vendor: u16(0),
  product: u16(1),
  hardware: u16(2),
  firmware: u16(3),
  uidHigh: u32(4),
  uidMiddle: u32(6),
  uidLow: u32(8),
});

export const configBlock = block(3, 0x0200, 24, {
  address: u16(0),
  baudHundreds: u16(1),
  parity: u16(2),
  samplePeriodMs: u16(3),
  mountMm: u16(4),
  distanceOnMm: u16(5),
  distanceOffMm: u16(6),
  magneticOnCentiUt: u16(7),
  magneticOffCentiUt: u16(8),
  confirmMs: u16(9),
  pingGroup: u16(10),
  ledPolicy: u16(11),
  watchdogS: u16(12),
  label0: u16(13),
  label1: u16(14),
  label2: u16(15),
  label3: u16(16),
  label4: u16(17),
  label5: u16(18),
  label6: u16(19),
  label7: u16(20),
  spare0: u16(21),
  spare1: u16(22),
  spare2: u16(23),
});
export type ConfigRegisters = ReturnType<typeof configBlock.decode>;

/** Staged configuration takes effect by this word here, confirmed over the new link or reverted. */
export const COMMIT = { register: 0x02fe, value: 0xa55a, confirmWithinMs: 10_000 } as const;

/**
 * One register written by FC06. `trigger`, `searchAnew` and `triggerGroup` may be broadcast;
 * `triggerGroup` + g (0 to 15) makes the nodes of ping group g sample: `00 06 03 00 00 11 48 53`
 * those of group 1.
 */
export const COMMAND = {
  register: 0x0300,
  trigger: 1,
  calibrate: 2,
  locate: 3,
  reboot: 4,
  acknowledgeReset: 5,
  selfTest: 6,
  searchAnew: 7,
  triggerGroup: 0x0010,
} as const;
export const MOST_PING_GROUPS = 16;

/** Of `samplePeriodMs`: the node measures when it is triggered and never by itself. */
export const ONLY_TRIGGERED = 0;

/** What every node listens to when it leaves the factory; no bay should have it. */
export const FACTORY_ADDRESS = 247;

/**
 * FC16, broadcast allowed: an address, then a UID in six registers. The node of that UID takes the
 * address at once, and answers from the one it had; of all others none says a word. The way out of
 * two nodes with one address.
 */
export const TAKE_ADDRESS = { register: 0x0310, count: 7 } as const;

/**
 * The search for nodes that share an address, by FC23: written are a number of bits (0 to 96) and a
 * UID in six registers; the nodes at the asked address whose UID begins with those bits answer with
 * 13 registers: firmware, UID, and the UID again with each bit turned round. All others are silent.
 *
 * Several that answer together spoil each other's characters. Whatever a collision makes of two
 * UIDs, where they differ a bit and its opposite come out alike; and no other block has this length.
 * What passes both is one node's own word (uid-search.ts).
 *
 * Asked of the factory address, all UIDs that begin with the bit 1:
 * `F7 17 03 20 00 0D 03 20 00 07 0E 00 01 80 00 00 00 00 00 00 00 00 00 00 00 59 56`; the node
 * 8001 0002 0003 0004 0005 0006 with firmware 1.0 answers
 * `F7 17 1A 01 00 80 01 00 02 00 03 00 04 00 05 00 06 7F FE FF FD FF FC FF FB FF FA FF F9 D4 FD`.
 */
export const SEARCH = { register: 0x0320, writeCount: 7, readCount: 13, uidBits: 96 } as const;

/**
 * FC16: a UID in six registers. That node answers, and then keeps quiet in searches until
 * `searchAnew`, a reset, another address, or ten minutes; all others are silent. So a search is over
 * when the address is silent, and a node that another one drowned is heard once that one is quiet.
 */
export const KEEP_QUIET = { register: 0x0330, count: 6, forMs: 600_000 } as const;
