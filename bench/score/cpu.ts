import { CLEAR } from '#firmware-sim/scenario.ts';
import { virtualPlaces, virtualStreet } from '#firmware-sim/virtual-street.ts';
import type { VirtualSample } from '#firmware-sim/virtual-street.ts';
import { Watcher } from './watcher.ts';

const BAYS = 32;
const MINUTES = 60;

/** CPU that health and detector of one full line take for 1,000 samples, ms. */
export function cpuMsPerThousand(seed: number): number {
  const run = {
    scenario: CLEAR,
    seed,
    bays: BAYS,
    durationMs: MINUTES * 60_000,
    samplePeriodMs: 1_000,
  };
  const places = virtualPlaces(run);
  const numbers = new Map(places.map(({ bay }, at) => [bay, at]));
  const samples = [...virtualStreet(run)].filter(
    (entry): entry is VirtualSample => entry.kind === 'sample',
  );
  const watcher = new Watcher({
    modality: 'fused',
    bays: places.map(({ neighbours }) => ({
      beside: neighbours.flatMap((each) => numbers.get(each) ?? []),
    })),
    mountsMm: places.map(({ mountMm }) => mountMm),
    periodMs: run.samplePeriodMs,
    hasFaults: true,
  });
  const before = process.cpuUsage();
  for (const sample of samples) watcher.hear(numbers.get(sample.bay) ?? 0, sample);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / samples.length;
}
