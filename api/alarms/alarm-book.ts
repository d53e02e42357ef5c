import type { AlarmName } from '#contract/alarms.ts';
import type { GatewayId } from '#contract/ids.ts';
import type { Clock } from '#runtime/clock.ts';
import { inTransaction } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';

/** An alarm that somebody finds now. */
export interface FoundAlarm {
  readonly alarm: AlarmName;
  readonly gateway: GatewayId | null;
  readonly subject: string;
  readonly cause: string;
  /** Epoch milliseconds. */
  readonly since: number;
}

/** One alarm from its beginning to its end. Times are epoch milliseconds. */
export interface BookedAlarm extends FoundAlarm {
  readonly no: number;
  /** When it was written down, at the earliest: an alarm is raised some time after it began. */
  readonly foundAt: number;
  readonly clearedAt: number | null;
  readonly acknowledged: {
    readonly by: string;
    readonly at: number;
    readonly note: string;
  } | null;
}

/** The tables of the book, a step of the operations file. */
export const ALARM_SCHEMA = `
CREATE TABLE alarm (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  alarm TEXT NOT NULL,
  gateway TEXT NOT NULL,
  subject TEXT NOT NULL,
  cause TEXT NOT NULL,
  since INTEGER NOT NULL,
  cleared_at INTEGER,
  ack_by TEXT,
  ack_at INTEGER,
  ack_note TEXT
) STRICT;
CREATE INDEX alarm_cleared ON alarm (cleared_at);
CREATE TABLE alarm_told (
  cause TEXT PRIMARY KEY,
  told TEXT NOT NULL,
  told_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** Longer than any alarm must hold before it is raised. */
const SETTLED_AFTER_MS = 120_000;
/** Over for so long, an alarm is forgotten. */
const KEPT_MS = 400 * 86_400_000;
const FORGET_EVERY_MS = 86_400_000;

/** Every alarm with its end and who knew of it, in the operations file. */
export class AlarmBook {
  readonly #database: Database;
  readonly #clock: Clock;
  #holding: Map<string, BookedAlarm>;
  readonly #told = new Map<string, { readonly told: 'raised' | 'cleared'; readonly at: number }>();
  readonly #openedMs: number;
  #forgotAt = Number.NEGATIVE_INFINITY;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
    this.#openedMs = clock.monoMs();
    const told = database.prepare('SELECT cause, told, told_at AS at FROM alarm_told').all();
    for (const { cause, ...last } of told as unknown as ToldRow[]) this.#told.set(cause, last);
    const rows = database.prepare(`${SELECT} WHERE cleared_at IS NULL ORDER BY no`).all();
    this.#holding = new Map(
      (rows as unknown as Row[]).map(bookedOf).map((one) => [keyOf(one), one]),
    );
  }

  /** Those that hold, by number. */
  get holding(): readonly BookedAlarm[] {
    return [...this.#holding.values()];
  }

  /**
   * All that is found now: what is new is written down, what is not named any more is over. After a
   * start what held before is given time to be found again.
   */
  look(found: readonly FoundAlarm[]): void {
    const now = Math.round(this.#clock.wallMs());
    const named = new Map(found.map((one) => [keyOf(one), one]));
    const begun = [...named].filter(([key]) => !this.#holding.has(key));
    const isSettled = this.#clock.monoMs() - this.#openedMs >= SETTLED_AFTER_MS;
    const over = isSettled ? [...this.#holding].filter(([key]) => !named.has(key)) : [];
    for (const [key, { cause }] of named) {
      const held = this.#holding.get(key);
      // How it is just now is not worth a write each second; its end is written with it.
      if (held && held.cause !== cause) this.#holding.set(key, { ...held, cause });
    }
    if (begun.length === 0 && over.length === 0) return;
    inTransaction(this.#database, () => {
      for (const [key, { alarm, gateway, subject, cause, since }] of begun) {
        const { lastInsertRowid } = this.#database
          .prepare(
            'INSERT INTO alarm (alarm, gateway, subject, cause, since) VALUES (?, ?, ?, ?, ?)',
          )
          .run(alarm, gateway ?? '', subject, cause, since);
        const no = Number(lastInsertRowid);
        const begun = { no, alarm, gateway, subject, cause, since, foundAt: now };
        this.#holding.set(key, { ...begun, clearedAt: null, acknowledged: null });
      }
      for (const [key, { no, cause }] of over) {
        this.#database
          .prepare('UPDATE alarm SET cleared_at = ?, cause = ? WHERE no = ?')
          .run(now, cause, no);
        this.#holding.delete(key);
      }
    });
    this.#forget(now);
  }

  /** Those that are over, the newest first. */
  over(limit: number): BookedAlarm[] {
    const rows = this.#database
      .prepare(`${SELECT} WHERE cleared_at IS NOT NULL ORDER BY cleared_at DESC, no DESC LIMIT ?`)
      .all(limit);
    return (rows as unknown as Row[]).map(bookedOf);
  }

  /** undefined: there is none of that number that holds. */
  acknowledge(no: number, by: string, note: string): BookedAlarm | undefined {
    const known = [...this.#holding].find(([, held]) => held.no === no);
    if (!known) return undefined;
    const [key, held] = known;
    const at = Math.round(this.#clock.wallMs());
    this.#database
      .prepare('UPDATE alarm SET ack_by = ?, ack_at = ?, ack_note = ? WHERE no = ?')
      .run(by, at, note, no);
    const acknowledged = { ...held, acknowledged: { by, at, note } };
    this.#holding.set(key, acknowledged);
    return acknowledged;
  }

  /** What was last told of each cause, so that a restart tells nothing twice. */
  get told(): Told {
    return this.#told;
  }

  noteTold(causes: readonly string[], told: 'raised' | 'cleared', at: number): void {
    inTransaction(this.#database, () => {
      for (const cause of causes) {
        this.#database
          .prepare('INSERT OR REPLACE INTO alarm_told VALUES (?, ?, ?)')
          .run(cause, told, at);
        this.#told.set(cause, { told, at });
      }
    });
  }

  #forget(now: number): void {
    if (now - this.#forgotAt < FORGET_EVERY_MS) return;
    this.#forgotAt = now;
    this.#database.prepare('DELETE FROM alarm WHERE cleared_at < ?').run(now - KEPT_MS);
    for (const [cause, { told, at }] of this.#told) {
      if (told === 'raised' || at >= now - FORGET_EVERY_MS) continue;
      this.#database.prepare('DELETE FROM alarm_told WHERE cause = ?').run(cause);
      this.#told.delete(cause);
    }
  }
}

/** By cause. Times are epoch milliseconds. */
export type Told = ReadonlyMap<
  string,
  { readonly told: 'raised' | 'cleared'; readonly at: number }
>;

/** One cause, however often it comes and goes. */
export const keyOf = ({
  alarm,
  gateway,
  subject,
}: Pick<FoundAlarm, 'alarm' | 'gateway' | 'subject'>) => `${alarm}/${gateway ?? ''}/${subject}`;

const SELECT =
  'SELECT no, alarm, gateway, subject, cause, since, cleared_at AS clearedAt, ack_by AS ackBy, ack_at AS ackAt, ack_note AS ackNote FROM alarm';

interface ToldRow {
  readonly cause: string;
  readonly told: 'raised' | 'cleared';
  readonly at: number;
}

interface Row {
  readonly no: number;
  readonly alarm: AlarmName;
  readonly gateway: string;
  readonly subject: string;
  readonly cause: string;
  readonly since: number;
  readonly clearedAt: number | null;
  readonly ackBy: string | null;
  readonly ackAt: number | null;
  readonly ackNote: string | null;
}

function bookedOf({ gateway, ackBy, ackAt, ackNote, ...row }: Row): BookedAlarm {
  return {
    ...row,
    foundAt: row.since,
    gateway: gateway === '' ? null : (gateway as GatewayId),
    acknowledged:
      ackBy === null || ackAt === null ? null : { by: ackBy, at: ackAt, note: ackNote ?? '' },
  };
}
