import type { FreeRunningKind } from '#contract/sensor-kind.ts';
import type { Reading } from '../sense/sample.ts';
import { distanceReader, distanceReading } from './distance-reader.ts';
import type { FrameReader } from './frame-reader.ts';
import { maxbotixReader, maxbotixReading } from './maxbotix-reader.ts';

/** How a kind of free-running sensor is heard, and what its numbers mean. */
export interface HeardKind {
  open(): FrameReader;
  reading(value: number): Reading;
}

const maxbotix = (kind: Parameters<typeof maxbotixReader>[0]): HeardKind => ({
  open: () => maxbotixReader(kind),
  reading: (counts) => maxbotixReading(kind, counts),
});

export const freeRunningKinds: Readonly<Record<FreeRunningKind, HeardKind>> = {
  'distance-frame': { open: distanceReader, reading: distanceReading },
  maxbotix: maxbotix('maxbotix'),
  'maxbotix-cm': maxbotix('maxbotix-cm'),
  'maxbotix-inch': maxbotix('maxbotix-inch'),
};
