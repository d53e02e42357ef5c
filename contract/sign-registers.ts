import type { SignShow } from './sign-ladder.ts';
import type { ModbusSignProperties } from './site-sign.ts';

/** What a display on RS-485 has in a row's word register. */
export const SIGN_WORD_CODES = {
  blank: 0,
  parking: 1,
  plenty: 2,
  moderate: 3,
  few: 4,
  full: 5,
  closed: 6,
  test: 7,
  number: 8,
} as const;

const NO_NUMBER = 0xffff;
const MOST_DIGITS = 9_999;

export interface RegisterWrite {
  readonly register: number;
  readonly values: readonly number[];
}

/**
 * The writes that make a display show these rows for so many seconds, neighbouring registers in one
 * frame. The expiry goes last: whoever dies before it leaves the older, shorter one running.
 */
export function signWritesOf(
  sign: ModbusSignProperties,
  shows: readonly SignShow[],
  seconds: number,
): RegisterWrite[] {
  const values = new Map<number, number>([
    [sign.expirySeconds, Math.max(0, Math.min(0xffff, Math.floor(seconds)))],
  ]);
  for (const [at, { number, word }] of sign.rows.entries()) {
    const show = shows[at] ?? { kind: 'blank' };
    values.set(word, wordCodeOf(show));
    values.set(number, show.kind === 'number' ? digitsOf(sign, show.vacant) : noNumberOf(sign));
  }
  const groups: { register: number; values: number[] }[] = [];
  for (const [register, value] of [...values].toSorted(([a], [b]) => a - b)) {
    const last = groups.at(-1);
    if (last && register === last.register + last.values.length) last.values.push(value);
    else groups.push({ register, values: [value] });
  }
  const hasExpiry = ({ register, values: { length } }: RegisterWrite) =>
    register <= sign.expirySeconds && sign.expirySeconds < register + length;
  return groups.toSorted((a, b) => Number(hasExpiry(a)) - Number(hasExpiry(b)));
}

/** What a row's registers say, as shownToken names it; undefined: nothing that a display knows. */
export function shownInRegisters(
  sign: ModbusSignProperties,
  row: number,
  valueOf: (register: number) => number,
): string | undefined {
  const { number, word } = sign.rows[row] ?? {};
  if (number === undefined || word === undefined) return undefined;
  const code = valueOf(word);
  const name = Object.entries(SIGN_WORD_CODES).find(([, each]) => each === code)?.[0];
  if (name === 'number') return `number:${numberIn(sign, valueOf(number))}`;
  return name === 'plenty' || name === 'moderate' || name === 'few' ? `band:${name}` : name;
}

function wordCodeOf(show: SignShow): number {
  return SIGN_WORD_CODES[show.kind === 'band' ? show.band : show.kind];
}

const noNumberOf = ({ noNumber = NO_NUMBER }: ModbusSignProperties): number => noNumber;

/** A display of four digits; BCD has a digit in each half byte. */
function digitsOf({ digits }: ModbusSignProperties, vacant: number): number {
  const shown = Math.min(vacant, MOST_DIGITS);
  return digits === 'bcd' ? Number.parseInt(String(shown), 16) : shown;
}

function numberIn({ digits }: ModbusSignProperties, value: number): number {
  return digits === 'bcd' ? Number.parseInt(value.toString(16), 10) : value;
}
