import type { BayId, JournalId, LineId, LogId, LotId } from '#contract/ids.ts';
import type { LotFact } from '#contract/event.ts';
import {
  closeDatabase,
  inTransaction,
  openDatabase,
  openDatabaseForReading,
  prepareQuestion,
} from '#runtime/sqlite.ts';
import type { Database, Question, Statement } from '#runtime/sqlite.ts';
import type { DeadLetterReason, LastBayState, OpenInterval, Stored } from './log-entry.ts';
import { isBegun } from './month-format.ts';
import { LOG_FORMAT, MONTH_SCHEMA, STATE_TABLES } from './month-schema.ts';
import {
  EVENT_COLUMNS,
  eventOf,
  eventRowOf,
  OBSERVED_COLUMNS,
  observedOf,
  observedRowOf,
} from './stored-record.ts';
import type { EventRow, EventValues, ObservedRow, ObservedValues } from './stored-record.ts';

/** One file a month of receipt, UTC. */
export const FILE_NAME = /^log-\d{4}-\d{2}\.sqlite$/;

export interface Meta {
  readonly logId: LogId;
  readonly lastPosition: number;
}

export interface DeadLetterRow {
  readonly id: number;
  readonly journal: number;
  readonly seq: number | null;
  readonly receivedAt: number;
  readonly reason: DeadLetterReason;
  readonly detail: string;
  readonly content: string;
}

const SELECT_DEAD_LETTER = `SELECT id, journal, seq, received_at AS receivedAt, reason, detail,
  content FROM dead_letter`;

/** What is looked for of one bay: see EventLogReader.recordsOfBay. */
export interface Wanted {
  readonly from: number;
  readonly before: number;
  readonly upToPosition: number;
}

/**
 * Changes come from all bays, and each has a page of its own in the index of bays: with SQLite's
 * defaults (2 MB and 1,000 pages) most of them are read anew for a change, and written into the file
 * after every thousand changes.
 */
const CACHE_KIB = 16_384;
const CHECKPOINT_PAGES = 8_000;

function openMonth(path: string): Database {
  const database = openDatabase(path);
  database.exec(`
    PRAGMA cache_size = -${CACHE_KIB};
    PRAGMA wal_autocheckpoint = ${CHECKPOINT_PAGES};
  `);
  return database;
}

/** One month of the log, open for writing (the newest) or for reading (the older ones). */
export class MonthFile {
  readonly path: string;
  readonly database: Database;
  readonly #statements = new Map<string, Statement>();
  readonly #questions = new Map<string, Question>();

  private constructor(path: string, database: Database) {
    this.path = path;
    this.database = database;
  }

  /** undefined: a file that a crash left before its first transaction; the log never used it. */
  static openForReading(path: string): MonthFile | undefined {
    return MonthFile.#checked(path, openDatabaseForReading(path));
  }

  static openForWriting(path: string): MonthFile | undefined {
    return MonthFile.#checked(path, openMonth(path));
  }

