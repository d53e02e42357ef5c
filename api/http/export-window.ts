import * as z from 'zod';
import { Instant, IsoInstant } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import { parseRequest } from './route.ts';

export const ROWS_MEDIA = 'application/x-ndjson';

/** What is exported: [from, to); without a bound, all there is on that side. */
export const ExportQuery = z.strictObject({
  from: IsoInstant.optional(),
  to: IsoInstant.optional(),
});

const Window = z
  .object({ from: Instant, to: Instant })
  .refine(({ from, to }) => from < to, { path: ['to'], message: 'expected later than from' });

/** The end of time as far as Date goes: a record of a clock that runs ahead belongs to "all". */
const END_OF_TIME = 8_640_000_000_000_000;

export function windowOf({ from, to }: z.infer<typeof ExportQuery>): TimeWindow {
  const window = {
    from: from === undefined ? 0 : Date.parse(from),
    to: to === undefined ? END_OF_TIME : Date.parse(to),
  };
  return orderedWindow(window);
}

/** Throws RejectedError('invalid_request') where it does not end after it begins. */
export function orderedWindow(window: TimeWindow): TimeWindow {
  parseRequest(Window, window);
  return window;
}
