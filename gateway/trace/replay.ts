import { basename } from 'node:path';
import { deadlines } from '#contract/deadlines.ts';
import { BayId } from '#contract/ids.ts';
import { ConfigError } from '#runtime/errors.ts';
import type { ForeignColumns } from './foreign-columns.ts';
import { readTrace, readTraceHeader } from './read-trace.ts';
import { ReplayedLine } from './replayed-line.ts';
import type { ReplayedEvent } from './replayed-line.ts';
import { Changes } from './score.ts';
import type { Change } from './score.ts';
import { survey } from './survey.ts';
import type { TracedBay, TraceHeader } from './trace-header.ts';

export interface ReplayOptions extends ForeignColumns {
  /** Stronger than what the trace says. */
  readonly confirmMs?: number | undefined;
  readonly periodMs?: number | undefined;
  readonly mountMm?: number | undefined;
  /** Whom rows without a bay are about. */
  readonly bay?: BayId | undefined;
  readonly onEvent: (event: ReplayedEvent, path: string) => void;
  readonly onBadRow: (bad: { path: string; line: number; problem: string }) => void;
}

export interface Replayed {
  readonly rows: number;
  readonly badRows: number;
  readonly samples: number;
  readonly events: number;
  readonly bays: number;
  /** From the first row to the last, over all traces. */
  readonly spanMs: number;
  readonly decided: readonly Change[];
  /** From the `truth` columns. */
  readonly truth: readonly Change[];
  /** Wall time − the trace's time, where a row said so. */
  readonly wallOffsetMs: number | undefined;
}

/** The bay of a file that names none. */
const SOLE_BAY = BayId.parse('bay');

/**
 * Feeds traces to the gateway's own line, in their order; a file that continues the one before goes
 * on with what was learned there. Memory does not grow with the rows, only with the decisions.
 * Throws ConfigError for a file that is no trace.
 */
export async function replayTraces(
  paths: readonly string[],
  options: ReplayOptions,
): Promise<Replayed> {
  const total = { rows: 0, badRows: 0, samples: 0, events: 0, spanMs: 0 };
  const bays = new Set<BayId>();
  const [decided, truth] = [new Changes(), new Changes()];
  let wallOffsetMs: number | undefined;
  let line: ReplayedLine | undefined;
  let before = '';
  for (const path of paths) {
    const header = await readTraceHeader(path);
    const reading = readingOf(header, options);
    wallOffsetMs ??= header.facts.wallOffsetMs;
    if (line === undefined || header.facts.continues !== basename(before)) {
      const traced = await tracedBays(path, header, reading, options);
      for (const { bay } of traced.bays) bays.add(bay);
      line = new ReplayedLine({
        ...traced,
        facts: { ...header.facts, confirmMs: options.confirmMs ?? header.facts.confirmMs },
        onEvent: (event) => {
          total.events += 1;
          decided.event(event);
          options.onEvent(event, path);
        },
      });
    }
    before = path;
    let firstMs: number | undefined;
    let lastMs = 0;
    for await (const entry of readTrace(path, reading)) {
      if (entry.kind === 'bad') {
        total.badRows += 1;
        options.onBadRow({ path, ...entry });
        continue;
      }
      const { row } = entry;
      total.rows += 1;
      firstMs ??= row.ms;
      lastMs = row.ms;
      for (const { kind } of row.fed) total.samples += kind === 'sample' ? 1 : 0;
      if (row.truth) truth.state(row.truth.bay, row.truth.state, row.ms);
      if (row.wallMs !== undefined) wallOffsetMs ??= row.wallMs - row.ms;
      line.feed(row);
    }
    total.spanMs += lastMs - (firstMs ?? lastMs);
  }
  return { ...total, bays: bays.size, decided: decided.all, truth: truth.all, wallOffsetMs };
}

/**
 * What truly happened, from a file of its own: rows of time, bay and truth. `wallOffsetMs`: of the
 * trace, to place rows that have the wall time only.
 */
export async function readTruth(
  path: string,
  options: Pick<ReplayOptions, 'bay' | 'onBadRow'> & { readonly wallOffsetMs: number | undefined },
): Promise<readonly Change[]> {
  const truth = new Changes();
  for await (const entry of readTrace(path, { soleBay: options.bay ?? SOLE_BAY })) {
    if (entry.kind === 'bad') {
      options.onBadRow({ path, ...entry });
      continue;
    }
    const { ms, wallMs, truth: said } = entry.row;
    const { wallOffsetMs } = options;
    const at = wallMs === undefined || wallOffsetMs === undefined ? ms : wallMs - wallOffsetMs;
    if (said) truth.state(said.bay, said.state, at);
  }
  return truth.all;
}

type Reading = ForeignColumns & { readonly soleBay: BayId | undefined };

function readingOf({ facts, bays }: TraceHeader, options: ReplayOptions): Reading {
  const [only] = bays;
  const named = bays.length === 1 ? only?.bay : SOLE_BAY;
  return {
    columns: options.columns,
    rateHz: options.rateHz,
    countsPerGauss: options.countsPerGauss ?? facts.countsPerGauss,
    soleBay: bays.length > 1 ? undefined : (options.bay ?? named),
  };
}

async function tracedBays(
  path: string,
  { facts, bays }: TraceHeader,
  reading: Reading,
  { periodMs, mountMm, rateHz }: ReplayOptions,
): Promise<{ readonly bays: readonly TracedBay[]; readonly periodMs: number }> {
  const knownMs = periodMs ?? facts.periodMs ?? (rateHz === undefined ? undefined : 1_000 / rateHz);
  const isComplete = bays.length > 0 && knownMs !== undefined;
  const surveyed = isComplete ? undefined : await survey(readTrace(path, reading));
  const traced = bays.length > 0 ? bays : (surveyed?.bays.map((bay) => ({ bay })) ?? []);
  if (traced.length === 0) {
    throw new ConfigError([`${path}: expected at least one row with a sample`]);
  }
  return {
    bays: traced.map((each) => (mountMm === undefined ? each : { ...each, mountMm })),
    periodMs: knownMs ?? surveyed?.periodMs ?? deadlines.pollPeriodMs,
  };
}
