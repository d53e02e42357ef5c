import type { BayId } from '#contract/ids.ts';
import type { TraceEntry } from './read-trace.ts';

/** Rows that are enough to tell how often one bay speaks. */
const ENOUGH_GAPS = 1_000;

/**
 * What a trace without a header leaves out: its bays, and the usual time between two samples of
 * one of them (the median). Reads the rows once; undefined where no bay speaks twice.
 */
export async function survey(
  entries: AsyncIterable<TraceEntry>,
): Promise<{ readonly bays: readonly BayId[]; readonly periodMs: number | undefined }> {
  const lastMs = new Map<BayId, number>();
  const gapsMs: number[] = [];
  for await (const entry of entries) {
    if (entry.kind === 'bad') continue;
    for (const fed of entry.row.fed) {
      if (fed.kind !== 'sample') continue;
      const before = lastMs.get(fed.bay);
      if (before !== undefined && gapsMs.length < ENOUGH_GAPS) gapsMs.push(entry.row.ms - before);
      lastMs.set(fed.bay, entry.row.ms);
    }
  }
  const sorted = gapsMs.filter((gapMs) => gapMs > 0).toSorted((a, b) => a - b);
  return { bays: [...lastMs.keys()], periodMs: sorted[sorted.length >> 1] };
}
