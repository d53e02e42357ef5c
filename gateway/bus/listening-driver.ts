import type { BayId } from '#contract/ids.ts';
import type { FreeRunningKind } from '#contract/sensor-kind.ts';
import type { Clock } from '#runtime/clock.ts';
import { noCounts } from './driver.ts';
import type { Driver, TakeSample, TakeTrouble } from './driver.ts';
import { freeRunningKinds } from './free-running-kinds.ts';

/** A free-running sensor, alone on its line: it speaks, nobody asks. */
export function listeningDriver(options: {
  readonly kind: FreeRunningKind;
  readonly bay: BayId;
  readonly clock: Clock;
  readonly take: TakeSample;
  readonly trouble: TakeTrouble;
}): Driver {
  const { kind, bay, clock, take, trouble } = options;
  const reader = freeRunningKinds[kind].open();
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
        const distance = freeRunningKinds[kind].reading(heard.value);
        take(bay, { distance, receivedAtMono: Math.round(clock.monoMs()) });
        trouble(bay, { kind: 'link', frames: 1, errors: 0, crcErrors: 0 });
      }
    },
  };
}
