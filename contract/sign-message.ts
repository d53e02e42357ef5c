import * as z from 'zod';
import { LotId, SignId } from './ids.ts';
import { SIGN_BANDS, SIGN_CAUSES } from './sign-ladder.ts';
import { SignArrow } from './site-sign.ts';
import { Instant } from './time.ts';

const SignBand = z.enum(SIGN_BANDS);

/** See sign-ladder.ts, which decides it. */
export const SignShow = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('number'),
    vacant: z.int().positive(),
    band: SignBand.describe('what remains when the digits have gone by their age'),
  }),
  z.strictObject({ kind: z.literal('band'), band: SignBand }),
  z.strictObject({ kind: z.literal('full') }),
  z.strictObject({ kind: z.literal('parking') }).describe('"P": nothing is said of the lot'),
  z.strictObject({ kind: z.literal('closed') }).describe('nobody may be led there'),
  z.strictObject({ kind: z.literal('blank') }),
  z.strictObject({ kind: z.literal('test') }).describe('every part of the sign is lit'),
]);

const pointed = {
  lot: LotId,
  arrow: SignArrow,
  names: z.array(z.string().max(60)).min(1).max(2).describe('in the order of the languages'),
  show: SignShow,
};

export const SignRow = z.strictObject({
  ...pointed,
  cause: z.enum(SIGN_CAUSES),
  instead: z
    .strictObject(pointed)
    .optional()
    .describe('where to go while this lot is full or closed'),
});
export type SignRow = z.infer<typeof SignRow>;

/**
 * Api → one sign: what it shows. A retained copy sets the layout and "P" only, never a number or a
 * word. All times count from receipt, by the sign's own monotonic clock.
 */
export const SignMessage = z.strictObject({
  v: z.literal(1),
  sign: SignId,
  serial: z.int().nonnegative().describe('rises with every message; a lower one is ignored'),
  publishedAt: Instant,
  validForMs: z.int().positive().describe('then the digits go, and their band stays'),
  wordForMs: z.int().positive().describe('then the words go, too'),
  lastly: z.enum(['blank', 'parking']).describe('what is shown after that'),
  simulated: z.boolean(),
  brightness: z.enum(['day', 'night']),
  languages: z.array(z.string()).min(1).max(2),
  form: z.enum(['text', 'symbol']),
  title: z.array(z.string().max(60)).min(1).max(2).describe('in the order of the languages'),
  rows: z.array(SignRow).min(1).max(3),
});
export type SignMessage = z.infer<typeof SignMessage>;

export const TEXT_ROW_CHARACTERS = 16;

/**
 * Api → one sign that knows no JSON: one to three rows of at most 16 characters, a line feed
 * between them. What is retained says "P": a simple controller knows neither age nor expiry.
 */
export const SignText = z
  .string()
  .regex(
    /^[^\p{Cc}]{0,16}(\n[^\p{Cc}]{0,16}){0,2}$/u,
    `expected one to three rows of at most ${TEXT_ROW_CHARACTERS} characters`,
  );

const shownRow = z
  .string()
  .regex(
    /^(number:\d{1,4}|band:(plenty|moderate|few)|full|parking|closed|blank|test)$/,
    'expected what a row shows, e.g. "number:12"',
  );

/** What a sign really shows, in its own words. */
export const SignShown = z.strictObject({
  serial: z.int().nonnegative().nullable().describe('of the message that it obeys; null: of none'),
  rows: z.array(shownRow).max(3),
  sinceMs: z.int().nonnegative().describe('for how long it has shown this'),
});
export type SignShown = z.infer<typeof SignShown>;

/** One sign → api, every few seconds and after each change. */
export const SignShownMessage = z.strictObject({
  v: z.literal(1),
  sign: SignId,
  ...SignShown.shape,
});

/** A gateway → api: what was written to each sign on its lines. */
export const GatewaySignsMessage = z.strictObject({
  v: z.literal(1),
  publishedAt: Instant,
  signs: z
    .array(
      z.strictObject({
        sign: SignId,
        ...SignShown.shape,
        answers: z.boolean().describe('false: the display does not answer on its line'),
      }),
    )
    .max(256),
});
export type GatewaySignsMessage = z.infer<typeof GatewaySignsMessage>;
