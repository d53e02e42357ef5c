import { copyFileSync, existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ConfigError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import { closeDatabase, openDatabase, openDatabaseForReading } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import type { StoredFormat } from '#runtime/stored-format.ts';
import { bringMonthsUpToDate, monthFormat } from '#api/log/month-format.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { journalFormat, openJournalFile } from '#gateway/journal/journal-file.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import { HandClock } from './support/hand-clock.ts';
import { openTempFolder } from './support/temp-folder.ts';

/** Files as format 1 was written, each the SQL that makes it. Written once; never made anew. */
const FIXTURES = join(import.meta.dirname, 'fixtures/stored');
const MONTHS = ['2026-11', '2026-12'];
const clock = new HandClock(Date.UTC(2026, 11, 2));

function makeFrom(fixture: string, path: string): void {
  const database = openDatabase(path);
  database.exec(readFileSync(join(FIXTURES, fixture), 'utf8'));
  closeDatabase(database);
}

function makeLog(folder: string): string[] {
  mkdirSync(folder, { recursive: true });
  return MONTHS.map((month) => {
    const name = `log-${month}.sqlite`;
    makeFrom(`log-${month}.format-1.sql`, join(folder, name));
    return name;
  });
}

function makeJournal(folder: string): void {
  mkdirSync(folder, { recursive: true });
  makeFrom('journal.format-1.sql', join(folder, 'journal.db'));
}

function schemaOf(path: string): string[] {
  const database = openDatabaseForReading(path);
  const rows = database
    .prepare("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL AND name NOT LIKE 'sqlite_%'")
    .all() as { readonly sql: string }[];
  database.close();
  return rows.map(({ sql }) => sql.replaceAll(/\s+/g, ' ')).toSorted();
}

/** Tomorrow's format: a column more, and a step to it. */
const tomorrow = (format: StoredFormat, change: string): StoredFormat => ({
  ...format,
  version: format.version + 1,
  steps: { ...format.steps, [format.version]: (database: Database) => database.exec(change) },
});
const nextMonths = tomorrow(monthFormat, "ALTER TABLE event ADD COLUMN note TEXT DEFAULT 'none'");
const nextJournal = tomorrow(journalFormat, 'ALTER TABLE record ADD COLUMN note TEXT');

describe('files of the present format', () => {
  test('are what this version makes: whoever changes a table gives it a new format', () => {
    using temp = openTempFolder();
    const [first = ''] = makeLog(join(temp.path, 'old'));
    makeJournal(join(temp.path, 'old-gateway'));
    openEventLog(join(temp.path, 'new'), { clock, log: silentLog }).close();
    new Journal(join(temp.path, 'new-gateway'), new WallTime(clock, 0), silentLog).close();
    const [made = ''] = readdirSync(join(temp.path, 'new'));
    expect(schemaOf(join(temp.path, 'new', made))).toEqual(schemaOf(join(temp.path, 'old', first)));
    expect(schemaOf(join(temp.path, 'new-gateway/journal.db'))).toEqual(
      schemaOf(join(temp.path, 'old-gateway/journal.db')),
    );
  });

  test('are read as they were written', () => {
    using temp = openTempFolder();
    makeLog(temp.path);
    const eventLog = openEventLog(temp.path, { clock, log: silentLog });
    expect(eventLog.recordsAfter(0, 10).map(({ record }) => record.kind)).toEqual([
      'bay',
      'observed',
      'lot',
      'bay',
    ]);
    expect(eventLog.losses()).toMatchObject([{ fromSeq: 4, toSeq: 6 }]);
    expect(eventLog.deadLetters(9)).toMatchObject([{ seq: 6, reason: 'invalid' }]);
    eventLog.close();
    makeJournal(join(temp.path, 'gateway'));
    const journal = new Journal(join(temp.path, 'gateway'), new WallTime(clock, 0), silentLog);
    // The last event of the run before, and the one that calls its bay unknown.
    expect(journal.runs.map(({ lastSeq, settledSeq }) => [lastSeq, settledSeq])).toEqual([
      [2, 1],
      [1, 0],
    ]);
    journal.close();
  });
});

describe('an older format', () => {
  test('of the log is migrated in every month, with a copy of each before', () => {
    using temp = openTempFolder();
    const names = makeLog(temp.path);
    bringMonthsUpToDate(temp.path, names, silentLog, nextMonths);
    for (const name of names) {
      const migrated = openDatabaseForReading(join(temp.path, name));
      const copy = openDatabaseForReading(join(temp.path, `${name}.format-1`));
      expect([nextMonths.versionOf(migrated), nextMonths.versionOf(copy)]).toEqual([2, 1]);
      const notes = migrated.prepare('SELECT note, seq FROM event').all();
      expect(notes.length).toBeGreaterThan(0);
      expect(notes).toEqual(
        copy
          .prepare('SELECT seq FROM event')
          .all()
          .map((row) => Object.assign({ note: 'none' }, row)),
      );
      migrated.close();
      copy.close();
    }
    // A second start finds nothing to do, and the copies are no months of the log.
    bringMonthsUpToDate(temp.path, names, silentLog, nextMonths);
    expect(readdirSync(temp.path).filter((name) => name.includes('.format-1'))).toHaveLength(2);
  });

  test('of the journal is migrated the same way', () => {
    using temp = openTempFolder();
    makeJournal(temp.path);
    closeDatabase(openJournalFile(temp.path, silentLog, nextJournal));
    const migrated = openDatabaseForReading(join(temp.path, 'journal.db'));
    expect(migrated.prepare('SELECT seq, note FROM record').all()).toEqual([
      { seq: 1, note: null },
      { seq: 2, note: null },
    ]);
    migrated.close();
    expect(existsSync(join(temp.path, 'journal.db.format-1'))).toBe(true);
  });

  test('stays whole when a step of its migration fails', () => {
    using temp = openTempFolder();
    const [first = '', second = ''] = makeLog(temp.path);
    const before = schemaOf(join(temp.path, first));
    const broken = tomorrow(
      monthFormat,
      'ALTER TABLE event ADD COLUMN note TEXT; DROP TABLE nowhere',
    );
    expect(() => bringMonthsUpToDate(temp.path, [first, second], silentLog, broken)).toThrow(
      /no such table/,
    );
    expect(schemaOf(join(temp.path, first))).toEqual(before);
    openEventLog(temp.path, { clock, log: silentLog }).close();
  });

  test('that no step leads from is refused with the way out', () => {
    using temp = openTempFolder();
    const names = makeLog(temp.path);
    const later = { ...monthFormat, version: 3, steps: { 2: () => undefined } };
    expect(() => bringMonthsUpToDate(temp.path, names, silentLog, later)).toThrow(
      /has format 1, which this Binjari can no longer read: start the version that wrote it/,
    );
  });
});

describe('a newer format', () => {
  test('of the log is refused in one sentence, and no file of it is touched', () => {
    using temp = openTempFolder();
    const names = makeLog(temp.path);
    bringMonthsUpToDate(temp.path, names, silentLog, nextMonths);
    const contents = () => names.map((name) => readFileSync(join(temp.path, name)));
    const before = contents();
    const open = () => openEventLog(temp.path, { clock, log: silentLog });
    expect(open).toThrow(ConfigError);
    expect(open).toThrow(
      /log-2026-11.sqlite: this event log has format 2 and was written by a newer Binjari, this one knows formats up to 1: start the newer one, or restore a backup/,
    );
    expect(contents()).toEqual(before);
    // The way back, as an operator goes it after an update that went wrong.
    const back = join(temp.path, 'back');
    mkdirSync(back);
    for (const name of names) copyFileSync(join(temp.path, `${name}.format-1`), join(back, name));
    openEventLog(back, { clock, log: silentLog }).close();
  });

  test('of the journal is refused too', () => {
    using temp = openTempFolder();
    makeJournal(temp.path);
    closeDatabase(openJournalFile(temp.path, silentLog, nextJournal));
    expect(() => openJournalFile(temp.path, silentLog)).toThrow(
      /this journal has format 2 and was written by a newer Binjari/,
    );
  });
});
