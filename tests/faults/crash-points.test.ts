import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { openRandom } from '#firmware-sim/world/random.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import { readRecords } from '#gateway/journal/backlog.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { injecting, mayInject } from './injection.ts';
import type { Injection } from './injection.ts';

/**
 * A process that keeps what it was told to keep dies, or is refused by its disk, at the n-th write
 * or sync of its file. Whatever n is: all that it had said to be safe is there, once and in order.
 */
const SEED = 7;
const POINTS = Number(process.env['BINJARI_CRASH_POINTS'] ?? 2);
const LAST_POINT = 60;
/** Records. Small ones: what is tried is where one ends, and each call is slow under strace. */
const A_BATCH = 90;
const WRITER = fileURLToPath(new URL('../gateway/journal-writer.ts', import.meta.url));
const INGEST = fileURLToPath(new URL('../api/log/ingesting.ts', import.meta.url));
const JOURNAL = 'a'.repeat(32);
const WRITES = ['pwrite64', 'write'];
const SYNCS = ['fdatasync', 'fsync'];

const kinds: [name: string, of: Pick<Injection, 'calls' | 'what'>][] = [
  ['killed at a write', { calls: WRITES, what: 'signal=KILL' }],
  ['killed at a sync', { calls: SYNCS, what: 'signal=KILL' }],
  ['refused a sync', { calls: SYNCS, what: 'error=EIO' }],
];

function pointsOf(name: string): number[] {
  const random = openRandom(SEED, name);
  return Array.from({ length: POINTS }, () => 1 + Math.floor(random() * LAST_POINT));
}

/** Runs until it ends by the fault; its lines. */
async function runInto(injection: Injection, args: readonly string[]) {
  const [program = '', ...before] = injecting(injection);
  const child = spawn(program, [...before, process.execPath, '--import', 'tsx', ...args], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const lines: string[] = [];
  createInterface({ input: child.stdout }).on('line', (line) => lines.push(line));
  const [code, signal] = (await once(child, 'close')) as [number | null, string | null];
  return { lines, code, signal };
}

describe.skipIf(!mayInject).concurrent('whichever call it is', { timeout: 120_000 }, () => {
  test.each(kinds)('a gateway %s has every event that it called safe', async (name, of) => {
    for (const point of pointsOf(`gateway ${name}`)) {
      using folder = openTempFolder();
      const injection = { ...of, file: join(folder.path, 'journal.db-wal'), when: String(point) };
      const { lines, code, signal } = await runInto(injection, [WRITER, folder.path]);
      // It neither goes on nor ends as if nothing were.
      expect(code === 0 && signal === null).toBe(false);
      const said = lines.map((line) => JSON.parse(line) as { id: string; seq: number });
      const journal = new Journal(folder.path, new WallTime(systemClock, 0), silentLog);
      const run = journal.runs.find(({ id }) => id === said.at(-1)?.id);
      const seqs = run ? readRecords(journal, run, 0, 1_000_000).map(({ seq }) => seq) : [];
      expect(seqs.length).toBeGreaterThanOrEqual(said.at(-1)?.seq ?? 0);
      expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, at) => at + 1));
      journal.close();
    }
  });

  test.each(kinds)('an api %s has every record that it acknowledged', async (name, of) => {
    for (const point of pointsOf(`api ${name}`)) {
      using temp = openTempFolder();
      writeSmallSite(temp.path, { lots: 1 });
      const logFolder = join(temp.path, 'log');
      mkdirSync(logFolder);
      const month = `log-${new Date().toISOString().slice(0, 7)}.sqlite-wal`;
      const injection = { ...of, file: join(logFolder, month), when: String(point) };
      // It opens its file anew after a refused sync, goes on, and ends when all is acknowledged. A
      // commit takes six batches or a little more: so there are enough of them for the last point.
      const most = String(A_BATCH * 12 * LAST_POINT);
      const { lines, code } = await runInto(injection, [
        INGEST,
        temp.path,
        logFolder,
        JOURNAL,
        String(A_BATCH),
        most,
      ]);
      expect(code === 0).toBe(of.what === 'error=EIO');
      const acknowledged = Number(lines.at(-1)?.split(' ')[0] ?? 0);
      const eventLog = openEventLog(logFolder, { clock: systemClock, log: silentLog });
      const mark = eventLog.journals.find(JOURNAL as never)?.committed ?? 0;
      const seqs = eventLog.recordsAfter(0, 10_000_000).map(({ record }) => record.seq);
      eventLog.close();
      expect(mark).toBeGreaterThanOrEqual(acknowledged);
      expect(seqs.length).toBe(mark);
      expect(seqs.every((seq, at) => seq === at + 1)).toBe(true);
      expect(acknowledged === Number(most)).toBe(of.what === 'error=EIO');
    }
  });
});
