import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { BayState } from '#contract/bay.ts';
import type { JournalRecord } from '#contract/event.ts';
import { BayId, LineId } from '#contract/ids.ts';
import { readExtension, readRecords } from '#gateway/journal/backlog.ts';
import { RUNS_TO_FOLD } from '#gateway/journal/fold-runs.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { Retention, usedBytes } from '#gateway/journal/retention.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import type { Clock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const BUILT_AT = 1_790_000_000_000;
const [a, b] = [BayId.parse('a'), BayId.parse('b')];
const line = LineId.parse('line-1');

let folder: ReturnType<typeof openTempFolder>;
const opened: Journal[] = [];
beforeEach(() => {
  folder = openTempFolder();
});
afterEach(() => {
  for (const journal of opened.splice(0)) journal.close();
  folder[Symbol.dispose]();
});

/** Each start of a process has a monotonic clock of its own. */
function clockAt(wallMs: number, monoMs = 0) {
  const now = { wallMs, monoMs };
  const clock: Clock = { wallMs: () => now.wallMs, monoMs: () => now.monoMs };
  return {
    clock,
    pass: (ms: number) => {
      now.wallMs += ms;
      now.monoMs += ms;
    },
    step: (ms: number) => {
      now.wallMs += ms;
    },
  };
}

function openJournal(wallMs = BUILT_AT + 1_000_000, monoMs = 0) {
  const hands = clockAt(wallMs, monoMs);
  const wallTime = new WallTime(hands.clock, BUILT_AT);
  const journal = new Journal(folder.path, wallTime, silentLog);
  opened.push(journal);
  return { ...hands, wallTime, journal };
}

const bayFact = (state: BayState, sensedMono: number, bay = a) =>
  ({ bay, state, cause: 'sensor', confidence: 0.9, sensedMono }) as const;
const allOf = (journal: Journal, at = 0): readonly JournalRecord[] => {
  const run = journal.runs[at];
  return run ? readRecords(journal, run, 0, 10_000) : [];
};
const crash = (journal: Journal): void => {
  // As a kill leaves it: what was flushed is there, the rest is not.
  opened.splice(opened.indexOf(journal), 1);
  journal.database.close();
};

