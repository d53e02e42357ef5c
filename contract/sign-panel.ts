/**
 * How large digits are on a sign's page at least, as shares; its tests measure them. No schema
 * library here.
 */
const shares = {
  /** Cap height of digits, of a row. */
  digits: 0.46,
  /** The title at the top, of the panel. */
  title: 0.12,
} as const;

/** Height of digits for each metre of distance: 25 mm for 10 ft (FHWA's rule of thumb), rounded. */
const DIGIT_MM_A_METRE = 8;

interface SignPanel {
  readonly heightMm: number;
  readonly readAtM: number;
}

/** Millimetres: how high the digits of a row are on this panel, and how high its distance needs. */
export function panelDigits(
  { heightMm, readAtM }: SignPanel,
  rows: number,
): { readonly heightMm: number; readonly neededMm: number } {
  const rowMm = (heightMm * (1 - shares.title)) / rows;
  return { heightMm: Math.round(rowMm * shares.digits), neededMm: DIGIT_MM_A_METRE * readAtM };
}
