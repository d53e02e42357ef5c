import type { BayId } from '#contract/ids.ts';
import type { LineUser } from '../line/kept-line.ts';
import type { Sample } from '../sense/sample.ts';

/** What a line's driver has seen so far. */
export interface BusCounts {
  framesHeard: number;
  /** Frames with a wrong check sum or from nobody asked, exceptions, samples that say nothing new. */
  framesBad: number;
  bytesDiscarded: number;
  timeouts: number;
  /** Answers that came when nobody waited for them any more. */
  lateAnswers: number;
  retries: number;
}

export const noCounts = (): BusCounts => ({
  framesHeard: 0,
  framesBad: 0,
  bytesDiscarded: 0,
  timeouts: 0,
  lateAnswers: 0,
  retries: 0,
});

/** Turns one kind of sensor's bytes into samples; asks for them where the kind wants to be asked. */
export interface Driver extends LineUser {
  readonly counts: Readonly<BusCounts>;
}

/** Takes each fresh sample of a bay's sensor. */
export type TakeSample = (bay: BayId, sample: Sample) => void;

/**
 * What a driver hears of a sensor beside samples: `stale` the sample before once more, `missed`
 * asked in vain, `link` frames that were due and how many of them were broken or missing, `crowd`
 * another node under its address.
 */
export type Trouble =
  | { readonly kind: 'stale' }
  | { readonly kind: 'missed' }
  | {
      readonly kind: 'link';
      readonly frames: number;
      readonly errors: number;
      readonly crcErrors: number;
    }
  /** More than one node has this address: two UIDs were heard, or two answers time after time. */
  | { readonly kind: 'crowd' };
export type TakeTrouble = (bay: BayId, trouble: Trouble) => void;
