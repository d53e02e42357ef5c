import * as z from 'zod';
import { DRIVER_TRAITS } from './driver.ts';
import { clock, LocalText, shortText } from './site-words.ts';

/** When a lot may be used and what that costs, as the site file says it. */

const Span = z.strictObject({ from: clock, to: clock });
export const HoursSchema = z.union([
  z.literal('always'),
  z.strictObject({
    weekday: z.array(Span),
    saturday: z.array(Span),
    sunday: z.array(Span),
    holiday: z.array(Span),
  }),
]);

export const date = z.iso.date('expected a date, e.g. "2026-09-25"');
/** Dates on which something else holds; the first that holds goes before. */
export const DateRuleSchema = z
  .strictObject({
    from: date.optional(),
    to: date.optional(),
    holiday: shortText.optional(),
    rule: z.enum(['closed', 'openFree', 'openCharged']),
    spans: z.array(Span).min(1).optional(),
    reason: LocalText.optional(),
  })
  .refine(
    ({ from, to, holiday }) => (holiday === undefined ? from !== undefined : from === to && !from),
    'expected "from" (and "to") or "holiday"',
  )
  .refine(({ from, to }) => from === undefined || to === undefined || from <= to, {
    path: ['to'],
    message: 'expected a date that is not before "from"',
  });

const minor = z.int().nonnegative().describe('integer in the minor unit of the site’s currency');
export const minutes = z.int().positive();
const percent = z.int().min(1).max(100);
export const TariffSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('free') }),
  z.strictObject({ kind: z.literal('unknown') }),
  z.strictObject({
    kind: z.literal('charged'),
    baseMinutes: minutes,
    baseMinor: minor,
    addMinutes: minutes,
    addMinor: minor,
    dayCapMinor: minor.optional(),
    freeMinutes: minutes.optional(),
    freeMinutesStay: z.boolean().optional(),
    discounts: z
      .array(z.strictObject({ for: z.enum(DRIVER_TRAITS), percent }))
      .min(1)
      .optional(),
    coupons: z
      .array(
        z.discriminatedUnion('kind', [
          z.strictObject({ kind: z.literal('minutes'), minutes }),
          z.strictObject({ kind: z.literal('percent'), percent }),
        ]),
      )
      .min(1)
      .optional(),
    roundDownMinor: z.int().positive().optional(),
  }),
]);
