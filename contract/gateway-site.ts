import * as z from 'zod';
import type { GatewayId } from './ids.ts';
import { checkLines } from './line-check.ts';
import { MAX_MESSAGE_BYTES } from './message-size.ts';
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
  /** Each is `LineProperties`, parsed by the gateway: what it cannot read it refuses with a reason. */
  lines: z
    .array(z.unknown())
    .max(64)
    .optional()
    .describe(
      "as a gateway's lines stand in the site file; empty: it has none any more, and watches nothing",
    ),
  packed: z
    .base64()
    .max(MAX_MESSAGE_BYTES)
    .optional()
    .describe(
      'instead of `lines`, where those do not fit into a message: their JSON, compressed (zlib, RFC 1950), in base64',
    ),
});

/** What packed lines may unpack to at most: 64 lines of 32 sensors have less. */
export const MAX_LINES_BYTES = 2 * 1024 * 1024;
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

export type LinesRead =
  | { readonly ok: true; readonly lines: readonly LineProperties[] }
  | { readonly ok: false; readonly problems: readonly string[] };

/** A gateway's lines by the rules of the site file, as far as they need no other feature of it. */
export function readGatewayLines(gateway: GatewayId, sent: readonly unknown[]): LinesRead {
  const parsed = z.array(LineProperties).safeParse(sent);
  if (!parsed.success) {
    const problems = parsed.error.issues.map(
      ({ path, message }) => `lines.${path.join('.')}: ${message}`,
    );
    return { ok: false, problems };
  }
  const problems: string[] = [];
  const bays = new Set<string>();
  checkLines(
    gateway,
    parsed.data,
    (field, expected) => problems.push(`${field}: expected ${expected}`),
    (bay) => {
      const isTaken = bays.has(bay);
      bays.add(bay);
      return isTaken ? 'a bay with one sensor' : undefined;
    },
  );
  return problems.length === 0 ? { ok: true, lines: parsed.data } : { ok: false, problems };
}
