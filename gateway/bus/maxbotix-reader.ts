import { decodeMaxbotix, maxbotixFrameBytes, maxbotixVariants } from '#contract/maxbotix-frame.ts';
import type { MaxbotixKind } from '#contract/maxbotix-frame.ts';
import type { Reading } from '../sense/sample.ts';
import { FrameReader } from './frame-reader.ts';

export function maxbotixReader(kind: MaxbotixKind): FrameReader {
  const { least, most } = maxbotixFrameBytes(kind);
  return new FrameReader({
    leastBytes: least,
    mostBytes: most,
    frameAt: (bytes, at) => decodeMaxbotix(bytes, at, kind),
  });
}

/** At its near limit the sensor only knows "nearer than this": saturated, not a distance. */
export function maxbotixReading(kind: MaxbotixKind, counts: number): Reading {
  const { mmPerCount, near } = maxbotixVariants[kind];
  const noTarget: readonly number[] = maxbotixVariants[kind].noTarget;
  const value = Math.round(counts * mmPerCount);
  if (noTarget.includes(counts)) return { value, unit: 'mm', quality: 'no_target' };
  return { value, unit: 'mm', quality: counts <= near ? 'saturated' : 'ok' };
}
