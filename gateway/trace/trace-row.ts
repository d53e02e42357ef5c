import { BayId } from '#contract/ids.ts';
import type { Trouble } from '../bus/driver.ts';
import type { Sample } from '../sense/sample.ts';
import { decodeSample, encodeSample, SAMPLE_COLUMNS } from './sample-cells.ts';

import { parseChoice, parseCount, parseNumber, RowProblem } from './cells.ts';
import type { Cells } from './cells.ts';

/** What a line's detector takes in, in its order: docs/traces.md has every column. */
export type Fed =
  | { readonly kind: 'sample'; readonly bay: BayId; readonly sample: Sample }
  | { readonly kind: 'trouble'; readonly bay: BayId; readonly trouble: Trouble }
  /** The gateway's own look at the time. */
  | { readonly kind: 'look' }
  /** All bays were forgotten: a new journal began. */
  | { readonly kind: 'anew' };

/** One row; `ms` by the monotonic clock of whoever wrote it, whole milliseconds, never falling. */
export interface TraceRow {
  readonly ms: number;
  /** Epoch milliseconds at `ms`, where the row says so. */
  readonly wallMs: number | undefined;
  /** A sample may bring along how its frames fared. */
  readonly fed: readonly Fed[];
  /** What the bay truly was from here on, where somebody looked. */
  readonly truth: { readonly bay: BayId; readonly state: TrueState } | undefined;
}
export type TrueState = 'vacant' | 'occupied';

/** A new kind of trouble needs its word here and in docs/traces.md. */
const TROUBLES = { stale: true, missed: true, link: true, crowd: true } satisfies Record<
  Trouble['kind'],
  true
>;
const KINDS = ['sample', ...(Object.keys(TROUBLES) as Trouble['kind'][]), 'look', 'anew'] as const;

export const TRACE_COLUMNS = [
  'ms',
  'at',
  'bay',
  'kind',
  ...SAMPLE_COLUMNS,
  'frames',
  'errors',
  'crcErrors',
  'truth',
] as const;
export type TraceColumn = (typeof TRACE_COLUMNS)[number];

type Link = Extract<Trouble, { readonly kind: 'link' }>;

/** One line without its end. `link`: heard in the same millisecond as the sample. */
export function encodeRow(
  { ms, wallMs, fed }: { readonly ms: number; readonly wallMs?: number; readonly fed: Fed },
  link?: Link,
): string {
  const cells: Partial<Record<TraceColumn, string | number>> = { ms };
  if (wallMs !== undefined) cells.at = new Date(wallMs).toISOString();
  if (fed.kind === 'look' || fed.kind === 'anew') cells.kind = fed.kind;
  else cells.bay = fed.bay;
  if (fed.kind === 'sample') Object.assign(cells, encodeSample(fed.sample));
  if (fed.kind === 'trouble') cells.kind = fed.trouble.kind;
  const frames = fed.kind === 'trouble' && fed.trouble.kind === 'link' ? fed.trouble : link;
  if (frames) {
    Object.assign(cells, {
      frames: frames.frames,
      errors: frames.errors,
      crcErrors: frames.crcErrors,
    });
  }
  return TRACE_COLUMNS.map((column) => cells[column] ?? '').join(',');
}

/** Throws RowProblem that names the column and what was expected. `soleBay`: of a file with one. */
export function decodeRow(
  cells: Cells,
  { ms, soleBay }: { readonly ms: number; readonly soleBay: BayId | undefined },
): TraceRow {
  const kind = parseChoice(cells, 'kind', KINDS) ?? 'sample';
  const wallMs = wallOf(cells);
  if (kind === 'look' || kind === 'anew') return { ms, wallMs, fed: [{ kind }], truth: undefined };
  const bay = bayOf(cells, soleBay);
  const state = parseChoice(cells, 'truth', ['vacant', 'occupied'] as const);
  const truth = state === undefined ? undefined : { bay, state };
  const row = (...fed: Fed[]): TraceRow => ({ ms, wallMs, fed, truth });
  if (kind === 'stale' || kind === 'missed' || kind === 'crowd') {
    return row({ kind: 'trouble', bay, trouble: { kind } });
  }
  const link = linkOf(cells);
  const frames: Fed[] = link ? [{ kind: 'trouble', bay, trouble: link }] : [];
  if (kind === 'link') {
    if (!link) throw new RowProblem('frames', 'a whole number', '');
    return row(...frames);
  }
  const sample = decodeSample(cells, ms);
  if (!sample) {
    if (truth) return row();
    throw new RowProblem('mm', 'a distance, or a field in xUt, yUt, zUt', '');
  }
  return row({ kind: 'sample', bay, sample }, ...frames);
}

function bayOf({ bay }: Cells, soleBay: BayId | undefined): BayId {
  if (bay === undefined || bay === '') {
    if (soleBay !== undefined) return soleBay;
    throw new RowProblem('bay', 'the id of a bay', '');
  }
  const parsed = BayId.safeParse(bay);
  if (!parsed.success) throw new RowProblem('bay', 'the id of a bay, e.g. "nambu-a-014"', bay);
  return parsed.data;
}

export function wallOf({ at }: Cells): number | undefined {
  if (at === undefined || at === '') return undefined;
  const wallMs = /T.*(Z|[+-]\d\d:?\d\d)$/.test(at) ? Date.parse(at) : Number.NaN;
  if (!Number.isNaN(wallMs)) return wallMs;
  throw new RowProblem('at', 'ISO 8601 with offset, e.g. "2026-11-22T09:00:00.250+09:00"', at);
}

function linkOf(cells: Cells): Link | undefined {
  const frames = parseCount(cells, 'frames');
  if (frames === undefined) return undefined;
  const errors = parseCount(cells, 'errors') ?? 0;
  return { kind: 'link', frames, errors, crcErrors: parseNumber(cells, 'crcErrors') ?? 0 };
}
