import type { Doors } from './doors.ts';
import type { BrokerRefusal, Gate } from './gate.ts';
import type { Tally } from './hooks.ts';

export interface BrokerCounts {
  /** Open connections, let in or not. */
  readonly connections: number;
  readonly clients: number;
  readonly retained: number;
  /** Clients that were let in and messages that were let through, since the start. */
  readonly connects: number;
  readonly publishes: number;
  /** Messages that had to wait for their client's pace, or were one too many for it. */
  readonly throttled: number;
  /** Sessions that a newer one of the same id ended. */
  readonly takeovers: number;
  readonly keepaliveTimeouts: number;
  /** Connections that ended by an error of theirs or of the network. */
  readonly brokenOff: number;
  readonly refused: Readonly<Record<BrokerRefusal, number>>;
}

export function countsNow(doors: Doors, gate: Gate, tally: Tally): BrokerCounts {
  return {
    connections: doors.size,
    clients: gate.clients,
    retained: gate.retained,
    ...tally,
    throttled: [...gate.throttled.values()].reduce((sum, count) => sum + count, 0),
    takeovers: gate.takeovers,
    refused: gate.refusals.counts,
  };
}
