import type { AuditRow } from '#contract/access.ts';
import { isoOf } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import type { Clock } from '#runtime/clock.ts';
import { inTransaction } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { actorOf } from './caller.ts';
import type { Caller } from './caller.ts';

/** Who does something; undefined: nobody whom we know. */
export type Actor = Pick<Caller, 'kind' | 'name' | 'address'> | { readonly address: string };

export interface Deed {
  /** Noun and verb: `user.add`, `stays.read`. */
  readonly action: string;
  readonly subject: string;
  /** What was and what is; never a secret. */
  readonly before?: unknown;
  readonly after?: unknown;
}

const ROWS_A_READ = 500;

/** Every change, and every look at single stays. Nothing here can be changed or removed. */
export class Audit {
  readonly #database: Database;
  readonly #clock: Clock;

  constructor(database: Database, clock: Clock) {
    this.#database = database;
    this.#clock = clock;
  }

  append(actor: Actor, { action, subject, before, after }: Deed): void {
    const who = 'kind' in actor ? actorOf(actor) : 'nobody';
    this.#database
      .prepare(
        'INSERT INTO audit (at, actor, address, action, subject, before, after) VALUES (?, ?, ?, ?, ?, ?, ?)',
      )
      .run(
        this.#clock.wallMs(),
        who,
        actor.address,
        action,
        subject,
        textOf(before),
        textOf(after),
      );
  }

  /** Does `work` and records it, or neither. */
  recorded<T extends Deed>(actor: Actor, work: () => T): T {
    return inTransaction(this.#database, () => {
      const deed = work();
      this.append(actor, deed);
      return deed;
    });
  }

  /** In order, some at a time: an export of years holds nothing up. */
  *rows({ from, to }: TimeWindow): Generator<AuditRow> {
    const read = this.#database.prepare(
      'SELECT * FROM audit WHERE no > ? AND at >= ? AND at < ? ORDER BY no LIMIT ?',
    );
    let last = 0;
    for (;;) {
      const rows = read.all(last, from, to, ROWS_A_READ) as unknown as StoredRow[];
      for (const row of rows) yield rowFrom(row);
      const next = rows.at(-1)?.no;
      if (next === undefined) return;
      last = next;
    }
  }
}

interface StoredRow {
  readonly no: number;
  readonly at: number;
  readonly actor: string;
  readonly address: string;
  readonly action: string;
  readonly subject: string;
  readonly before: string | null;
  readonly after: string | null;
}

function rowFrom({ at, before, after, ...row }: StoredRow): AuditRow {
  return { ...row, at: isoOf(at), before: valueOf(before), after: valueOf(after) };
}

const textOf = (value: unknown): string | null =>
  value === undefined ? null : JSON.stringify(value);
const valueOf = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
