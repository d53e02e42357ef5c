import {
  appendFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { BayEvent } from '#contract/event.ts';
import { GatewayId, JournalId, LogId } from '#contract/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { openDatabase, openDatabaseForReading } from '#runtime/sqlite.ts';
import { openBackups } from '#api/backup/backup-stream.ts';
import { checkBackup, restoreBackup } from '#api/backup/restore.ts';
import { refuseHalfRestored } from '#api/backup/restoring.ts';
import { storedFilesOf } from '#api/backup/stored-files.ts';
import { takeBackup } from '#api/backup/take-backup.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import type { EventLog } from '#api/log/open-event-log.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

const gateway = GatewayId.parse('gw-1');
const journalId = JournalId.parse('a'.repeat(32));
let temp: ReturnType<typeof openTempFolder>;
let data: string;
let eventLog: EventLog;
let clock: HandClock;
beforeEach(() => {
  temp = openTempFolder();
  clock = new HandClock(Date.UTC(2026, 9, 31, 23, 59));
  data = join(temp.path, 'api');
  eventLog = openEventLog(join(data, 'log'), { clock, log: silentLog });
  eventLog.journals.learn(gateway, [journalId]);
});
afterEach(() => {
  eventLog.close();
  temp[Symbol.dispose]();
});

/** Commits the next events of the journal, one a second. */
function commit(count: number): void {
  const journal = eventLog.journals.find(journalId);
  if (!journal) throw new Error('a learned journal is known');
  for (let at = 0; at < count; at += 1) {
    clock.pass(1_000);
    const seq = journal.accepted + 1;
    const record = BayEvent.parse({
      kind: 'bay',
      seq,
      bay: `bay-${seq % 7}`,
      state: seq % 2 === 0 ? 'vacant' : 'occupied',
      sensedAt: clock.wallMs(),
      cause: 'sensor',
      confidence: 1,
    });
    journal.accept(seq, { kind: 'record', record });
    const receivedAt = clock.wallMs();
    eventLog.commit([{ journal, receivedAt, kind: 'event', record, assigned: true }], [journal]);
  }
}

/** Beside the log: another room's file, the view, and what belongs to nobody. */
function furnish(): void {
  const operations = openDatabase(join(data, 'operations.sqlite'));
  operations.exec("CREATE TABLE audit (what TEXT); INSERT INTO audit VALUES ('added gw-1')");
  operations.close();
  mkdirSync(join(data, 'view'));
  writeFileSync(join(data, 'view/history.duckdb'), 'derived');
  writeFileSync(join(data, 'operator.token'), 'secret');
  writeFileSync(join(data, 'notes.sqlite'), 'not a database at all');
}

const streamOf = (dataFolder: string) =>
  openBackups({
    dataFolder,
    site: 'small',
    logId: eventLog.logId,
    software: 'binjari test',
    clock,
    log: silentLog,
  });
const backUp = async (folder: string) => takeBackup(streamOf(data)(), folder, () => undefined);

test('a backup takes every file of truth, whatever its tables, and nothing else', async () => {
  commit(40);
  clock.pass(60_000);
  commit(25);
  furnish();
  expect(storedFilesOf(data)).toEqual([
    'log/log-2026-10.sqlite',
    'log/log-2026-11.sqlite',
    'operations.sqlite',
  ]);
  const out = join(temp.path, 'backup');
  const manifest = await backUp(out);
  expect(manifest).toMatchObject({ site: 'small', logId: eventLog.logId });
  expect(manifest.files.map(({ path, rows }) => [path, rows['event'] ?? rows['audit']])).toEqual([
    ['log/log-2026-10.sqlite', 40],
    ['log/log-2026-11.sqlite', 25],
    ['operations.sqlite', 1],
  ]);
  expect(await checkBackup(out)).toEqual(manifest);
  expect(statSync(join(out, 'operations.sqlite')).mode & 0o077).toBe(0);
  expect(readdirSync(data).filter((name) => name.startsWith('backup-'))).toEqual([]);
});

test('a backup of a log that is being written, over the turn of a month, is whole as of one instant', async () => {
  commit(30);
  const out = join(temp.path, 'backup');
  const taking = streamOf(data)();
  async function* whileWriting(): AsyncGenerator<Uint8Array> {
    for await (const piece of taking) {
      commit(20);
      yield piece;
    }
  }
  const manifest = await takeBackup(whileWriting(), out, () => undefined);
  expect(manifest.files.map(({ path }) => path)).toEqual(['log/log-2026-10.sqlite']);
  expect(eventLog.lastPosition).toBeGreaterThan(60);
  const copy = openDatabaseForReading(join(out, 'log/log-2026-10.sqlite'));
  const [counted] = copy
    .prepare(
      `SELECT (SELECT count(*) FROM event) AS events, (SELECT last_position FROM meta) AS last,
              (SELECT settled FROM journal) AS settled`,
    )
    .all() as { events: number; last: number; settled: number }[];
  copy.close();
  // Every event that the copy calls settled is in it.
  expect(counted?.events).toBe(counted?.last);
  expect(counted?.settled).toBe(counted?.last);
});

describe('taking a backup', () => {
  test('leaves nothing in place when the stream is cut off', async () => {
    commit(10);
    async function* cut(): AsyncGenerator<Uint8Array> {
      let pieces = 0;
      for await (const piece of streamOf(data)()) {
        pieces += 1;
        if (pieces === 3) {
          yield piece.subarray(0, piece.length / 2);
          return;
        }
        yield piece;
      }
    }
    const out = join(temp.path, 'backup');
    await expect(takeBackup(cut(), out, () => undefined)).rejects.toThrow(/cut off/);
    expect(readdirSync(temp.path)).toEqual(['api']);
  });

  test('leaves nothing in place when a byte was changed on the way', async () => {
    commit(10);
    async function* changed(): AsyncGenerator<Uint8Array> {
      for await (const piece of streamOf(data)()) {
        const copy = Buffer.from(piece);
        if (copy.length > 4_000) copy[3_000] = (copy[3_000] ?? 0) ^ 1;
        yield copy;
      }
    }
    const out = join(temp.path, 'backup');
    await expect(takeBackup(changed(), out, () => undefined)).rejects.toThrow(
      'log/log-2026-10.sqlite arrived changed',
    );
    expect(readdirSync(temp.path)).toEqual(['api']);
  });

  test('writes over nothing that is there', async () => {
    const out = join(temp.path, 'backup');
    mkdirSync(out);
    await expect(backUp(out)).rejects.toThrow(/is there already/);
  });

  test('says what is damaged at its source instead of keeping it', async () => {
    commit(200);
    eventLog.close();
    const path = join(data, 'log/log-2026-10.sqlite');
    const bytes = readFileSync(path);
    bytes.fill(0xff, 8_192, 16_384);
    writeFileSync(path, bytes);
    const out = join(temp.path, 'backup');
    await expect(backUp(out)).rejects.toThrow(/malformed|not a database|Tree|page/);
    expect(existsSync(out)).toBe(false);
    rmSync(path);
    eventLog = openEventLog(join(data, 'log'), { clock, log: silentLog });
  });

  test('goes one at a time, and one that nobody read is in nobody’s way', async () => {
    commit(3);
    const open = streamOf(data);
    open();
    const first = open()[Symbol.asyncIterator]();
    await first.next();
    expect(() => open()).toThrow(/a backup is being taken/);
    await first.return?.();
    await takeBackup(open(), join(temp.path, 'backup'), () => undefined);
  });
});

describe('restoring', () => {
  test('gives the same records under a new log id', async () => {
    commit(40);
    clock.pass(60_000);
    commit(25);
    furnish();
    const out = join(temp.path, 'backup');
    await backUp(out);
    const restored = join(temp.path, 'restored');
    await restoreBackup(out, restored);
    expect(readdirSync(restored).toSorted()).toEqual(['log', 'operations.sqlite']);
    refuseHalfRestored(restored);
    const again = openEventLog(join(restored, 'log'), { clock, log: silentLog });
    expect(again.logId).not.toBe(eventLog.logId);
    expect(LogId.parse(again.logId)).toBe(again.logId);
    expect(again.recordsAfter(0, 100)).toEqual(eventLog.recordsAfter(0, 100));
    expect(again.journals.find(journalId)?.committed).toBe(65);
    again.close();
    const operations = openDatabaseForReading(join(restored, 'operations.sqlite'));
    expect(operations.prepare('SELECT what FROM audit').all()).toEqual([{ what: 'added gw-1' }]);
    operations.close();
  });

  test('touches no folder that holds anything', async () => {
    commit(3);
    const out = join(temp.path, 'backup');
    await backUp(out);
    await expect(restoreBackup(out, data)).rejects.toThrow(/is not empty: stop its api/);
  });

  test.each([
    ['a changed byte', (file: string) => writeFileSync(file, flipped(file)), 'content was changed'],
    ['a longer file', (file: string) => appendFileSync(file, 'x'), 'bytes, expected'],
    ['a missing file', (file: string) => rmSync(file), 'missing'],
  ])('refuses a backup with %s before it writes anything', async (_, spoil, why) => {
    commit(5);
    const out = join(temp.path, 'backup');
    await backUp(out);
    spoil(join(out, 'log/log-2026-10.sqlite'));
    const restored = join(temp.path, 'restored');
    await expect(restoreBackup(out, restored)).rejects.toThrow(why);
    expect(existsSync(restored)).toBe(false);
  });

  test.each(['../outside.sqlite', '/etc/passwd', 'log/../../outside.sqlite', '.hidden'])(
    'refuses a manifest that leads to %s',
    async (path) => {
      commit(5);
      const out = join(temp.path, 'backup');
      const manifest = await backUp(out);
      const [file] = manifest.files;
      const led = { ...manifest, files: [{ ...file, path }] };
      writeFileSync(join(out, 'manifest.json'), JSON.stringify(led));
      await expect(restoreBackup(out, join(temp.path, 'restored'))).rejects.toThrow(
        'expected a plain relative path',
      );
    },
  );

  test('that did not come to its end is refused by the api', () => {
    const half = join(temp.path, 'half');
    mkdirSync(join(half, 'restoring/log'), { recursive: true });
    expect(() => refuseHalfRestored(half)).toThrow(/did not come to its end: empty the folder/);
  });
});

function flipped(file: string): Buffer {
  const bytes = readFileSync(file);
  bytes[5_000] = (bytes[5_000] ?? 0) ^ 1;
  return bytes;
}
