import * as z from 'zod';
import { LotId, SignId } from './ids.ts';
import { clock, Language, LocalText, PositionQuality } from './site-words.ts';

/** Where to, from the sign; `here`: the lot's own entrance. */
export const SIGN_ARROWS = ['left', 'right', 'ahead', 'here'] as const;
export const SignArrow = z.enum(SIGN_ARROWS);
export type SignArrow = z.infer<typeof SignArrow>;

const Pointer = z.strictObject({ lot: LotId, arrow: SignArrow });

export const SignRowProperties = z.strictObject({
  ...Pointer.shape,
  label: LocalText.optional().describe("a short name for the sign; else the lot's"),
  whenFull: z
    .array(Pointer)
    .min(1)
    .max(5)
    .optional()
    .describe('while the lot is full or closed: the first of these that has room is shown, too'),
});
export type SignRowProperties = z.infer<typeof SignRowProperties>;

/** What a sign beside the road is made of, and from how far it must be read. */
const Panel = z.strictObject({
  heightMm: z.int().min(50).max(20_000),
  readAtM: z.int().min(1).max(300),
});

export const SignProperties = z.strictObject({
  kind: z.literal('sign'),
  id: SignId,
  name: LocalText,
  rows: z.array(SignRowProperties).min(1).max(3),
  languages: z.array(Language).min(1).max(2).optional(),
  form: z.enum(['text', 'symbol']).optional(),
  lastly: z.enum(['blank', 'parking']).optional(),
  night: z.strictObject({ from: clock, to: clock }).optional(),
  panel: Panel.optional(),
  positionQuality: PositionQuality,
});
export type SignProperties = z.infer<typeof SignProperties>;

const register = z.int().min(0).max(0xffff);

/** How a display on RS-485 is told: one number and one word a row, and for how long they hold. */
export const ModbusSignProperties = z.strictObject({
  sign: SignId,
  address: z.int().min(1).max(247),
  rows: z
    .array(z.strictObject({ number: register, word: register }))
    .min(1)
    .max(3)
    .describe('registers of each row of the sign, in its order'),
  expirySeconds: register.describe('register: after so many seconds the display blanks by itself'),
  digits: z.enum(['binary', 'bcd']).optional(),
  noNumber: z
    .int()
    .min(0)
    .max(0xffff)
    .optional()
    .describe('what shows no digits; 65535 unless told'),
});
export type ModbusSignProperties = z.infer<typeof ModbusSignProperties>;
