import * as z from 'zod';
import { SignId } from './ids.ts';
import { SIGN_BANDS, signBandOf } from './sign-ladder.ts';
import type { SignBand, SignStep } from './sign-ladder.ts';
import { shortText } from './site-words.ts';
import { IsoInstant } from './time.ts';

const row = z.int().min(1).max(3).optional().describe('the row, from 1 at the top; else all');
const bays = z.int().min(0).max(9_999);

/** What an operator asks of a sign by hand. Digits are never set by hand, and never raised. */
export const SignControlChange = z.discriminatedUnion('kind', [
  z
    .strictObject({
      kind: z.literal('show'),
      row,
      word: z.enum([...SIGN_BANDS, 'full', 'closed', 'parking', 'blank']),
    })
    .describe('this word, whatever is counted'),
  z
    .strictObject({ kind: z.literal('offset'), row, bays: z.int().min(-999).max(-1) })
    .describe('so many fewer than are vacant, for cars on their way'),
  z
    .strictObject({
      kind: z.literal('limits'),
      row,
      minimum: bays.optional().describe('below it a word stands instead of digits'),
      maximum: bays.min(1).optional().describe('never more than this, as two digits hold 99'),
    })
    .refine(
      ({ minimum, maximum }) => minimum !== undefined || maximum !== undefined,
      'expected a minimum or a maximum',
    )
    .refine(
      ({ minimum = 0, maximum = Number.POSITIVE_INFINITY }) => minimum <= maximum,
      'expected a minimum of at most the maximum',
    ),
  z.strictObject({ kind: z.literal('test') }).describe('every part of the sign is lit'),
]);
export type SignControlChange = z.infer<typeof SignControlChange>;

export const SignControl = z.strictObject({
  id: z.string().regex(/^[0-9a-f]{16}$/, 'expected 16 hexadecimal digits'),
  sign: SignId,
  change: SignControlChange,
  from: IsoInstant,
  until: IsoInstant.describe('half-open; every control has an end'),
  author: shortText,
  reason: shortText.optional(),
});
export type SignControl = z.infer<typeof SignControl>;

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;

/** How long each kind lasts unless told, and at most. Nobody remembers a forgotten override. */
export const controlTerms: Readonly<
  Record<SignControlChange['kind'], { readonly usualMs: number; readonly mostMs: number }>
> = {
  show: { usualMs: 60 * MINUTE_MS, mostMs: 7 * DAY_MS },
  test: { usualMs: 5 * MINUTE_MS, mostMs: 60 * MINUTE_MS },
  offset: { usualMs: 30 * DAY_MS, mostMs: 400 * DAY_MS },
  limits: { usualMs: 30 * DAY_MS, mostMs: 400 * DAY_MS },
};

export function isInForce({ from, until }: SignControl, at: number): boolean {
  return Date.parse(from) <= at && at < Date.parse(until);
}

/**
 * What a row shows by hand instead of what the ladder says; of several controls of a kind the last
 * one holds. `capacity`: of the lot, as the ladder counts it. Digits only ever become fewer.
 */
export function controlledStep(
  step: SignStep,
  capacity: number,
  rowNumber: number,
  controls: readonly SignControlChange[],
): SignStep {
  const mine = controls.filter(
    (change) => !('row' in change) || (change.row ?? rowNumber) === rowNumber,
  );
  const last = <Kind extends SignControlChange['kind']>(kind: Kind) =>
    mine.findLast(
      (change): change is Extract<SignControlChange, { kind: Kind }> => change.kind === kind,
    );
  if (last('test')) return { show: { kind: 'test' }, cause: 'testPattern' };
  const word = last('show')?.word;
  if (word !== undefined) {
    const show = isBand(word) ? ({ kind: 'band', band: word } as const) : { kind: word };
    return { show, cause: 'override' };
  }
  if (step.show.kind !== 'number') return step;
  const offset = last('offset')?.bays ?? 0;
  const { minimum = 0, maximum = Number.POSITIVE_INFINITY } = last('limits') ?? {};
  const left = step.show.vacant + offset;
  // Never 만차: a bay is free all the same.
  if (left <= 0) return { show: { kind: 'band', band: 'few' }, cause: 'offset' };
  const band = signBandOf(left, capacity);
  if (left < minimum) return { show: { kind: 'band', band }, cause: 'belowMinimum' };
  if (left > maximum)
    return { show: { kind: 'number', vacant: maximum, band }, cause: 'aboveMaximum' };
  return offset === 0 ? step : { show: { kind: 'number', vacant: left, band }, cause: 'offset' };
}

const isBand = (word: string): word is SignBand => SIGN_BANDS.some((band) => band === word);
