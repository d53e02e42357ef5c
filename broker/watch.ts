import type { AlarmName, ToldAlarm } from '#contract/alarms.ts';
import { AlarmBoard } from '#runtime/alarm-board.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import { BrokerConditions } from './conditions.ts';
import type { BrokerSeen } from './conditions.ts';

const LOOK_EVERY_MS = 1_000;

export interface BrokerWatch {
  readonly alarms: () => readonly ToldAlarm[];
  /** By alarm: how often it was raised since the start. */
  readonly raised: () => ReadonlyMap<AlarmName, number>;
  close(): void;
}

/** Looks once a second at what must hold; the log is told when an alarm begins and when it ends. */
export function watchBroker(
  see: () => Omit<BrokerSeen, 'monoMs' | 'wallMs'>,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): BrokerWatch {
  const board = new AlarmBoard({ clock, log });
  const conditions = new BrokerConditions();
  function look(): void {
    const at = { monoMs: clock.monoMs(), wallMs: clock.wallMs() };
    board.look(conditions.conditionsOf({ ...see(), ...at }));
  }
  look();
  const timer = setInterval(look, LOOK_EVERY_MS);
  return {
    alarms: () => board.active(),
    raised: () => board.raised(),
    close: () => clearInterval(timer),
  };
}
