import * as z from 'zod';

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
