import { MemoryLog } from './memory-log.ts';
import { HOUR, T0, Teller } from './street.ts';

/** Ten hours of one bay, an arrival and a departure in each. */
export function tenHours(): MemoryLog {
  const eventLog = new MemoryLog();
  const teller = new Teller();
  eventLog.commit([
    teller.bay('vacant', T0),
    ...Array.from({ length: 10 }, (_, hour) => [
      teller.bay('occupied', T0 + hour * HOUR + 60_000),
      teller.bay('vacant', T0 + hour * HOUR + 600_000),
    ]).flat(),
    teller.observed(T0, T0 + 10 * HOUR),
  ]);
  return eventLog;
}
