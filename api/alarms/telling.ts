import type { BookedAlarm, Told } from './alarm-book.ts';
import { keyOf } from './alarm-book.ts';

/** Nothing more often than this of one cause, whatever it does meanwhile. */
export const CAUSE_EVERY_MS = 3_600_000;
/** What begins together travels together: a dead switch takes its gateways within this time. */
export const GATHER_MS = 10_000;

export interface Telling {
  readonly raised: readonly BookedAlarm[];
  /** The causes that were told of and are gone. */
  readonly cleared: readonly string[];
}

export interface TellingFacts {
  readonly holding: readonly BookedAlarm[];
  readonly told: Told;
  readonly isCritical: (alarm: BookedAlarm) => boolean;
  readonly isQuiet: boolean;
  /** Epoch milliseconds. */
  readonly now: number;
}

/**
 * What is to be told now. Told are states, not changes: a cause that came and went and came again
 * within its hour is told once; one that is over before it was ever told is not told at all. In quiet
 * hours only what is critical is told; the rest waits for their end.
 */
export function tellingOf({ holding, told, isCritical, isQuiet, now }: TellingFacts): Telling {
  const isDue = (cause: string) => {
    const last = told.get(cause);
    return last === undefined || now - last.at >= CAUSE_EVERY_MS || now < last.at;
  };
  const untold = holding.filter((alarm) => {
    const cause = keyOf(alarm);
    if (isQuiet && !isCritical(alarm)) return false;
    return told.get(cause)?.told !== 'raised' && isDue(cause);
  });
  const holds = new Set(holding.map(keyOf));
  const cleared = isQuiet
    ? []
    : [...told.keys()].filter(
        (cause) => told.get(cause)?.told === 'raised' && !holds.has(cause) && isDue(cause),
      );
  // Until the first of them is so old its neighbours of the same fault may follow.
  const isGathered = untold.some(({ foundAt }) => now - foundAt >= GATHER_MS || now < foundAt);
  return { raised: isGathered || cleared.length > 0 ? untold : [], cleared };
}