describe('a journal', () => {
  test('numbers its records from 1 and has a new id at every start', () => {
    const first = openJournal();
    expect([
      first.journal.appendBay(bayFact('vacant', 1)),
      first.journal.appendBay(bayFact('occupied', 2)),
    ]).toEqual([1, 2]);
    first.journal.close();
    const second = openJournal();
    expect(second.journal.id).not.toBe(first.journal.id);
    expect(second.journal.heldIds).toEqual([first.journal.id, second.journal.id]);
  });

  test('fixes wall time at first publication, and a stepped clock changes it no more', () => {
    const { journal, wallTime, step } = openJournal(BUILT_AT + 1_000_000, 0);
    journal.appendBay(bayFact('vacant', 10));
    journal.flush();
    step(5_000);
    wallTime.check();
    journal.flush({ marks: true });
    const sensedAt = BUILT_AT + 1_000_000 + 5_000 + 10;
    expect(allOf(journal)[0]).toMatchObject({ sensedAt });
    step(-3_600_000);
    wallTime.check();
    journal.flush({ marks: true });
    expect(allOf(journal)[0]).toMatchObject({ sensedAt });
  });

  test('gives records of an earlier run their time by that run’s own clock', () => {
    const first = openJournal(BUILT_AT + 1_000_000, 500);
    first.journal.appendBay(bayFact('vacant', 700));
    first.journal.flush();
    crash(first.journal);
    const { journal } = openJournal(BUILT_AT + 9_000_000, 3);
    expect(allOf(journal)[0]).toMatchObject({ sensedAt: BUILT_AT + 1_000_200, seq: 1 });
  });

  test('calls what it believed unknown since its last mark, and only once', () => {
    const first = openJournal(BUILT_AT + 1_000_000, 0);
    first.journal.appendBay(bayFact('occupied', 100));
    first.journal.appendBay(bayFact('vacant', 100, b));
    const seq = first.journal.appendObserved(line, [a, b], 100, 5_000);
    first.journal.extend(seq, 20_000);
    first.journal.flush({ marks: true });
    first.journal.appendBay(bayFact('occupied', 21_000, b));
    first.journal.flush();
    crash(first.journal);

    const second = openJournal(BUILT_AT + 9_000_000, 0);
    expect(second.journal.lastBaySeq).toBe(2);
    expect(allOf(second.journal, 1)).toEqual([
      expect.objectContaining({
        bay: 'a',
        state: 'unknown',
        cause: 'restart',
        sensedAt: BUILT_AT + 1_020_000,
      }),
      expect.objectContaining({
        bay: 'b',
        state: 'unknown',
        cause: 'restart',
        sensedAt: BUILT_AT + 1_021_000,
      }),
    ]);
    crash(second.journal);
    const third = openJournal(BUILT_AT + 10_000_000, 0);
    expect(allOf(third.journal, 2)).toEqual([]);
  });

  test('forgets, and counts, what a run without a trusted clock said', () => {
    const first = openJournal(BUILT_AT + 1_000_000);
    first.journal.appendBay(bayFact('occupied', 10));
    first.journal.close();
    const second = openJournal(0);
    expect(second.wallTime.doubt).toBe('beforeBuild');
    second.journal.appendBay(bayFact('vacant', 10));
    second.journal.flush();
    crash(second.journal);
    const third = openJournal(BUILT_AT + 5_000_000);
    expect(third.journal.counts.undated).toBe(1);
    // What the second run said at its start had a time, and stays; the third tells how many had none.
    expect(allOf(third.journal, 1)).toMatchObject([{ state: 'unknown', cause: 'restart' }]);
    expect(allOf(third.journal, 2)).toEqual([
      { kind: 'undated', seq: 1, count: 1, sensedAt: BUILT_AT + 5_000_000 },
    ]);
  });

  test('holds records until the clock is trusted, then dates them all', () => {
    const { journal, wallTime, step, pass } = openJournal(0, 0);
    journal.appendBay(bayFact('vacant', 10));
    journal.flush();
    expect(allOf(journal)).toEqual([]);
    pass(1_000);
    step(BUILT_AT + 1_000_000);
    expect(wallTime.check()).toBe('changed');
    journal.flush();
    expect(allOf(journal)[0]).toMatchObject({ sensedAt: BUILT_AT + 1_000_010 });
  });

  test('an interval carries more under its own key, by the time its beginning was given', () => {
    const { journal, wallTime, step } = openJournal(BUILT_AT + 1_000_000, 0);
    const seq = journal.appendObserved(line, [a], 100, 1_000);
    journal.flush({ dated: true });
    step(60_000);
    wallTime.check();
    journal.extend(seq, 31_000);
    journal.extend(seq, 30_000);
    journal.flush({ marks: true });
    const [row] = journal.observedRows;
    expect(row && readExtension(journal, row)).toMatchObject({
      seq,
      from: BUILT_AT + 1_000_100,
      until: BUILT_AT + 1_031_000,
    });
  });

  test('does not trust a clock that is more than 5 min from the api’s', () => {
    const { wallTime, step } = openJournal(BUILT_AT + 9_000_000);
    wallTime.hearApi(BUILT_AT + 9_000_000);
    step(-3_600_000);
    expect(wallTime.doubt).toBe('farFromApi');
    step(3_600_000);
    expect(wallTime.doubt).toBeUndefined();
  });
});

