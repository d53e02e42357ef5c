/**
 * Modbus RTU frames, both ends (Modbus Application Protocol 1.1b3; Modbus over Serial Line 1.02).
 * An address byte, a function code, data big-endian, CRC-16 low byte first.
 */
export const FC = {
  readHolding: 3,
  readInput: 4,
  writeOne: 6,
  writeMany: 16,
  readWriteMany: 23,
} as const;

export const EXCEPTION = {
  illegalFunction: 1,
  illegalAddress: 2,
  illegalValue: 3,
  deviceFailure: 4,
  busy: 6,
} as const;

/** Every node hears it and none answers. */
export const BROADCAST = 0;
export const MAX_READ_REGISTERS = 125;

export type Request =
  | {
      readonly fc: typeof FC.readHolding | typeof FC.readInput;
      readonly address: number;
      readonly register: number;
      readonly count: number;
    }
  | {
      readonly fc: typeof FC.writeOne;
      readonly address: number;
      readonly register: number;
      readonly value: number;
    }
  | {
      readonly fc: typeof FC.writeMany;
      readonly address: number;
      readonly register: number;
      readonly values: readonly number[];
    }
  /** Writes first, then reads, in one exchange. */
  | {
      readonly fc: typeof FC.readWriteMany;
      readonly address: number;
      readonly register: number;
      readonly values: readonly number[];
      readonly read: { readonly register: number; readonly count: number };
    };

/** Whether the answer brings registers, and not the echo of a write. */
export function isAnsweredByRegisters(
  fc: number,
): fc is typeof FC.readHolding | typeof FC.readInput | typeof FC.readWriteMany {
  return fc === FC.readHolding || fc === FC.readInput || fc === FC.readWriteMany;
}

/** What a node answers: registers, an echo of a write, or an exception. */
export type Response =
  | {
      readonly kind: 'registers';
      readonly address: number;
      readonly fc: number;
      readonly data: Uint8Array;
    }
  | {
      readonly kind: 'written';
      readonly address: number;
      readonly fc: number;
      readonly register: number;
      readonly value: number;
    }
  | {
      readonly kind: 'exception';
      readonly address: number;
      readonly fc: number;
      readonly exception: number;
    };

const CRC_TABLE = Uint16Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit += 1) crc = crc & 1 ? (crc >> 1) ^ 0xa001 : crc >> 1;
  return crc;
});

/** CRC-16/MODBUS (polynomial 0x8005 reflected, start 0xFFFF) of bytes[from, to). */
export function crc16(bytes: Uint8Array, from = 0, to = bytes.length): number {
  let crc = 0xffff;
  for (let at = from; at < to; at += 1) {
    crc = (crc >> 8) ^ (CRC_TABLE[(crc ^ (bytes[at] ?? 0)) & 0xff] ?? 0);
  }
  return crc;
}

/** The frame with its CRC appended. */
export function sealFrame(body: readonly number[] | Uint8Array): Uint8Array {
  const frame = new Uint8Array(body.length + 2);
  frame.set(body);
  const crc = crc16(frame, 0, body.length);
  frame[body.length] = crc & 0xff;
  frame[body.length + 1] = crc >> 8;
  return frame;
}

/** Whether the last two of bytes[from, to) are the CRC of those before. */
export function isSealed(bytes: Uint8Array, from = 0, to = bytes.length): boolean {
  if (to - from < 4) return false;
  const crc = crc16(bytes, from, to - 2);
  return bytes[to - 2] === (crc & 0xff) && bytes[to - 1] === crc >> 8;
}

const word = (value: number): [number, number] => [(value >> 8) & 0xff, value & 0xff];

const counted = (values: readonly number[]): number[] => [
  ...word(values.length),
  2 * values.length,
  ...values.flatMap(word),
];

export function encodeRequest(request: Request): Uint8Array {
  const head = [request.address, request.fc, ...word(request.register)];
  switch (request.fc) {
    case FC.readHolding:
    case FC.readInput:
      return sealFrame([...head, ...word(request.count)]);
    case FC.writeOne:
      return sealFrame([...head, ...word(request.value)]);
    case FC.writeMany:
      return sealFrame([...head, ...counted(request.values)]);
    case FC.readWriteMany:
      return sealFrame([
        request.address,
        request.fc,
        ...word(request.read.register),
        ...word(request.read.count),
        ...word(request.register),
        ...counted(request.values),
      ]);
  }
}

