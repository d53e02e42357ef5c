/** RFC 6455, 5.2: a text frame of the server, whole and unmasked. */
const TEXT = 0x81;
const PING = 0x89;
const PONG = 0x8a;
const LENGTH_16 = 126;
const LENGTH_64 = 127;
/** `{"type":"delta","stream":"…","channel":"lots","seq":1,"at":…`: all that is looked at. */
const HEAD_BYTES = 160;
const HEAD = /^\{"type":"delta".*?"channel":"([^"]+)","seq":\d+,"at":(\d+)/;

export interface HeardFrame {
  /** undefined: no delta. */
  readonly channel: string | undefined;
  readonly at: number;
}

/** Finds the frames in one connection's bytes, and looks at their heads only. */
export class FrameReader {
  readonly #hear: (frame: HeardFrame) => void;
  readonly #pinged: () => void;
  #rest: Buffer | undefined;
  #skip = 0;

  constructor(hear: (frame: HeardFrame) => void, pinged: () => void) {
    this.#hear = hear;
    this.#pinged = pinged;
  }

  push(chunk: Buffer): void {
    let bytes = this.#rest ? Buffer.concat([this.#rest, chunk]) : chunk;
    this.#rest = undefined;
    while (bytes.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, bytes.length);
        this.#skip -= skipped;
        bytes = bytes.subarray(skipped);
        continue;
      }
      const frame = frameAt(bytes);
      if (frame === undefined || bytes.length < frame.from + Math.min(frame.length, HEAD_BYTES)) {
        this.#rest = bytes;
        return;
      }
      if (bytes[0] === TEXT) this.#hear(headOf(bytes, frame));
      if (bytes[0] === PING) this.#pinged();
      this.#skip = frame.from + frame.length;
    }
  }
}

/** Where its payload begins and how long it is; undefined while its head is not whole. */
function frameAt(bytes: Buffer): { readonly from: number; readonly length: number } | undefined {
  const length = bytes[1];
  if (length === undefined) return undefined;
  if (length < LENGTH_16) return { from: 2, length };
  if (length === LENGTH_16) {
    return bytes.length < 4 ? undefined : { from: 4, length: bytes.readUInt16BE(2) };
  }
  if (length === LENGTH_64 && bytes.length >= 10) {
    return { from: 10, length: Number(bytes.readBigUInt64BE(2)) };
  }
  return undefined;
}

function headOf(bytes: Buffer, { from, length }: { from: number; length: number }): HeardFrame {
  const head = bytes.toString('latin1', from, from + Math.min(length, HEAD_BYTES));
  const found = HEAD.exec(head);
  return { channel: found?.[1], at: Number(found?.[2]) };
}

/** A message of a server, made ready to be written to any number of sockets. */
export function serverFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const head = Buffer.alloc(10);
  head.set([TEXT, LENGTH_64]);
  head.writeBigUInt64BE(BigInt(payload.length), 2);
  return Buffer.concat([head, payload]);
}

/** A client's message: masked, as all of them must be. */
export function clientFrame(text: string): Buffer {
  const payload = Buffer.from(text);
  const mask = Buffer.from([1, 2, 3, 4]);
  const masked = payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0));
  const head =
    payload.length < LENGTH_16
      ? Buffer.from([TEXT, 0x80 | payload.length])
      : Buffer.from([TEXT, 0x80 | LENGTH_16, payload.length >> 8, payload.length & 0xff]);
  return Buffer.concat([head, mask, masked]);
}

/** The answer to a ping that carries nothing. */
export const PONG_FRAME = Buffer.from([PONG, 0x80, 1, 2, 3, 4]);
