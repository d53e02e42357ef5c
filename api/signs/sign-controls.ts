import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SignId } from '#contract/ids.ts';
import { isInForce, SignControl } from '#contract/sign-control.ts';
import type { SignControlChange } from '#contract/sign-control.ts';
import { isoOf } from '#contract/time.ts';
import type { Clock } from '#runtime/clock.ts';
import { ConfigError } from '#runtime/errors.ts';
import { inTransaction } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';

/** The part of `operations.sqlite` that this file owns; others have theirs in the same file. */
const PART = 'signs';
const FORMAT = 1;
const PARTS = `CREATE TABLE IF NOT EXISTS part_format (
  part TEXT PRIMARY KEY,
  format INTEGER NOT NULL
) STRICT, WITHOUT ROWID`;
const SCHEMA = `
CREATE TABLE sign_control (
  id TEXT PRIMARY KEY,
  made_at INTEGER NOT NULL,
  ended_by TEXT,
  control TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE sign_report_key (key BLOB NOT NULL) STRICT;
`;
const KEY_BYTES = 32;

/** What operators asked of signs by hand, and the keys by which a sign's page reports. */
export class SignControls {
  readonly #database: Database;
  readonly #clock: Clock;
  readonly #key: Uint8Array;
  #controls: readonly SignControl[];

  /**
   * `operations.sqlite`, by its one connection; whoever opened it closes it. Throws ConfigError for
   * a newer program's file.
   */
  constructor(database: Database, clock: Clock) {
    this.#clock = clock;
    this.#database = database;
    inTransaction(this.#database, () => this.#migrate());
    this.#key = (
      this.#database.prepare('SELECT key FROM sign_report_key').get() as {
        readonly key: Uint8Array;
      }
    ).key;
    const rows = this.#database.prepare('SELECT control FROM sign_control ORDER BY made_at').all();
    this.#controls = (rows as { readonly control: string }[])
      .map(({ control }) => SignControl.parse(JSON.parse(control)))
      .filter((control) => this.#isAhead(control));
  }

  /** In force or to come, in the order in which they were made. */
  all(): readonly SignControl[] {
    this.#controls = this.#controls.filter((control) => this.#isAhead(control));
    return this.#controls;
  }

  inForce(sign: SignId): readonly SignControlChange[] {
    const now = this.#clock.wallMs();
    return this.#controls
      .filter((control) => control.sign === sign && isInForce(control, now))
      .map(({ change }) => change);
  }

  add(control: Omit<SignControl, 'id'>): SignControl {
    const made: SignControl = { id: randomBytes(8).toString('hex'), ...control };
    this.#database
      .prepare('INSERT INTO sign_control (id, made_at, control) VALUES (?, ?, ?)')
      .run(made.id, this.#clock.wallMs(), JSON.stringify(made));
    this.#controls = [...this.#controls, made];
    return made;
  }

  /** It is kept, and ends now. */
  end(control: SignControl, endedBy: string): void {
    const ended = { ...control, until: isoOf(this.#clock.wallMs()) };
    this.#database
      .prepare('UPDATE sign_control SET ended_by = ?, control = ? WHERE id = ?')
      .run(endedBy, JSON.stringify(ended), control.id);
    this.#controls = this.#controls.filter(({ id }) => id !== control.id);
  }

  /** By this a sign's page proves that its report is a sign's; it opens nothing else. */
  reportKeyOf(sign: SignId): string {
    return createHmac('sha256', this.#key).update(sign).digest('base64url');
  }

  isReportKey(sign: SignId, key: string): boolean {
    const [expected, given] = [Buffer.from(this.reportKeyOf(sign)), Buffer.from(key)];
    return expected.length === given.length && timingSafeEqual(expected, given);
  }

  #isAhead({ until }: SignControl): boolean {
    return Date.parse(until) > this.#clock.wallMs();
  }

  #migrate(): void {
    this.#database.exec(PARTS);
    const known = this.#database
      .prepare('SELECT format FROM part_format WHERE part = ?')
      .get(PART) as { readonly format: number } | undefined;
    if (known !== undefined && known.format > FORMAT) {
      throw new ConfigError([
        `operations.sqlite: written by a newer program (${PART} ${known.format}, this one knows ${FORMAT}); start that one, or restore an older backup`,
      ]);
    }
    if (known !== undefined) return;
    this.#database.exec(SCHEMA);
    this.#database.prepare('INSERT INTO sign_report_key VALUES (?)').run(randomBytes(KEY_BYTES));
    this.#database.prepare('INSERT INTO part_format VALUES (?, ?)').run(PART, FORMAT);
  }
}
