import { JournalId } from '#contract/ids.ts';
import type { BayId, LineId } from '#contract/ids.ts';
import type { Log } from '#runtime/log.ts';
import { closeDatabase } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { openJournalFile, readLogId, readRuns, writeLogId, writeRun } from './journal-file.ts';
import { foldUnpublishedRuns } from './fold-runs.ts';
import type { BayFact, JournalCounts } from './journal-facts.ts';
import { FullDisk } from './full-disk.ts';
import { newRun } from './journal-file.ts';
import type { Run } from './journal-file.ts';
import { writeMarks, writeRecords } from './journal-writes.ts';
import type { PendingRow } from './journal-writes.ts';
import { RecentRecords } from './recent-records.ts';
import { cutRow, isSettledRow, readObservedRows } from './observed-rows.ts';
import type { ObservedRow } from './observed-rows.ts';
import { dropUndatable, lastStates, restartEvents } from './restart.ts';
import type { LastState } from './restart.ts';
import type { WallTime } from './wall-time.ts';

/** Rows that wait for the disk; what does not fit when the disk is full is lost and counted. */
const MOST_PENDING = 50_000;

/**
 * The gateway's record of what it decided, kept until it is settled and a while longer. One journal
 * is one run: a new random id at every start. Writes are grouped: nothing may leave the gateway
 * before `flush` has said true.
 */
export class Journal {
  readonly database: Database;
  readonly recent = new RecentRecords();
  readonly counts: JournalCounts = { appended: 0, lost: 0, undated: 0 };
  readonly #wallTime: WallTime;
  readonly #disk: FullDisk;
  readonly #runs: Run[];
  readonly #observed: ObservedRow[] = [];
  #pending: PendingRow[] = [];
  #settledChanged = new Set<Run>();
  #lastBaySeq = 0;
  #logId: string | undefined;
  #logIdOwed = false;
  #hasCut = false;
  #begun = false;
  #closed = false;

