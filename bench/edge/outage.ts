import type { Site } from '#contract/site-check.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { openJournalFile, readRuns } from '#gateway/journal/journal-file.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { closeDatabase } from '#runtime/sqlite.ts';

/** A bay changes this often: nothing that a car could not do. */
const CHANGE_EVERY_MS = 1_800_000;
const FLUSH_EVERY = 1_000;
const READ_RECORDS = 10_000;

/** What the site's first gateway would have journalled of its bays until now, in that many events. */
export function journalOutage(folder: string, { gateways }: Site, events: number): void {
  const lines = gateways[0]?.properties.lines ?? [];
  const journal = new Journal(folder, new WallTime(systemClock, 0), silentLog);
  const baysOf = lines.map(({ id, sensors }) => ({ id, bays: sensors.map(({ bay }) => bay) }));
  const bays = baysOf.flatMap((line) => line.bays);
  const stepMs = CHANGE_EVERY_MS / bays.length;
  const nowMono = Math.round(systemClock.monoMs());
  const fromMono = nowMono - Math.round(events * stepMs);
  const intervals = baysOf.map((line) =>
    journal.appendObserved(line.id, line.bays, fromMono, fromMono),
  );
  for (let at = 0; at < events; at += 1) {
    const bay = bays[at % bays.length];
    if (bay === undefined) throw new Error('a gateway without bays has no outage');
    const state = Math.floor(at / bays.length) % 2 === 0 ? 'occupied' : 'vacant';
    const sensedMono = fromMono + Math.round(at * stepMs);
    journal.appendBay({ bay, state, cause: 'sensor', confidence: 0.997, sensedMono });
    if (at % FLUSH_EVERY === 0) journal.flush();
  }
  for (const seq of intervals) journal.extend(seq, nowMono);
  journal.close();
}

/** Records of a journal's file, any run's, that are not in the log; nobody has either open. */
export function unheardOf(journalFolder: string, logFolder: string): number {
  const heard = new Map<string, Set<number>>();
  const log = openEventLog(logFolder, { clock: systemClock, log: silentLog });
  let [read, position] = [READ_RECORDS, 0];
  while (read === READ_RECORDS) {
    const records = log.recordsAfter(position, READ_RECORDS);
    for (const { journal, record } of records) {
      const seqs = heard.get(journal) ?? new Set();
      heard.set(journal, seqs.add(record.seq));
    }
    [read, position] = [records.length, records.at(-1)?.position ?? position];
  }
  log.close();
  const file = openJournalFile(journalFolder, silentLog);
  const runs = readRuns(file);
  closeDatabase(file);
  return runs.reduce((sum, { id, lastSeq }) => sum + lastSeq - (heard.get(id)?.size ?? 0), 0);
}
