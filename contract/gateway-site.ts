import * as z from 'zod';
import { LineProperties } from './site.ts';
import { Instant } from './time.ts';

/**
 * Api → one gateway, retained: its part of the site's version that holds now. A gateway takes it
 * over line by line and keeps it on disk; one that cannot be used is refused, and the gateway's
 * status says why.
 */
export const GatewaySiteMessage = z.strictObject({
  v: z.literal(1),
  /** Rises with every version of the site that the api was given. */
  version: z.int().min(1),
  validFrom: Instant,
  lines: z
    .array(LineProperties)
    .max(64)
    .describe('empty: the site has no such gateway any more, and it watches nothing'),
});
export type GatewaySiteMessage = z.infer<typeof GatewaySiteMessage>;

/** What a gateway says of it, once an api has told it of any. */
export const GatewaySiteStatus = z.strictObject({
  /** The version that it runs; null: its own file, because nothing better came yet. */
  version: z.int().min(1).nullable(),
  refused: z
    .strictObject({ version: z.int().min(1), reason: z.string().max(500) })
    .nullable()
    .describe('the version that it was told last, where it cannot use that one'),
});
export type GatewaySiteStatus = z.infer<typeof GatewaySiteStatus>;
