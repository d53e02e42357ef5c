import { monitorEventLoopDelay } from 'node:perf_hooks';
import type { Log } from './log.ts';

/** Longer than any commit, fold or frame may take; drivers see it as a frozen map. */
const STALL_MS = 1_000;
const LOOK_EVERY_MS = 1_000;
const RESOLUTION_MS = 20;
const NS_A_MS = 1e6;

export interface LoopWatch {
  readonly stalls: number;
  close(): void;
}

/** Says when the event loop stood still, and for how long: timers, lines and answers all waited. */
export function watchLoop({
  log,
  stallMs = STALL_MS,
  lookEveryMs = LOOK_EVERY_MS,
}: {
  readonly log: Log;
  readonly stallMs?: number;
  readonly lookEveryMs?: number;
}): LoopWatch {
  const delay = monitorEventLoopDelay({ resolution: RESOLUTION_MS });
  delay.enable();
  let stalls = 0;
  const timer = setInterval(() => {
    const stalledMs = Math.round(delay.max / NS_A_MS);
    delay.reset();
    if (stalledMs < stallMs) return;
    stalls += 1;
    log.warn({ stalledMs, stalls }, 'process.loop.stalled');
  }, lookEveryMs);
  timer.unref();
  return {
    get stalls() {
      return stalls;
    },
    close: () => {
      clearInterval(timer);
      delay.disable();
    },
  };
}
