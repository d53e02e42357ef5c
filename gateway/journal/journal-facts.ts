import type { BayState } from '#contract/bay.ts';
import type { BayEventCause } from '#contract/event.ts';
import type { BayId } from '#contract/ids.ts';

/** What a journal keeps of a bay's event beside its times. */
export interface BayBody {
  readonly bay: BayId;
  readonly state: BayState;
  readonly cause: BayEventCause;
  readonly confidence: number;
}

/** What a gateway appends of a bay; `sensedMono` in whole milliseconds of this run. */
export interface BayFact extends BayBody {
  readonly sensedMono: number;
}

export interface JournalCounts {
  appended: number;
  /** Never to be published: the disk was full, or the journal's bound was reached. */
  lost: number;
  /** Of earlier runs whose clock was never trusted. */
  undated: number;
}