/**
 * How many bytes the request that starts at `at` has, by its function code; undefined while too
 * few bytes are there to say, 0 when no request starts here.
 */
export function requestLength(bytes: Uint8Array, at: number, end: number): number | undefined {
  if (end - at < 2) return undefined;
  switch (bytes[at + 1]) {
    case FC.readHolding:
    case FC.readInput:
    case FC.writeOne:
      return 8;
    case FC.writeMany:
      return end - at < 7 ? undefined : 9 + (bytes[at + 6] ?? 0);
    case FC.readWriteMany:
      return end - at < 11 ? undefined : 13 + (bytes[at + 10] ?? 0);
    default:
      return 0;
  }
}

/** The request of a whole frame with a right CRC; undefined when it is none. */
export function decodeRequest(frame: Uint8Array): Request | undefined {
  if (!isSealed(frame)) return undefined;
  const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
  const [address = 0, fc] = frame;
  const register = frame.length >= 8 ? view.getUint16(2) : 0;
  switch (fc) {
    case FC.readHolding:
    case FC.readInput:
      return frame.length === 8 ? { fc, address, register, count: view.getUint16(4) } : undefined;
    case FC.writeOne:
      return frame.length === 8 ? { fc, address, register, value: view.getUint16(4) } : undefined;
    case FC.writeMany: {
      const count = frame.length >= 9 ? view.getUint16(4) : 0;
      if (frame.length !== 9 + 2 * count || frame[6] !== 2 * count) return undefined;
      const values = Array.from({ length: count }, (_, at) => view.getUint16(7 + 2 * at));
      return { fc, address, register, values };
    }
    case FC.readWriteMany: {
      const count = frame.length >= 13 ? view.getUint16(8) : 0;
      if (frame.length !== 13 + 2 * count || frame[10] !== 2 * count) return undefined;
      const values = Array.from({ length: count }, (_, at) => view.getUint16(11 + 2 * at));
      const read = { register, count: view.getUint16(4) };
      return { fc, address, register: view.getUint16(6), values, read };
    }
    default:
      return undefined;
  }
}

export function encodeResponse(response: Response): Uint8Array {
  switch (response.kind) {
    case 'registers':
      return sealFrame([response.address, response.fc, response.data.length, ...response.data]);
    case 'written':
      return sealFrame([
        response.address,
        response.fc,
        ...word(response.register),
        ...word(response.value),
      ]);
    case 'exception':
      return sealFrame([response.address, response.fc | 0x80, response.exception]);
  }
}

export const EXCEPTION_RESPONSE_BYTES = 5;

/** How many bytes a good answer to this request has. */
export function responseLength(request: Request): number {
  if (request.fc === FC.readWriteMany) return 5 + 2 * request.read.count;
  return 'count' in request ? 5 + 2 * request.count : 8;
}

/** The answer in a whole frame with a right CRC; undefined when it is none. */
export function decodeResponse(frame: Uint8Array): Response | undefined {
  if (!isSealed(frame)) return undefined;
  const [address = 0, fc = 0, third = 0] = frame;
  if (fc & 0x80) {
    if (frame.length !== EXCEPTION_RESPONSE_BYTES) return undefined;
    return { kind: 'exception', address, fc: fc & 0x7f, exception: third };
  }
  if (isAnsweredByRegisters(fc)) {
    if (frame.length !== 5 + third) return undefined;
    return { kind: 'registers', address, fc, data: frame.subarray(3, 3 + third) };
  }
  if ((fc === FC.writeOne || fc === FC.writeMany) && frame.length === 8) {
    const view = new DataView(frame.buffer, frame.byteOffset, frame.byteLength);
    const [register, value] = [view.getUint16(2), view.getUint16(4)];
    return { kind: 'written', address, fc, register, value };
  }
  return undefined;
}

/** Bits of a character on the line: start, 8 data, parity or second stop, stop. */
export const BITS_PER_CHARACTER = 11;

/** Time that this many characters take on the line, in milliseconds. */
export function wireMs(characters: number, baud: number): number {
  return (characters * BITS_PER_CHARACTER * 1_000) / baud;
}
