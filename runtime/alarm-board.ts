import { alarms } from '#contract/alarms.ts';
import type { AlarmName, ToldAlarm } from '#contract/alarms.ts';
import type { Clock } from './clock.ts';
import type { Log } from './log.ts';

/** Something that holds now and should not, with what shows it. */
export interface Condition {
  readonly alarm: AlarmName;
  /** What it is about, e.g. a gateway; empty: the whole process. */
  readonly subject: string;
  readonly cause: string;
}

interface Held {
  readonly alarm: AlarmName;
  readonly subject: string;
  cause: string;
  readonly sinceMonoMs: number;
  readonly since: number;
  looks: number;
  raised: boolean;
}

/** The alarms of one process: raised and cleared by what each look finds, logged at both ends. */
export class AlarmBoard {
  readonly #clock: Clock;
  readonly #log: Log;
  readonly #held = new Map<string, Held>();
  readonly #raised = new Map<AlarmName, number>();

  constructor({ clock, log }: { readonly clock: Clock; readonly log: Log }) {
    this.#clock = clock;
    this.#log = log;
  }

  /** Takes everything that holds now; what is not named has ended. Says whether anything changed. */
  look(conditions: readonly Condition[]): 'same' | 'changed' {
    const now = this.#clock.monoMs();
    const found = new Set<string>();
    let changed = false;
    for (const { alarm, subject, cause } of conditions) {
      const key = `${alarm}/${subject}`;
      found.add(key);
      const held = this.#held.get(key) ?? this.#begin(key, alarm, subject, now);
      held.cause = cause;
      held.looks += 1;
      if (held.raised || now - held.sinceMonoMs < alarms[alarm].afterMs) continue;
      held.raised = true;
      changed = true;
      this.#raised.set(alarm, (this.#raised.get(alarm) ?? 0) + 1);
      const { severity } = alarms[alarm];
      const facts = { alarm, ...(subject !== '' && { subject }), severity, cause };
      if (severity === 'critical') this.#log.error(facts, 'alarm.condition.raised');
      else this.#log.warn(facts, 'alarm.condition.raised');
    }
    for (const [key, held] of this.#held) {
      if (found.has(key)) continue;
      this.#held.delete(key);
      if (!held.raised) continue;
      changed = true;
      const { alarm, subject, looks } = held;
      const lastedMs = Math.round(now - held.sinceMonoMs);
      this.#log.info(
        { alarm, ...(subject !== '' && { subject }), lastedMs, looks },
        'alarm.condition.cleared',
      );
    }
    return changed ? 'changed' : 'same';
  }

  /** Those raised and not cleared, the oldest first. */
  active(): readonly ToldAlarm[] {
    return [...this.#held.values()]
      .filter(({ raised }) => raised)
      .map(({ alarm, subject, cause, since }) => ({ alarm, subject, cause, since }));
  }

  /** How often each was raised since the start. */
  raised(): ReadonlyMap<AlarmName, number> {
    return this.#raised;
  }

  #begin(key: string, alarm: AlarmName, subject: string, now: number): Held {
    const since = Math.round(this.#clock.wallMs());
    const held = { alarm, subject, cause: '', sinceMonoMs: now, since, looks: 0, raised: false };
    this.#held.set(key, held);
    return held;
  }
}
