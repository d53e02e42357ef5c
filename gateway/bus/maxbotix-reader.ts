import {
  decodeMaxbotix,
  MAXBOTIX_FRAME_BYTES,
  MAXBOTIX_NEAR_MM,
  MAXBOTIX_NO_TARGET_MM,
} from '#contract/maxbotix-frame.ts';
import type { Reading } from '../sense/sample.ts';
import { FrameReader } from './frame-reader.ts';

export const maxbotixReader = (): FrameReader =>
  new FrameReader({ bytes: MAXBOTIX_FRAME_BYTES, decode: decodeMaxbotix });

/** At its near limit the sensor only knows "nearer than this": saturated, not a distance. */
export function maxbotixReading(mm: number): Reading {
  if (MAXBOTIX_NO_TARGET_MM.includes(mm)) return { value: mm, unit: 'mm', quality: 'no_target' };
  return { value: mm, unit: 'mm', quality: mm <= MAXBOTIX_NEAR_MM ? 'saturated' : 'ok' };
}
