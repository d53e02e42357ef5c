import * as z from 'zod';
import { LogId } from '#contract/ids.ts';
import { IsoInstant } from '#contract/time.ts';

/** A path inside the data folder: plain names, no way out of it. */
const InnerPath = z
  .string()
  .max(200)
  .regex(/^[\w-][\w.-]*(\/[\w-][\w.-]*)*$/, 'expected a plain relative path');

export const BackedUpFile = z.strictObject({
  path: InnerPath,
  bytes: z.int().positive(),
  sha256: z.string().regex(/^[0-9a-f]{64}$/),
  /** Rows by table, as they are in this copy. */
  rows: z.record(z.string(), z.int().nonnegative()),
});
export type BackedUpFile = z.infer<typeof BackedUpFile>;

/** What a backup holds. It is written last: a folder without it is no backup. */
export const Manifest = z.strictObject({
  format: z.literal(1),
  software: z.string(),
  site: z.string(),
  logId: LogId,
  startedAt: IsoInstant,
  finishedAt: IsoInstant,
  files: z.array(BackedUpFile).min(1),
});
export type Manifest = z.infer<typeof Manifest>;

export const MANIFEST_FILE = 'manifest.json';

/** Between a file's bytes a backup travels as JSON lines; `file` is followed by that many bytes. */
export const StreamLine = z.union([
  z.strictObject({ copying: z.string() }),
  z.strictObject({ file: BackedUpFile }),
  z.strictObject({ manifest: Manifest }),
  z.strictObject({ failed: z.string() }),
]);
export type StreamLine = z.infer<typeof StreamLine>;
