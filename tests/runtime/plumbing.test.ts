import { copyFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openBackoff } from '#runtime/backoff.ts';
import { ConfigError } from '#runtime/errors.ts';
import { Closers } from '#runtime/lifecycle.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { openRefusals } from '#runtime/refusals.ts';
import {
  closeDatabase,
  inTransaction,
  openDatabase,
  openDatabaseForReading,
} from '#runtime/sqlite.ts';
import { HandClock } from '../support/hand-clock.ts';
import { openTempFolder } from '../support/temp-folder.ts';

describe('a back-off', () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });

  test('stays between three quarters of the first wait and the longest', () => {
    const span = fc.tuple(
      fc.integer({ min: 10, max: 2_000 }),
      fc.integer({ min: 2_000, max: 60_000 }),
    );
    fc.assert(
      fc.property(
        span,
        fc.array(random, { minLength: 1, maxLength: 30 }),
        ([first, most], dice) => {
          const throws = dice.values();
          const backoff = openBackoff(first, most, () => throws.next().value ?? 0);
          const waits = dice.map(() => backoff.nextMs());
          for (const [turn, wait] of waits.entries()) {
            const middle = Math.min(most, first * 2 ** turn);
            expect(wait).toBeGreaterThanOrEqual(Math.floor(0.75 * middle));
            expect(wait).toBeLessThanOrEqual(Math.min(most, Math.ceil(1.25 * middle)));
          }
        },
      ),
    );
  });

  test('begins again after a success', () => {
    const backoff = openBackoff(500, 15_000, () => 0.5);
    expect([backoff.nextMs(), backoff.nextMs(), backoff.nextMs()]).toEqual([500, 1_000, 2_000]);
    backoff.reset();
    expect(backoff.nextMs()).toBe(500);
  });

  test('does not send all clients back at the same instant', () => {
    const waits = Array.from({ length: 50 }, () => openBackoff(1_000, 15_000).nextMs());
    expect(new Set(waits).size).toBeGreaterThan(20);
  });
});

describe('closing', () => {
  test('goes in reverse order, each step waiting for the one before', async () => {
    const order: string[] = [];
    const closers = new Closers();
    closers.add('first', () => void order.push('first'));
    closers.add('second', async () => {
      await Promise.resolve();
      order.push('second');
    });
    closers.add('third', () => void order.push('third'));
    await closers.closeAll();
    expect(order).toEqual(['third', 'second', 'first']);
    await closers.closeAll();
    expect(order).toHaveLength(3);
  });

  test('runs every step and reports all that failed', async () => {
    const order: string[] = [];
    const closers = new Closers();
    closers.add('log', () => void order.push('log'));
    closers.add('broker', async () => Promise.reject(new Error('stuck')));
    closers.add('port', () => {
      throw new Error('gone');
    });
    const failure: unknown = await closers.closeAll().catch((error: unknown) => error);
    const causes = failure instanceof AggregateError ? (failure.errors as Error[]) : [];
    expect(causes.map(({ message, cause }) => [message, String(cause)])).toEqual([
      ['closing port', 'Error: gone'],
      ['closing broker', 'Error: stuck'],
    ]);
    expect(order).toEqual(['log']);
  });
});

describe('a database', () => {
  test('that is damaged is named, with what to do', () => {
    using folder = openTempFolder();
    const path = join(folder.path, 'log.sqlite');
    writeFileSync(path, 'no database at all, and long enough to be looked at. '.repeat(40));
    expect(() => openDatabase(path)).toThrow(ConfigError);
    expect(() => openDatabase(path)).toThrow(`${path}: file is not a database; restore it`);
  });

  test('that was closed in order is whole in its one file, statements in use or not', () => {
    using folder = openTempFolder();
    const path = join(folder.path, 'log.sqlite');
    const database = openDatabase(path);
    database.exec('CREATE TABLE event (seq INTEGER PRIMARY KEY) STRICT');
    const insert = database.prepare('INSERT INTO event VALUES (?)');
    insert.run(1);
    closeDatabase(database);
    const copy = join(folder.path, 'copy.sqlite');
    copyFileSync(path, copy);
    const reading = openDatabaseForReading(copy);
    expect(reading.prepare('SELECT seq FROM event').all()).toEqual([{ seq: 1 }]);
    closeDatabase(reading);
  });

  test('keeps all of a transaction or nothing of it', () => {
    using folder = openTempFolder();
    const path = join(folder.path, 'log.sqlite');
    const database = openDatabase(path);
    database.exec('CREATE TABLE event (seq INTEGER PRIMARY KEY) STRICT');
    const insert = database.prepare('INSERT INTO event VALUES (?)');
    const count = () => database.prepare('SELECT count(*) AS n FROM event').get() as { n: number };
    expect(inTransaction(database, () => insert.run(1).changes)).toBe(1);
    const broken = () =>
      inTransaction(database, () => {
        insert.run(2);
        insert.run(1);
      });
    expect(broken).toThrow(/UNIQUE/);
    expect(count().n).toBe(1);
    const thrown = () =>
      inTransaction(database, () => {
        insert.run(3);
        throw new Error('enough');
      });
    expect(thrown).toThrow('enough');
    inTransaction(database, () => insert.run(4));
    expect(count().n).toBe(2);

    const reader = openDatabaseForReading(path);
    expect(reader.prepare('SELECT max(seq) AS n FROM event').get()).toEqual({ n: 4 });
    expect(() => reader.exec('DELETE FROM event')).toThrow(/readonly/);
    reader.close();
    database.close();
  });

  test('is written ahead and synced to the disk at each commit', () => {
    using folder = openTempFolder();
    const database = openDatabase(join(folder.path, 'log.sqlite'));
    expect(database.prepare('PRAGMA journal_mode').get()).toEqual({ journal_mode: 'wal' });
    expect(database.prepare('PRAGMA synchronous').get()).toEqual({ synchronous: 2 });
    database.close();
  });
});

describe('refusals', () => {
  test('are all counted, and said once in ten seconds with how many went unsaid', () => {
    const clock = new HandClock();
    const said: object[] = [];
    const log: Log = { ...silentLog, warn: (facts) => void said.push(facts) };
    const refusals = openRefusals('door.refused', ['late', 'loud'], { clock, log });
    for (let turn = 0; turn < 100; turn += 1) refusals.add('late', { turn });
    refusals.add('loud', {});
    clock.pass(10_000);
    refusals.add('late', { turn: 'last' });
    expect(refusals.counts).toEqual({ late: 101, loud: 1 });
    expect(said).toEqual([
      { reason: 'late', turn: 0 },
      { reason: 'loud' },
      { reason: 'late', turn: 'last', unsaid: 99 },
    ]);
  });
});
