import { performance } from 'node:perf_hooks';
import type { Contestant } from './contestant.ts';
import { cpuMsOf } from './cpu.ts';

export interface Paced {
  /** Last byte to the client's message, milliseconds; of changes that were shown by themselves. */
  readonly latenciesMs: readonly number[];
  /** The same without what was waited for others on purpose. */
  readonly workMs: readonly number[];
  readonly cpuMsPer1000: number;
}

/** A contestant with the number of its next change. */
export interface Running {
  readonly contestant: Contestant;
  sent: number;
}

const breath = async (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 1);
  });

/** So many changes at an even pace. */
export async function paced(running: Running, perS: number, count: number): Promise<Paced> {
  const { contestant } = running;
  const first = running.sent;
  const sentAt: number[] = [];
  const shownAt = new Map<number, number>();
  contestant.onShown = (change) => shownAt.set(change - first, performance.now());
  const cpuBefore = cpuMsOf(contestant.pids);
  const since = performance.now();
  while (running.sent < first + count) {
    const due = Math.min(count, Math.floor(((performance.now() - since) * perS) / 1_000) + 1);
    while (running.sent < first + due && contestant.send(running.sent)) {
      sentAt.push(performance.now());
      running.sent += 1;
    }
    await breath();
  }
  await contestant.done(running.sent);
  const cpuMs = cpuMsOf(contestant.pids) - cpuBefore;
  contestant.onShown = () => undefined;
  const latenciesMs: number[] = [];
  const workMs: number[] = [];
  let batchLeaves = Number.NEGATIVE_INFINITY;
  for (const [change, at] of sentAt.entries()) {
    // The first after a batch has left opens the next window; those that come in it leave with it.
    if (at > batchLeaves) batchLeaves = at + contestant.windowMs;
    const shown = shownAt.get(change);
    if (shown === undefined) continue;
    latenciesMs.push(shown - at);
    // A change that comes as the window ends may have left with the batch before.
    workMs.push(shown - (shown < batchLeaves ? at : batchLeaves));
  }
  return { latenciesMs, workMs, cpuMsPer1000: (1_000 * cpuMs) / count };
}

export interface Flooded {
  readonly perS: number;
  readonly cpuMsPer1000: number;
}

/** So many changes as fast as the line takes them, until the last is shown and kept. */
export async function flooded(running: Running, count: number): Promise<Flooded> {
  const { contestant } = running;
  const end = running.sent + count;
  const cpuBefore = cpuMsOf(contestant.pids);
  const since = performance.now();
  while (running.sent < end) {
    while (running.sent < end && contestant.send(running.sent)) running.sent += 1;
    await breath();
  }
  await contestant.done(end);
  const tookMs = performance.now() - since;
  const cpuMs = cpuMsOf(contestant.pids) - cpuBefore;
  return { perS: (1_000 * count) / tookMs, cpuMsPer1000: (1_000 * cpuMs) / count };
}
