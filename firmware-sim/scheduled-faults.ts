import { RejectedError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { SensorFault } from './node/fault-kinds.ts';
import type { Scenario } from './scenario.ts';

const MINUTE_MS = 60_000;

/**
 * Lets a scenario's faults begin and end when they are due, `speed` times as fast as it says.
 * Entries beyond the last bay are left out, and what a sensor cannot have is said and left out: one
 * scenario serves many sites.
 */
export function scheduleFaults(
  faults: Scenario['sensorFaults'],
  bays: readonly string[],
  speed: number,
  does: { fail(bay: string, fault: SensorFault): void; mend(bay: string): void },
  log: Log,
): { close(): void } {
  const timers: NodeJS.Timeout[] = [];
  const after = (minutes: number, act: () => void) => {
    timers.push(setTimeout(act, (minutes * MINUTE_MS) / speed));
  };
  const fail = (bay: string, fault: SensorFault) => {
    try {
      does.fail(bay, fault);
    } catch (error) {
      if (!(error instanceof RejectedError)) throw error;
      log.warn({ bay, fault, reason: error.message }, 'sim.fault.refused');
    }
  };
  for (const { fault, bay, fromMinute, toMinute } of faults) {
    const name = bays[bay];
    if (name === undefined) continue;
    if (fromMinute === 0) fail(name, fault);
    else after(fromMinute, () => fail(name, fault));
    if (toMinute !== undefined) after(toMinute, () => does.mend(name));
  }
  return { close: () => timers.forEach((timer) => clearTimeout(timer)) };
}
