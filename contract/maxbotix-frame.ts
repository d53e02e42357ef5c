/**
 * The frame of the free-running MaxBotix sensors, 9600 8N1: `R`, decimal digits, CR. The USB types
 * put a space before the CR. 1234 mm of an HRXL is `52 31 32 33 34 0D`.
 */
export const MAXBOTIX_HEADER = 0x52;
const END = 0x0d;
const SPACE = 0x20;

interface MaxbotixVariant {
  readonly digits: 3 | 4;
  readonly mmPerCount: number;
  /** The range's end by type, in counts: no target. */
  readonly noTarget: readonly [number, ...number[]];
  /** At or below the near limit, in counts: nearer than the sensor can tell. */
  readonly near: number;
}

/** By kind of sensor: HRXL (MB736x, MB738x) in mm, older XL in cm, LV in inches. */
export const maxbotixVariants = {
  maxbotix: { digits: 4, mmPerCount: 1, noTarget: [5_000, 9_999], near: 300 },
  'maxbotix-cm': { digits: 3, mmPerCount: 10, noTarget: [765, 999], near: 20 },
  'maxbotix-inch': { digits: 3, mmPerCount: 25.4, noTarget: [254, 255], near: 6 },
} as const satisfies Record<string, MaxbotixVariant>;
export type MaxbotixKind = keyof typeof maxbotixVariants;

/** Lengths of the frame without and with the space. */
export function maxbotixFrameBytes(kind: MaxbotixKind): { least: number; most: number } {
  const least = maxbotixVariants[kind].digits + 2;
  return { least, most: least + 1 };
}

/** `counts` in the variant's unit; `usb` puts the space of the USB types before the CR. */
export function encodeMaxbotix(
  counts: number,
  kind: MaxbotixKind = 'maxbotix',
  { usb = false } = {},
): Uint8Array {
  const digits = String(counts).padStart(maxbotixVariants[kind].digits, '0');
  return Uint8Array.from(`R${digits}${usb ? ' ' : ''}\r`, (letter) => letter.charCodeAt(0));
}

/**
 * The frame that starts at `at`: its number in the variant's unit and its length; undefined where
 * no valid frame starts.
 */
export function decodeMaxbotix(
  bytes: Uint8Array,
  at: number,
  kind: MaxbotixKind = 'maxbotix',
): { readonly value: number; readonly bytes: number } | undefined {
  if (bytes[at] !== MAXBOTIX_HEADER) return undefined;
  let value = 0;
  const digitsEnd = at + 1 + maxbotixVariants[kind].digits;
  for (let digit = at + 1; digit < digitsEnd; digit += 1) {
    const one = (bytes[digit] ?? 0) - 0x30;
    if (one < 0 || one > 9) return undefined;
    value = 10 * value + one;
  }
  const end = bytes[digitsEnd] === SPACE ? digitsEnd + 1 : digitsEnd;
  return bytes[end] === END ? { value, bytes: end + 1 - at } : undefined;
}
