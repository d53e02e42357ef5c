import type { SensorFault } from './node/fault-kinds.ts';
import type { Scenario } from './scenario.ts';

const MINUTE_MS = 60_000;

/**
 * Lets a scenario's faults begin and end when they are due, `speed` times as fast as it says.
 * Entries beyond the last bay are left out: one scenario serves many sites.
 */
export function scheduleFaults(
  faults: Scenario['sensorFaults'],
  bays: readonly string[],
  speed: number,
  does: { fail(bay: string, fault: SensorFault): void; mend(bay: string): void },
): { close(): void } {
  const timers: NodeJS.Timeout[] = [];
  const after = (minutes: number, act: () => void) => {
    timers.push(setTimeout(act, (minutes * MINUTE_MS) / speed));
  };
  for (const { fault, bay, fromMinute, toMinute } of faults) {
    const name = bays[bay];
    if (name === undefined) continue;
    if (fromMinute === 0) does.fail(name, fault);
    else after(fromMinute, () => does.fail(name, fault));
    if (toMinute !== undefined) after(toMinute, () => does.mend(name));
  }
  return { close: () => timers.forEach((timer) => clearTimeout(timer)) };
}
