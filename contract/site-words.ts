import * as z from 'zod';

/** The words that every part of the site file is written with. */

/** No control characters and no bidirectional overrides: names go onto maps, signs and exports. */
export const text = z
  .string()
  .trim()
  .min(1)
  .max(200)
  .regex(/^[^\p{Cc}\u202a-\u202e\u2066-\u2069]*$/u, 'expected no control or direction characters');
export const shortText = text.max(60);

export const Language = z
  .string()
  .regex(/^[a-z]{2}$/, 'expected a two-letter language code, e.g. "ko"');

/** A text in one or more languages; the site's first language must be there. */
export const LocalText = z.record(Language, text).refine((texts) => Object.keys(texts).length > 0, {
  message: 'expected at least one language',
});
export type LocalText = z.infer<typeof LocalText>;

/** How far a position may be trusted: `approximate` ones are handed to a map app by name only. */
export const PositionQuality = z.enum(['surveyed', 'official', 'approximate', 'unknown']);
export type PositionQuality = z.infer<typeof PositionQuality>;

/** A clock in the site's time zone; `24:00` is the day's end. */
export const clock = z
  .string()
  .regex(/^(([01]\d|2[0-3]):[0-5]\d|24:00)$/, 'expected HH:MM from 00:00 to 24:00');
