import {
  decodeDistance,
  DISTANCE_FAULT,
  DISTANCE_FRAME_BYTES,
  DISTANCE_INTERFERENCE,
  DISTANCE_NO_TARGET,
} from '#contract/distance-frame.ts';
import type { Reading } from '../sense/sample.ts';
import { FrameReader } from './frame-reader.ts';

export const distanceReader = (): FrameReader =>
  new FrameReader({
    leastBytes: DISTANCE_FRAME_BYTES,
    mostBytes: DISTANCE_FRAME_BYTES,
    frameAt: (bytes, at) => {
      const value = decodeDistance(bytes, at);
      return value === undefined ? undefined : { value, bytes: DISTANCE_FRAME_BYTES };
    },
  });

/** What the 16-bit distance of these sensors and of PBN-1 means. 0 mm is no distance either. */
export function distanceReading(value: number): Reading {
  return { value, unit: 'mm', quality: qualityOf(value) };
}

function qualityOf(value: number): Reading['quality'] {
  switch (value) {
    case DISTANCE_NO_TARGET:
      return 'no_target';
    case DISTANCE_INTERFERENCE:
      return 'interference';
    case DISTANCE_FAULT:
    case 0:
      return 'fault';
    default:
      return 'ok';
  }
}
