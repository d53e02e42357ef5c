import { FREE_RUNNING_KINDS } from '#contract/sensor-kind.ts';
import type { FreeRunningKind } from '#contract/sensor-kind.ts';
import { freeRunningKinds } from '../bus/free-running-kinds.ts';

/** So many frames make a kind; one may be chance. */
const LEAST_FRAMES = 3;
/** And so much of what was heard must be its frames. */
const LEAST_SHARE = 0.6;

/** What a port that nobody asked has said. */
export interface HeardFamily {
  /** More than one where the frames alone do not tell, the likeliest first. */
  readonly kinds: readonly FreeRunningKind[];
  readonly bytes: number;
}

/** Takes what a port brings by itself and tells whose frames they are. */
export class FamilyEar {
  readonly #readers = FREE_RUNNING_KINDS.map((kind) => ({
    kind,
    reader: freeRunningKinds[kind].open(),
    frames: 0,
    discarded: 0,
    distancesMm: [] as number[],
  }));
  #bytes = 0;

  hear(chunk: Uint8Array): void {
    this.#bytes += chunk.length;
    for (const each of this.#readers) {
      for (const heard of each.reader.push(chunk)) {
        if (heard.kind === 'discarded') each.discarded += heard.bytes;
        else {
          each.frames += 1;
          const { value, quality } = freeRunningKinds[each.kind].reading(heard.value);
          if (quality === 'ok') each.distancesMm.push(value);
        }
      }
    }
  }

  get isSure(): boolean {
    return this.heard().kinds.length > 0;
  }

  heard(): HeardFamily {
    const fitting = this.#readers.filter(
      ({ frames, discarded }) =>
        frames >= LEAST_FRAMES && discarded <= (1 - LEAST_SHARE) * this.#bytes,
    );
    // Centimetres and inches look the same: first what is a height at which sensors hang.
    const kinds = fitting
      .toSorted((a, b) => plausibility(b.distancesMm) - plausibility(a.distancesMm))
      .map(({ kind }) => kind);
    return { kinds, bytes: this.#bytes };
  }
}

/** 2: a height at which sensors hang, 1: a bench, 0: neither. */
export function plausibility(distancesMm: readonly number[]): number {
  const middle = distancesMm.toSorted((a, b) => a - b)[distancesMm.length >> 1];
  if (middle === undefined) return 0;
  if (middle >= 1_500 && middle <= 4_500) return 2;
  return middle >= 250 && middle <= 7_000 ? 1 : 0;
}
