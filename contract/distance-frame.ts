/**
 * The frame of the free-running range finders A02YYUW, A01NYUB, ME007YS and JSN-SR04T (UART modes),
 * 9600 8N1: `FF hi lo sum`, millimetres big-endian, sum of the first three bytes modulo 256.
 * `FF` is data too, so that only the sum says where a frame starts.
 */
export const DISTANCE_FRAME_BYTES = 4;

/** What these sensors (and PBN-1) send in a distance's place. */
export const DISTANCE_NO_TARGET = 0xfffd;
export const DISTANCE_INTERFERENCE = 0xfffe;
export const DISTANCE_FAULT = 0xffff;

export function encodeDistance(mm: number): Uint8Array {
  const [hi, lo] = [(mm >> 8) & 0xff, mm & 0xff];
  return Uint8Array.of(0xff, hi, lo, (0xff + hi + lo) & 0xff);
}

/** The 16-bit value of the frame that starts at `at`; undefined where no valid frame starts. */
export function decodeDistance(bytes: Uint8Array, at: number): number | undefined {
  const start = bytes[at];
  const hi = bytes[at + 1];
  const lo = bytes[at + 2];
  const sum = bytes[at + 3];
  if (start !== 0xff || hi === undefined || lo === undefined) return undefined;
  return sum === ((start + hi + lo) & 0xff) ? (hi << 8) | lo : undefined;
}
