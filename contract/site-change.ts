import * as z from 'zod';
import { SiteDiff } from './site-diff.ts';
import { LONGEST_CORRECTION_MS, OverlayChange, SiteOverlay } from './site-overlay.ts';
import { shortText } from './site.ts';
import { IsoInstant } from './time.ts';

/** The shapes with which operators change the site that runs. */

export const SiteVersion = z.object({
  version: z.int().min(1),
  validFrom: IsoInstant,
  appliedAt: IsoInstant,
  author: z.string(),
  sha: z.string().describe('SHA-256 of the file, in hexadecimal'),
  running: z.boolean().describe('true: this one holds now'),
});
export type SiteVersion = z.infer<typeof SiteVersion>;
export const SiteVersionsAnswer = z.object({ versions: z.array(SiteVersion) });

export const SiteCheckAnswer = z.object({
  problems: z.array(z.string()).describe('empty: the file may be applied'),
  warnings: z.array(z.string()),
  /** Against the file's version that runs; null: the file has problems. */
  diff: SiteDiff.nullable(),
  running: z.object({ version: z.int().min(1), overlays: z.array(SiteOverlay) }),
});
export type SiteCheckAnswer = z.infer<typeof SiteCheckAnswer>;

export const SiteAppliedAnswer = z.object({ version: SiteVersion, diff: SiteDiff });
export type SiteAppliedAnswer = z.infer<typeof SiteAppliedAnswer>;

export const OverlaysAnswer = z.object({ overlays: z.array(SiteOverlay) });
export type OverlaysAnswer = z.infer<typeof OverlaysAnswer>;

const author = shortText.default('operator').describe('who does it, for the history');
export const AuthorQuery = z.strictObject({ author });
export const ApplyQuery = z.strictObject({
  author,
  validFrom: IsoInstant.optional().describe(
    "from when it holds, the past included; else the file's date where it is later than the running version's, else now",
  ),
});
export const RollbackQuery = z.strictObject({
  author,
  version: z.string().regex(/^[1-9]\d{0,8}$/, 'expected the number of a version'),
});

export const NewOverlayBody = z
  .strictObject({
    change: OverlayChange,
    from: IsoInstant.optional().describe('now unless told'),
    until: IsoInstant.nullable().optional().describe('null, or left out: until somebody ends it'),
    author,
    reason: SiteOverlay.shape.reason,
  })
  .refine(({ from, until }) => !from || !until || Date.parse(from) < Date.parse(until), {
    path: ['until'],
    message: 'expected later than from',
  })
  .refine(({ change, from, until }) => change.kind !== 'bayState' || isShort(from, until), {
    path: ['until'],
    message: `expected within ${LONGEST_CORRECTION_MS / 3_600_000} hours: a bay's state is corrected for a while`,
  });

/** Without a beginning it is now, as far as a schema can know. */
function isShort(from: string | undefined, until: string | null | undefined): boolean {
  if (until === null || until === undefined) return false;
  const begin = from === undefined ? Date.now() : Date.parse(from);
  return Date.parse(until) - begin <= LONGEST_CORRECTION_MS;
}