  /** Opens the folder's journal and begins a new run; throws ConfigError for a foreign file. */
  constructor(folder: string, wallTime: WallTime, log: Log) {
    this.#wallTime = wallTime;
    this.#disk = new FullDisk(log);
    this.database = openJournalFile(folder, log);
    this.#disk.write(this.database, () => {
      this.counts.undated = dropUndatable(this.database, readRuns(this.database));
    });
    this.#disk.write(this.database, () => foldUnpublishedRuns(this.database));
    this.#logId = readLogId(this.database);
    this.#runs = readRuns(this.database);
    for (const run of this.#runs) {
      const rows = readObservedRows(this.database, run).filter((row) => !isSettledRow(row));
      this.#observed.push(...rows);
    }
    this.beginRun();
    const { undated: count } = this.counts;
    if (count === 0) return;
    log.error({ count }, 'gateway.events.undated');
    // As of this run's beginning, which is where its monotonic clock begins.
    this.#add({ kind: 'undated', body: { count }, atMono: 0, untilMono: null, atWall: null });
    this.flush();
  }

  /** Oldest first; the running one last. */
  get runs(): readonly Run[] {
    return this.#runs;
  }

  get running(): Run {
    const run = this.#runs.at(-1);
    if (!run) throw new Error('a journal always has a running run');
    return run;
  }

  get id(): JournalId {
    return JournalId.parse(this.running.id);
  }

  get heldIds(): JournalId[] {
    return this.#runs.map(({ id }) => JournalId.parse(id));
  }

  /** The running journal's last bay event; 0 when there is none. */
  get lastBaySeq(): number {
    return this.#lastBaySeq;
  }

  get unsettled(): number {
    return this.#runs.reduce((sum, run) => sum + Math.max(0, run.lastSeq - run.settledSeq), 0);
  }

  /** The last write found no space: what was appended since waits in memory. */
  get isDiskFull(): boolean {
    return this.#disk.isFull;
  }

  /** Intervals that are open or not settled to their end. */
  get observedRows(): readonly ObservedRow[] {
    return this.#observed;
  }

  /** Each bay's last event, by the wall clock where it is known. */
  lastStates(): ReadonlyMap<string, LastState> {
    return lastStates(this.database);
  }

  /**
   * Starts a new journal: at every start, and when an announcement shows that the disk was restored.
   * What was believed before ends here as unknown, as of the last mark.
   */
  beginRun(): void {
    for (const row of this.#observed) row.open = false;
    // An earlier process's run is as that process left it: its clock was another.
    if (this.#begun) this.flush({ marks: true });
    this.#begun = true;
    this.#runs.push(newRun(this.database, this.#runs));
    this.#lastBaySeq = 0;
    for (const { bay, sensedAt } of restartEvents(this.database, this.#runs)) {
      const body = { bay, state: 'unknown', cause: 'restart', confidence: 0 };
      this.#lastBaySeq = this.#add({
        kind: 'bay',
        body,
        atMono: null,
        untilMono: null,
        atWall: sensedAt,
      });
    }
    this.flush();
  }

  /** Returns the event's seq; it is on disk after the next `flush`. */
  appendBay({ sensedMono, ...body }: BayFact): number {
    const row = { kind: 'bay', body, atMono: sensedMono, untilMono: null, atWall: null } as const;
    this.#lastBaySeq = this.#add(row);
    return this.#lastBaySeq;
  }

  appendObserved(
    line: LineId,
    bays: readonly BayId[],
    fromMono: number,
    untilMono: number,
  ): number {
    const seq = this.#add({
      kind: 'observed',
      body: { line, bays },
      atMono: fromMono,
      untilMono,
      atWall: null,
    });
    this.#observed.push({
      run: this.running,
      seq,
      fromMono,
      untilMono,
      fromWall: undefined,
      settledUntil: 0,
      open: true,
      sent: undefined,
      dirty: true,
    });
    return seq;
  }

  /** The open interval of the running journal was watched until then. */
  extend(seq: number, untilMono: number, { ends = false } = {}): void {
    const row = this.#observed.find((one) => one.run === this.running && one.seq === seq);
    if (!row?.open) return;
    row.dirty ||= untilMono > row.untilMono;
    row.untilMono = Math.max(row.untilMono, untilMono);
    if (ends) row.open = false;
  }

  /**
   * Puts what was appended on disk, in one transaction with marks, clock and settlement. `dated`:
   * the records are about to be published, so that their wall time is fixed now. `marks`: write
   * also when only those have changed. False: the disk is full, nothing was lost, try again later.
   * Any other failure of the disk throws.
   */
  flush({ dated = false, marks: evenMarks = false } = {}): boolean {
    const marks = this.#observed.filter((row) => row.dirty);
    const offsetMs = this.#wallTime.offsetMs;
    const run = this.running;
    const owed = marks.length > 0 || this.#settledChanged.size > 0 || this.#logIdOwed;
    const must = this.#pending.length > 0 || run.offsetMs !== offsetMs || (evenMarks && owed);
    if (this.#closed || !must) return true;
    run.offsetMs = offsetMs;
    const fixMs = dated ? offsetMs : undefined;
    const isWritten = this.#disk.write(this.database, () => {
      writeRecords(this.database, run, this.#pending, fixMs);
      writeMarks(this.database, marks);
      for (const each of new Set([...this.#settledChanged, run])) writeRun(this.database, each);
      if (this.#logIdOwed) writeLogId(this.database, this.#logId ?? '');
    });
    if (!isWritten) return false;
    this.#logIdOwed = false;
    this.recent.written(run, this.#pending, fixMs);
    this.#pending = [];
    this.#settledChanged.clear();
    for (const row of marks) row.dirty = false;
    if (fixMs !== undefined) this.#dateObserved(run, run.lastSeq, fixMs);
    return true;
  }

  /** Fixes the wall time of a run's records up to `toSeq`, before they are published. */
  date(run: Run, fromSeq: number, toSeq: number): void {
    const { offsetMs } = run;
    if (offsetMs === undefined) return;
    const isWritten = this.#disk.write(this.database, () => {
      this.database
        .prepare(
          `UPDATE record SET at_wall = at_mono + ?
           WHERE run = ? AND seq BETWEEN ? AND ? AND at_wall IS NULL`,
        )
        .run(offsetMs, run.ordinal, fromSeq, toSeq);
    });
    if (isWritten) this.#dateObserved(run, toSeq, offsetMs);
  }

  /** Something of the run is about to leave: its records have an identity then. False: not now. */
  publish(run: Run): boolean {
    if (run.published) return true;
    run.published = true;
    run.published = this.#disk.write(this.database, () => writeRun(this.database, run));
    return run.published;
  }

  /** Work that a full disk may put off; false: it was. */
  tidy(work: () => void): boolean {
    return this.#disk.write(this.database, work);
  }

  /** What the api has settled; true when it changed anything here. Kept on disk by the next flush. */
  settle(run: Run, seq: number): boolean {
    if (seq === run.settledSeq) return false;
    run.settledSeq = seq;
    this.recent.settled(run, seq);
    this.#settledChanged.add(run);
    return true;
  }

  settleObserved(row: ObservedRow, until: number): void {
    if (until === row.settledUntil) return;
    row.settledUntil = until;
    row.dirty = true;
    this.#settledChanged.add(row.run);
  }

  /** The api has less than it had: everything after `seq`, and every interval's end, is owed again. */
  unsettle(run: Run, seq: number): void {
    this.settle(run, seq);
    const known = new Set<number>();
    for (const row of this.#observed) if (row.run === run) known.add(row.seq);
    for (const row of readObservedRows(this.database, run)) {
      // What is no longer held as a record is lost to that log, and so is its interval.
      if (row.seq >= run.firstHeld && !known.has(row.seq)) this.#observed.push(row);
    }
    for (const row of this.#observed) {
      if (row.run === run) Object.assign(row, { settledUntil: 0, sent: undefined, dirty: true });
    }
  }

  /** The log that the settled marks are of; undefined until one was heard. On disk with them. */
  get logId(): string | undefined {
    return this.#logId;
  }

  set logId(id: string) {
    this.#logId = id;
    this.#logIdOwed = true;
  }

  /**
   * Records of the run were lost, the first of them made at `atMono`: from then on its intervals
   * would vouch for what is not there. They end at that instant, or where they are settled.
   */
  cut(run: Run, atMono: number): void {
    for (const row of this.#observed) {
      if (row.run === run && cutRow(row, atMono)) this.#hasCut ||= run === this.running;
    }
  }

  /** An open interval whose record is no longer held can be of no use to a log that lacks it. */
  get hasOrphanedInterval(): boolean {
    return this.#observed.some(
      (row) => row.open && row.seq < row.run.firstHeld && row.settledUntil === 0,
    );
  }

  /** True once after an interval of the running journal was cut: what holds now is to be told anew. */
  takeCut(): boolean {
    const hasCut = this.#hasCut;
    this.#hasCut = false;
    return hasCut;
  }

  /** Forgets intervals that are settled to their end, or lost; call it now and then. */
  forgetSettledRows(): void {
    const left = this.#observed.filter(
      (row) => row.open || (row.seq >= row.run.firstHeld && (row.dirty || !isSettledRow(row))),
    );
    this.#observed.splice(0, this.#observed.length, ...left);
  }

  removeRun(run: Run): void {
    this.#runs.splice(this.#runs.indexOf(run), 1);
    this.#settledChanged.delete(run);
    const left = this.#observed.filter((row) => row.run !== run);
    this.#observed.splice(0, this.#observed.length, ...left);
  }

  close(): void {
    if (this.#closed) return;
    this.flush({ marks: true });
    this.#closed = true;
    closeDatabase(this.database);
  }

  #add(row: Omit<PendingRow, 'seq'>): number {
    const run = this.running;
    run.lastSeq += 1;
    this.counts.appended += 1;
    this.#pending.push({ ...row, seq: run.lastSeq });
    if (this.#pending.length > MOST_PENDING) this.#loseOldestPending(run);
    return run.lastSeq;
  }

  #loseOldestPending(run: Run): void {
    const lost = this.#pending.shift();
    if (!lost) return;
    this.counts.lost += 1;
    this.cut(run, lost.atMono ?? 0);
    const at = this.#observed.findIndex((row) => row.run === run && row.seq === lost.seq);
    if (at !== -1) this.#observed.splice(at, 1);
  }

  #dateObserved(run: Run, toSeq: number, offsetMs: number): void {
    for (const row of this.#observed) {
      if (row.run === run && row.seq <= toSeq) row.fromWall ??= row.fromMono + offsetMs;
    }
  }
}