describe('what is kept', () => {
  const fill = (journal: Journal, count: number, from = 0) => {
    for (let n = 1; n <= count; n += 1) {
      journal.appendBay(bayFact(n % 2 === 0 ? 'vacant' : 'occupied', from + n));
    }
    journal.flush();
  };

  test('settled records stay for their time, then go; unsettled ones stay', () => {
    const { journal, clock, pass } = openJournal();
    const retention = new Retention(
      journal,
      { keepSettledMs: 3_600_000, maxBytes: 1e9 },
      silentLog,
    );
    fill(journal, 100);
    journal.settle(journal.running, 60);
    retention.prune(clock.wallMs());
    pass(3_500_000);
    retention.prune(clock.wallMs());
    expect(allOf(journal)).toHaveLength(100);
    pass(200_000);
    retention.prune(clock.wallMs());
    expect(allOf(journal).map(({ seq }) => seq)[0]).toBe(61);
    expect(journal.running.firstHeld).toBe(61);
    expect(journal.counts.lost).toBe(0);
  });

  test('an earlier journal is deleted when its last settled record is old', () => {
    const first = openJournal();
    fill(first.journal, 10);
    first.journal.close();
    const { journal, clock, pass } = openJournal();
    const retention = new Retention(journal, { keepSettledMs: 1_000, maxBytes: 1e9 }, silentLog);
    const [old] = journal.runs;
    if (!old) throw new Error('expected the earlier run');
    journal.settle(old, 10);
    retention.prune(clock.wallMs());
    expect(journal.runs).toHaveLength(2);
    pass(2_000);
    retention.prune(clock.wallMs());
    expect(journal.runs).toEqual([journal.running]);
  });

  test('a full journal drops its oldest events as one loss, and says from where it holds', () => {
    const { journal, clock } = openJournal();
    fill(journal, 20_000);
    const maxBytes = 1_200_000;
    expect(usedBytes(journal.database)).toBeGreaterThan(maxBytes);
    const retention = new Retention(journal, { keepSettledMs: 3_600_000, maxBytes }, silentLog);
    journal.settle(journal.running, 1_000);
    retention.prune(clock.wallMs());
    expect(usedBytes(journal.database)).toBeLessThanOrEqual(maxBytes);
    const { firstHeld } = journal.running;
    expect(firstHeld).toBeGreaterThan(1_001);
    expect(journal.counts.lost).toBe(firstHeld - 1_001);
    expect(allOf(journal)[0]?.seq).toBe(firstHeld);
  });

  test('a gateway that starts often while offline keeps few journals and every record', () => {
    let wallMs = BUILT_AT + 1_000_000;
    for (let start = 0; start < RUNS_TO_FOLD + 5; start += 1) {
      const { journal } = openJournal(wallMs);
      journal.appendBay(bayFact(start % 2 === 0 ? 'vacant' : 'occupied', 1_000));
      journal.flush();
      crash(journal);
      wallMs += 60_000;
    }
    const { journal } = openJournal(wallMs);
    expect(journal.runs.length).toBeLessThan(10);
    const all = journal.runs.flatMap((_, at) => allOf(journal, at));
    expect(all.filter((record) => record.kind === 'bay' && record.cause === 'sensor')).toHaveLength(
      RUNS_TO_FOLD + 5,
    );
    for (const [at, run] of journal.runs.entries()) {
      expect(allOf(journal, at).map(({ seq }) => seq)).toEqual(
        Array.from({ length: run.lastSeq }, (_, n) => n + 1),
      );
    }
    const times = all.map((record) => (record.kind === 'bay' ? record.sensedAt : 0));
    expect(times).toEqual(times.toSorted((x, y) => x - y));
  });
});

test('kill -9 loses nothing that was said to be on disk, and what was believed becomes unknown', async () => {
  for (let round = 0; round < 4; round += 1) {
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', new URL('journal-writer.ts', import.meta.url).pathname, folder.path],
      { stdio: ['ignore', 'pipe', 'inherit'] },
    );
    const said: { id: string; seq: number; until: number }[] = [];
    createInterface({ input: child.stdout }).on('line', (text) => {
      said.push(JSON.parse(text) as (typeof said)[number]);
    });
    await until(() => said.length > 5 + 7 * round, { everyMs: 1 });
    child.kill('SIGKILL');
    await once(child, 'exit');
    const last = said.at(-1);
    if (!last) throw new Error('the writer said nothing');

    const { journal } = openJournal(Date.now());
    const run = journal.runs.find(({ id }) => id === last.id);
    if (!run) throw new Error('the journal is gone');
    const records = readRecords(journal, run, 0, 1_000_000);
    expect(run.lastSeq).toBeGreaterThanOrEqual(last.seq);
    expect(records.map(({ seq }) => seq)).toEqual(
      Array.from({ length: run.lastSeq }, (_, n) => n + 1),
    );
    const unknown = allOf(journal, journal.runs.length - 1);
    expect(unknown.map((record) => record.kind === 'bay' && record.state)).toEqual([
      'unknown',
      'unknown',
    ]);
    for (const record of unknown) {
      if (record.kind !== 'bay') continue;
      expect(record.cause).toBe('restart');
      expect(record.sensedAt).toBeGreaterThanOrEqual(last.until);
    }
    journal.close();
    opened.splice(0);
  }
});
