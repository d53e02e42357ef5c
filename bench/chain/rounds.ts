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
  const shown = sentAt.flatMap((at, change) => {
    const shownAtMs = shownAt.get(change);
    return shownAtMs === undefined ? [] : [{ at, shownAt: shownAtMs }];
  });
  return {
    latenciesMs: shown.map((each) => each.shownAt - each.at),
    workMs: withoutWindow(shown, contestant.windowMs),
    cpuMsPer1000: (1_000 * cpuMs) / count,
  };
}

/** When a change was sent and shown, by one clock, milliseconds. */
export interface ShownChange {
  readonly at: number;
  readonly shownAt: number;
}

/** Those that are shown together come from one message; a client takes less to read it. */
const TOGETHER_MS = 2;

/**
 * How long each change took beside what it waited for others on purpose. Changes that were shown
 * together left together, their window after the first of them had come: the rest of that window is no
 * work of theirs. One that is shown before such a window is over has waited for nobody.
 */
export function withoutWindow(
  changes: readonly ShownChange[],
  windowMs: Contestant['windowMs'],
): number[] {
  const byShown = changes.toSorted((a, b) => a.shownAt - b.shownAt);
  const works: number[] = [];
  for (let from = 0; from < byShown.length;) {
    let until = from + 1;
    while (isTogether(byShown[until - 1], byShown[until])) until += 1;
    const together = byShown.slice(from, until);
    const leaves = Math.min(...together.map(({ at }) => at)) + windowMs(together.length);
    for (const { at, shownAt } of together) {
      works.push(shownAt - (shownAt < leaves ? at : Math.max(at, leaves)));
    }
    from = until;
  }
  return works;
}

const isTogether = (one?: ShownChange, next?: ShownChange): boolean =>
  one !== undefined && next !== undefined && next.shownAt - one.shownAt <= TOGETHER_MS;

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
