import type { Trouble } from '../bus/driver.ts';
import type { Sample } from '../sense/sample.ts';

/** What was heard of a sensor, or was not. */
export type Observation =
  | {
      readonly kind: 'sample';
      readonly sample: Sample;
      /** Learned floor − mounting height, in mm; undefined where nothing is learned. */
      readonly floorOffMm?: number;
    }
  | Trouble
  /**
   * What two modalities make of one bay; with one there is no disagreement to know of, and nobody
   * says this. `longStayMs`: the 99th percentile of the bay's stays.
   */
  | {
      readonly kind: 'votes';
      readonly disagree: boolean;
      readonly occupiedForMs: number;
      readonly longStayMs: number;
    }
  /** Time has passed. */
  | { readonly kind: 'tick' };

/** What a reason makes of a sensor now; undefined: it is not found. */
export type Verdict = 'degraded' | 'faulty' | 'offline' | undefined;

export interface HealthParameters {
  /** How often a sample is due, in milliseconds. */
  readonly periodMs: number;
  /** Nothing heard for longer than this: offline. */
  readonly unknownMs: number;
  /** False: it speaks by itself, and only time tells that it does not. */
  readonly polled: boolean;
  /** CRC of the configuration that the node should have, where somebody knows it. */
  readonly wantedConfigCrc?: number;
}
