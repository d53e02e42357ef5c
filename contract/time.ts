import * as z from 'zod';

/** Milliseconds since 1970-01-01T00:00Z, by the clock that its field's name says. */
export const Instant = z.int().nonnegative();
export type Instant = z.infer<typeof Instant>;

/** An instant as people and other systems write it: ISO 8601 with an offset. */
export const IsoInstant = z.iso.datetime({ offset: true });

/** Half-open: `from` belongs to it, `to` does not, so that neighbouring windows never share a point. */
export interface TimeWindow {
  readonly from: Instant;
  readonly to: Instant;
}

export const HOUR_MS = 3_600_000;

/** ISO 8601 in UTC, `2026-11-22T23:50:00.000Z`. */
export function isoOf(at: Instant): string {
  return new Date(at).toISOString();
}
