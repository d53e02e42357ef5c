import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BayId, LineId } from '#contract/ids.ts';
import { readRecords } from '#gateway/journal/backlog.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import { silentLog } from '#runtime/log.ts';
import { HandClock } from '../support/hand-clock.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const bay = BayId.parse('a');
const line = LineId.parse('line-1');
const clock = new HandClock();
const openJournal = (folder: string) => new Journal(folder, new WallTime(clock, 0), silentLog);
const RECORDS_A_WRITE = 7;

test('torn at any byte of its last write, a journal holds every write before it, whole', () => {
  using folder = openTempFolder();
  const live = join(folder.path, 'live');
  const journal = openJournal(live);
  const write = () => {
    for (let n = 0; n < RECORDS_A_WRITE; n += 1) {
      clock.pass(5);
      const state = n % 2 === 0 ? 'vacant' : 'occupied';
      const sensedMono = clock.monoMs();
      journal.appendBay({ bay, state, cause: 'sensor', confidence: 0.9, sensedMono });
    }
    expect(journal.flush({ marks: true })).toBe(true);
  };
  journal.appendObserved(line, [bay], 0, 10);
  for (let writes = 0; writes < 4; writes += 1) write();
  const { id, lastSeq: safeSeq } = journal.running;
  const before = readFileSync(join(live, 'journal.db-wal')).length;
  write();
  const wal = readFileSync(join(live, 'journal.db-wal'));
  expect(wal.length).toBeGreaterThan(before);

  const tear = fc.record({
    at: fc.integer({ min: before, max: wal.length }),
    // What a disk leaves behind the tear: nothing, zeros, or what it will.
    behind: fc.constantFrom('nothing', 'zeros', 'noise'),
    noise: fc.integer({ min: 1, max: 255 }),
  });
  fc.assert(
    fc.property(tear, ({ at, behind, noise }) => {
      const rest = Buffer.alloc(wal.length - at, behind === 'zeros' ? 0 : noise);
      const kept = behind === 'nothing' ? Buffer.alloc(0) : rest;
      using copy = openTempFolder();
      const torn = copy.path;
      copyFileSync(join(live, 'journal.db'), join(torn, 'journal.db'));
      writeFileSync(join(torn, 'journal.db-wal'), Buffer.concat([wal.subarray(0, at), kept]));
      const reopened = openJournal(torn);
      try {
        const run = reopened.runs.find((each) => each.id === id);
        if (!run) throw new Error('the journal is gone');
        const seqs = readRecords(reopened, run, 0, 1_000).map(({ seq }) => seq);
        const whole = safeSeq + RECORDS_A_WRITE;
        // The last write is there or it is not; untorn, it is.
        expect(at === wal.length ? [whole] : [safeSeq, whole]).toContain(seqs.length);
        expect(seqs).toEqual(Array.from({ length: seqs.length }, (_, n) => n + 1));
        expect(run.lastSeq).toBe(seqs.length);
      } finally {
        reopened.close();
      }
    }),
    { numRuns: Number(process.env['BINJARI_TEST_RUNS'] ?? 60) },
  );
  journal.close();
});
