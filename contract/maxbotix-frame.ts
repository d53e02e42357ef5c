/**
 * The frame of the free-running MaxBotix HRXL-MaxSonar (MB736x, MB738x), 9600 8N1: `R`, four
 * decimal digits of millimetres, CR: 1234 mm is `52 31 32 33 34 0D`.
 */
export const MAXBOTIX_FRAME_BYTES = 6;
export const MAXBOTIX_HEADER = 0x52;
export const MAXBOTIX_END = 0x0d;

/** No target: the range's end, by type 5 m or 10 m. */
export const MAXBOTIX_NO_TARGET_MM: readonly number[] = [5_000, 9_999];
/** At or below the near limit: nearer than the sensor can tell. */
export const MAXBOTIX_NEAR_MM = 300;

export function encodeMaxbotix(mm: number): Uint8Array {
  const digits = String(mm).padStart(4, '0');
  return Uint8Array.from(`R${digits}\r`, (letter) => letter.charCodeAt(0));
}

/** The millimetres of the frame that starts at `at`; undefined where no valid frame starts. */
export function decodeMaxbotix(bytes: Uint8Array, at: number): number | undefined {
  if (bytes[at] !== MAXBOTIX_HEADER || bytes[at + 5] !== MAXBOTIX_END) return undefined;
  let mm = 0;
  for (let digit = at + 1; digit < at + 5; digit += 1) {
    const value = (bytes[digit] ?? 0) - 0x30;
    if (value < 0 || value > 9) return undefined;
    mm = 10 * mm + value;
  }
  return mm;
}
