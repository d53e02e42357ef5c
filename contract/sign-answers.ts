import * as z from 'zod';
import { LotId, SignId } from './ids.ts';
import { SignControl, SignControlChange } from './sign-control.ts';
import { SIGN_CAUSES } from './sign-ladder.ts';
import { SignShown } from './sign-message.ts';
import { LocalText, shortText } from './site-words.ts';
import { IsoInstant } from './time.ts';

/** The shapes in which signs are told of over HTTP. */

/** A sign's page says what it shows. */
export const SignShownBody = z.strictObject({
  ...SignShown.shape,
  key: z.string().min(1).max(100).describe('as the address of the page has it after the "#"'),
});
export const SignShownAnswer = z.object({ heardAt: IsoInstant });

export const OperatorSign = z.object({
  sign: SignId,
  name: LocalText,
  rows: z.array(
    z.object({
      lot: LotId,
      shows: z.string().describe('what it is to show, e.g. "number:12", "band:few", "full"'),
      cause: z.enum(SIGN_CAUSES),
      instead: LotId.nullable().describe('the lot that it points to while this one is full'),
    }),
  ),
  since: IsoInstant.describe('since when it is to show this'),
  report: z
    .object({
      via: z.enum(['page', 'mqtt', 'modbus']),
      shows: z.array(z.string()),
      since: IsoInstant,
      heardAt: IsoInstant,
    })
    .nullable()
    .describe("the sign's own word of what it shows; null: none since the api's start"),
  agreement: z
    .enum(['agrees', 'differs', 'silent', 'unheard'])
    .describe('differs: it shows something else; silent: it no longer says anything'),
  controls: z.array(SignControl),
  digits: z
    .object({ heightMm: z.int(), neededMm: z.int() })
    .nullable()
    .describe('height of the digits, and what its distance needs; null: no panel in the site file'),
});
export type OperatorSign = z.infer<typeof OperatorSign>;

export const OperatorSignsAnswer = z.object({
  simulated: z.boolean(),
  at: IsoInstant,
  signs: z.array(OperatorSign).describe('the worst first: differs, silent, unheard, agrees'),
});
export type OperatorSignsAnswer = z.infer<typeof OperatorSignsAnswer>;

export const NewSignControlBody = z
  .strictObject({
    change: SignControlChange,
    from: IsoInstant.optional().describe('now unless told'),
    until: IsoInstant.optional().describe('else as long as is usual for its kind'),
    author: shortText.default('operator').describe('who does it, for the history'),
    reason: SignControl.shape.reason,
  })
  .refine(({ from, until }) => !from || !until || Date.parse(from) < Date.parse(until), {
    path: ['until'],
    message: 'expected later than from',
  });

export const SignControlsAnswer = z.object({ controls: z.array(SignControl) });

export const SignPageAnswer = z.object({
  path: z.string().describe('of the sign’s page, with the key by which it reports'),
});
