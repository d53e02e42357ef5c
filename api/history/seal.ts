import type { EventLogReader } from '../log/event-log.ts';
import type { FoldSink } from './bay-fold.ts';
import { noSums } from './hour-sums.ts';

/** What is sealed takes no more sums, and has no single stays. */
export interface Seal {
  /** A whole hour, epoch milliseconds. */
  readonly until: number;
  /** The same sink, but for what lies before the seal. */
  over(sink: FoldSink): FoldSink;
}

/** The log's seal as it is now. */
export function sealOf({ sealedUntil: until }: Pick<EventLogReader, 'sealedUntil'>): Seal {
  if (until === 0) return { until, over: (sink) => sink };
  const scratch = noSums();
  return {
    until,
    over: (sink) => ({
      sumsAt: (at) => (at < until ? scratch : sink.sumsAt(at)),
      // An hour is sealed or not, so that no stretch of one ledger reaches over the seal.
      endOf: (at) => (at < until ? Math.min(until, sink.endOf(at)) : sink.endOf(at)),
      closed: (stay) => {
        if (stay.departedBefore >= until) sink.closed(stay);
      },
      retracted: (order) => sink.retracted(order),
    }),
  };
}
