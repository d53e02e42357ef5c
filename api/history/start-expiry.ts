import { isoOf } from '#contract/time.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { EventLog } from '../log/open-event-log.ts';
import type { Audit } from '../operations/audit.ts';
import type { RunningHistory } from './start-history.ts';

const DAY_MS = 24 * 60 * 60_000;
const LOOK_EVERY_MS = 60 * 60_000;

export interface ExpiryOptions {
  readonly keepStaysDays: number;
  readonly history: Pick<RunningHistory, 'expire'>;
  readonly eventLog: Pick<EventLog, 'lastSensedAt' | 'seal' | 'expire'>;
  readonly audit: Pick<Audit, 'append'>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Expiring {
  /** Removes what is due by now, once a day; it looks by itself every hour. Never rejects. */
  look(): Promise<void>;
  close(): void;
}

/**
 * Single stays are kept for so many days after they ended, then lots' sums alone. What is removed is
 * in the access record.
 */
export function startExpiry(options: ExpiryOptions): Expiring {
  const { history, eventLog, audit, clock, log, keepStaysDays } = options;
  let doneUntil = 0;
  let isClosed = false;
  let looking: Promise<void> | undefined;

  async function expire(): Promise<void> {
    const until = dueUntil(clock.wallMs(), eventLog, keepStaysDays);
    if (until <= doneUntil) return;
    try {
      const events = await history.expire(until, eventLog);
      doneUntil = until;
      if (events === 0 || isClosed) return;
      log.info({ before: isoOf(until), events }, 'history.stays.expired');
      audit.append(MACHINE, {
        action: 'stays.expire',
        subject: `before ${isoOf(until)}`,
        after: { events, keepStaysDays },
      });
    } catch (error) {
      // History was closed under it: the next start makes up for it.
      if (isClosed) return;
      log.error({ before: isoOf(until), problem: messageOf(error) }, 'history.stays.unexpired');
    }
  }

  const look = (): Promise<void> => {
    looking ??= expire().finally(() => {
      looking = undefined;
    });
    return looking;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY_MS);
  void look();
  return {
    look,
    close: () => {
      isClosed = true;
      clearInterval(timer);
    },
  };
}

/** Nobody logged in for it. */
const MACHINE = { address: 'api' } as const;

/** A whole day of UTC. One clock that runs ahead removes nothing: it takes the gateways' word too. */
function dueUntil(
  now: number,
  eventLog: Pick<EventLog, 'lastSensedAt'>,
  keepStaysDays: number,
): number {
  const heardAt = eventLog.lastSensedAt() ?? 0;
  const due = Math.min(now, heardAt) - keepStaysDays * DAY_MS;
  return Math.max(0, due - (due % DAY_MS));
}
