import type { BayId } from '#contract/ids.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Reading } from '../sense/sample.ts';
import { noCounts } from './driver.ts';
import type { Driver, TakeSample, TakeTrouble } from './driver.ts';
import { distanceReader, distanceReading } from './distance-reader.ts';
import type { FrameReader } from './frame-reader.ts';
import { maxbotixReader, maxbotixReading } from './maxbotix-reader.ts';

const kinds = {
  'distance-frame': { open: distanceReader, reading: distanceReading },
  maxbotix: { open: maxbotixReader, reading: maxbotixReading },
} as const satisfies Record<
  string,
  { open: () => FrameReader; reading: (value: number) => Reading }
>;
export type ListeningKind = keyof typeof kinds;

/** A free-running sensor, alone on its line: it speaks, nobody asks. */
export function listeningDriver(options: {
  readonly kind: ListeningKind;
  readonly bay: BayId;
  readonly clock: Clock;
  readonly take: TakeSample;
  readonly trouble: TakeTrouble;
}): Driver {
  const { kind, bay, clock, take, trouble } = options;
  const reader = kinds[kind].open();
  const counts = noCounts();
  return {
    counts,
    attach: () => undefined,
    detach: () => {
      counts.bytesDiscarded += reader.reset();
    },
    bytes: (chunk) => {
      for (const heard of reader.push(chunk)) {
        if (heard.kind === 'discarded') {
          counts.bytesDiscarded += heard.bytes;
          counts.framesBad += 1;
          trouble(bay, { kind: 'link', frames: 1, errors: 1, crcErrors: 1 });
          continue;
        }
        counts.framesHeard += 1;
        const distance = kinds[kind].reading(heard.value);
        take(bay, { distance, receivedAtMono: Math.round(clock.monoMs()) });
        trouble(bay, { kind: 'link', frames: 1, errors: 0, crcErrors: 0 });
      }
    },
  };
}
