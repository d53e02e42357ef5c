import { virtualPlaces, virtualStreet } from '#firmware-sim/virtual-street.ts';
import type { VirtualRun, VirtualSample } from '#firmware-sim/virtual-street.ts';
import type { Modality } from './classes.ts';
import { Watcher } from './watcher.ts';

export interface TrueChange {
  readonly kind: 'stopped' | 'left';
  readonly at: number;
}

/** Whether a node that speaks seldom sends this one. */
export type Sends = (bay: number, sample: VirtualSample) => boolean;

export interface WatchedStreet {
  readonly watchers: readonly Watcher[];
  /** By bay. */
  readonly truth: readonly (readonly TrueChange[])[];
}

/** Plays a street and has each modality watch it; `periodMs`: how often a gateway expects a sample. */
export function watchStreet(
  run: VirtualRun,
  modalities: readonly Modality[],
  sends?: { readonly sends: Sends; readonly periodMs: number },
): WatchedStreet {
  const places = virtualPlaces(run);
  const numbers = new Map(places.map(({ bay }, at) => [bay, at]));
  const bays = places.map(({ neighbours }) => ({
    beside: neighbours.flatMap((each) => numbers.get(each) ?? []),
  }));
  const watchers = modalities.map(
    (modality) =>
      new Watcher({
        modality,
        bays,
        mountsMm: places.map(({ mountMm }) => mountMm),
        periodMs: sends?.periodMs ?? run.samplePeriodMs,
        hasFaults: run.scenario.sensorFaults.length > 0,
      }),
  );
  const truth = places.map((): TrueChange[] => []);
  for (const entry of virtualStreet(run)) {
    const bay = numbers.get(entry.bay) ?? 0;
    if (entry.kind !== 'sample') truth[bay]?.push({ kind: entry.kind, at: entry.atMonoMs });
    else if (sends === undefined || sends.sends(bay, entry)) {
      for (const watcher of watchers) watcher.hear(bay, entry);
    }
  }
  return { watchers, truth };
}

const SELDOM_MS = 600_000;

/** A node that speaks every ten minutes, and when the field has moved by so much and rests. */
export function seldom(changeUt: number): Sends {
  const sent = new Map<number, VirtualSample>();
  const last = new Map<number, VirtualSample>();
  const apart = (a: VirtualSample, b: VirtualSample) =>
    Math.hypot(...a.fieldUt.map((ut, axis) => ut - (b.fieldUt[axis] ?? 0)));
  return (bay, sample) => {
    const [before, previous] = [sent.get(bay), last.get(bay)];
    last.set(bay, sample);
    const isDue = before === undefined || sample.atMonoMs - before.atMonoMs >= SELDOM_MS;
    const hasMoved =
      before !== undefined &&
      previous !== undefined &&
      apart(sample, before) > changeUt &&
      apart(sample, previous) < changeUt / 2;
    if (isDue || hasMoved) sent.set(bay, sample);
    return isDue || hasMoved;
  };
}
