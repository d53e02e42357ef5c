import type { Request } from 'express';

/** How a body may travel, the smallest first. */
export const ENCODINGS = ['br', 'gzip', 'identity'] as const;
export type Encoding = (typeof ENCODINGS)[number];

/**
 * What a client accepts, the smallest first: browsers give all they know the same weight and name
 * gzip first, so that their order says nothing. Whoever accepts nothing of it gets plain bytes.
 */
export function encodingsOf(request: Request): readonly Encoding[] {
  const accepted = ENCODINGS.filter((each) => request.acceptsEncodings(each) !== false);
  return accepted.length > 0 ? accepted : ['identity'];
}
