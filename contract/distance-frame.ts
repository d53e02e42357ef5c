/**
 * The frame of the free-running range finders A02YYUW, A01NYUB, ME007YS and JSN-SR04T (UART modes),
 * 9600 8N1: `FF hi lo sum`, millimetres big-endian, sum of the first three bytes modulo 256.
 * `FF` is data too, so that only the sum says where a frame starts. A reader that began in the
 * middle finds its place with the next frame; only distances of which each is 1.0 to 1.3 m less
 * than the one before could keep it out longer, for at most ten frames.
 */
export const DISTANCE_FRAME_BYTES = 4;

/** What these sensors (and PBN-1) send in a distance's place. */
export const DISTANCE_NO_TARGET = 0xfffd;
export const DISTANCE_INTERFERENCE = 0xfffe;
export const DISTANCE_FAULT = 0xffff;

/**
 * None of these sensors sees farther. What claims more is the middle of other frames: for ever the
 * same 511 mm (`FF 01 FF FF`) would else also read as 65,281 mm, one byte off.
 */
const FARTHEST_MM = 10_000;

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
  if (sum !== ((start + hi + lo) & 0xff)) return undefined;
  const value = (hi << 8) | lo;
  const isSent =
    value <= FARTHEST_MM || value === DISTANCE_NO_TARGET || value === DISTANCE_INTERFERENCE;
  return isSent ? value : undefined;
}