  static #checked(path: string, database: Database): MonthFile | undefined {
    if (isBegun(database)) return new MonthFile(path, database);
    database.close();
    return undefined;
  }

  /** Creates the log's first file. */
  static create(path: string, logId: LogId): MonthFile {
    return MonthFile.#made(path, (database) => {
      database
        .prepare('INSERT INTO meta (id, format, log_id, last_position) VALUES (1, ?, ?, 0)')
        .run(LOG_FORMAT, logId);
    });
  }

  /** Creates the next month's file, with the state of the one before, in one transaction. */
  static continue(path: string, before: MonthFile): MonthFile {
    return MonthFile.#made(
      path,
      (database) => {
        for (const table of STATE_TABLES) {
          database.exec(`INSERT INTO main.${table} SELECT * FROM before.${table}`);
        }
      },
      before.path,
    );
  }

  static #made(path: string, fill: (database: Database) => void, beforePath?: string): MonthFile {
    const database = openMonth(path);
    try {
      if (beforePath !== undefined) {
        database.prepare('ATTACH DATABASE ? AS before').run(beforePath);
      }
      inTransaction(database, () => {
        database.exec(MONTH_SCHEMA);
        fill(database);
      });
      if (beforePath !== undefined) database.exec('DETACH DATABASE before');
      return new MonthFile(path, database);
    } catch (error) {
      database.close();
      throw error;
    }
  }

  /** Prepared once per file and text. */
  statement(sql: string): Statement {
    let statement = this.#statements.get(sql);
    if (statement === undefined) {
      statement = this.database.prepare(sql);
      this.#statements.set(sql, statement);
    }
    return statement;
  }

  meta(): Meta {
    const row = this.statement('SELECT log_id, last_position FROM meta').get() as {
      log_id: LogId;
      last_position: number;
    };
    return { logId: row.log_id, lastPosition: row.last_position };
  }

  journals(): { order: number; id: JournalId; gateway: string; settled: number }[] {
    return this.#all('SELECT no AS "order", id, gateway, settled FROM journal ORDER BY no');
  }

  openIntervals(): (OpenInterval & { journal: number; line: LineId })[] {
    return this.#all('SELECT journal, line, seq, until_at AS until FROM open_interval');
  }

  bayStates(): LastBayState[] {
    return this.#all(
      'SELECT bay, journal AS journalOrder, seq, state, sensed_at AS sensedAt FROM bay_state',
    );
  }

  lastSensedAt(): number | undefined {
    const [{ at } = { at: null }] = this.#all<{ at: number | null }>(
      'SELECT max(sensed_at) AS at FROM bay_state',
    );
    return at ?? undefined;
  }

  lotStates(): { lot: LotId; journalOrder: number; fact: LotFact }[] {
    const rows = this.#all<{ lot: LotId; journalOrder: number; fact: string }>(
      'SELECT lot, journal AS journalOrder, fact FROM lot_state',
    );
    return rows.map((row) => ({ ...row, fact: JSON.parse(row.fact) as LotFact }));
  }

  losses(): { journal: number; fromSeq: number; toSeq: number; foundAt: number }[] {
    return this.#all(
      'SELECT journal, from_seq AS fromSeq, to_seq AS toSeq, found_at AS foundAt FROM loss',
    );
  }

  /** The newest first. */
  deadLetters(limit: number, reason: DeadLetterReason | undefined): DeadLetterRow[] {
    return this.#all(
      `${SELECT_DEAD_LETTER} WHERE ?1 = '' OR reason = ?1 ORDER BY id DESC LIMIT ?2`,
      reason ?? '',
      limit,
    );
  }

  deadLetter(id: number): DeadLetterRow | undefined {
    return this.#all<DeadLetterRow>(`${SELECT_DEAD_LETTER} WHERE id = ?`, id)[0];
  }

  deadLetterCounts(): { reason: DeadLetterReason; count: number }[] {
    return this.#all('SELECT reason, count(*) AS count FROM dead_letter GROUP BY reason');
  }

  eventsAfter(position: number, limit: number): EventRow[] {
    return this.#events(
      `SELECT ${EVENT_COLUMNS} FROM event WHERE position > ? ORDER BY position LIMIT ?`,
      position,
      limit,
    );
  }

  /** Up to and including `upTo`. */
  observedAfter(position: number, upTo: number, limit: number): ObservedRow[] {
    return this.#observed(
      `SELECT ${OBSERVED_COLUMNS} FROM observed o
       WHERE position > ? AND position <= ? ORDER BY position LIMIT ?`,
      position,
      upTo,
      limit,
    );
  }

  eventsOfBay(bay: BayId, { from, before, upToPosition }: Wanted): EventRow[] {
    return this.#events(
      `SELECT ${EVENT_COLUMNS} FROM event
       WHERE bay = ? AND sensed_at >= ? AND sensed_at < ? AND position <= ?`,
      bay,
      from,
      before,
      upToPosition,
    );
  }

  lastEventOfBay(bay: BayId, before: number, upToPosition: number): EventRow | undefined {
    return this.#events(
      `SELECT ${EVENT_COLUMNS} FROM event
       WHERE bay = ? AND sensed_at < ? AND position <= ?
       ORDER BY sensed_at DESC, journal DESC, seq DESC LIMIT 1`,
      bay,
      before,
      upToPosition,
    )[0];
  }

  observedOfBay(bay: BayId, { from, before, upToPosition }: Wanted): ObservedRow[] {
    return this.#observed(
      `SELECT ${OBSERVED_COLUMNS}
       FROM observed_bay b JOIN observed o ON o.journal = b.journal AND o.seq = b.seq
       WHERE b.bay = ? AND o.until_at >= ? AND b.from_at < ? AND o.first_position <= ?`,
      bay,
      from,
      before,
      upToPosition,
    );
  }

  /** What this file has under a key; of dead letters the one that settled it. */
  storedAt(journal: number, seq: number): Stored | undefined {
    const event = this.#events(
      `SELECT ${EVENT_COLUMNS} FROM event WHERE journal = ? AND seq = ?`,
      journal,
      seq,
    )[0];
    if (event) return { kind: 'record', record: eventOf(event) };
    const observed = this.#observed(
      `SELECT ${OBSERVED_COLUMNS} FROM observed o WHERE journal = ? AND seq = ?`,
      journal,
      seq,
    )[0];
    if (observed) return { kind: 'record', record: observedOf(observed) };
    const dead = this.#all<{ content: string }>(
      "SELECT content FROM dead_letter WHERE journal = ? AND seq = ? AND reason IN ('invalid', 'sealed')",
      journal,
      seq,
    )[0];
    return dead && { kind: 'deadLetter', content: dead.content };
  }

  close(): void {
    this.#statements.clear();
    this.#questions.clear();
    closeDatabase(this.database);
  }

  #events(sql: string, ...values: (string | number)[]): EventRow[] {
    return (this.#question(sql)(...values) as EventValues[]).map(eventRowOf);
  }

  #observed(sql: string, ...values: (string | number)[]): ObservedRow[] {
    return (this.#question(sql)(...values) as ObservedValues[]).map(observedRowOf);
  }

  #question(sql: string): Question {
    let question = this.#questions.get(sql);
    if (question === undefined) {
      question = prepareQuestion(this.database, sql);
      this.#questions.set(sql, question);
    }
    return question;
  }

  #all<Row>(sql: string, ...values: (string | number)[]): Row[] {
    return this.statement(sql).all(...values) as Row[];
  }
}
