import { deadlines } from '#contract/deadlines.ts';
import type { JournalRecord } from '#contract/event.ts';
import { JournalId } from '#contract/ids.ts';
import type { EventsMessage } from '#contract/messages.ts';
import { openBackoff } from '#runtime/backoff.ts';
import type { Clock } from '#runtime/clock.ts';
import { heldBack, readExtension, readRecords } from '../journal/backlog.ts';
import type { Journal } from '../journal/journal.ts';
import type { Run } from '../journal/journal-file.ts';
import { untilWallOf } from '../journal/observed-rows.ts';
import type { ObservedRow } from '../journal/observed-rows.ts';
import type { WallTime } from '../journal/wall-time.ts';
import { fittingBatch, MOST_RECORDS } from './batch.ts';

/** Batches that were published and are not settled. */
const MOST_IN_FLIGHT = 16;
/**
 * Records a second of what was journalled while nobody listened: they leave gateway and api most of
 * their time for what happens now.
 */
const BACKLOG_PER_S = 4_000;
/** An interval's end waits at most so long for a moment at which all events are settled. */
const MOST_END_WAIT_MS = 45_000;
const FIRST_RESEND_MS = 2_000;
const MOST_RESEND_MS = 60_000;

export interface FlowCounts {
  batches: number;
  resends: number;
}

export interface RecordFlowOptions {
  readonly journal: Journal;
  readonly wallTime: WallTime;
  readonly clock: Clock;
  /** Puts a message on the wire; whether it arrived is only told by its settlement. */
  readonly send: (message: EventsMessage) => void;
}

/**
 * Journal records on their way to the api: journals in their order, records in seq order, a bounded
 * window, all of it again from the settled mark when the mark stands still (go-back-N).
 */
export class RecordFlow {
  readonly counts: FlowCounts = { batches: 0, resends: 0 };
  readonly #options: RecordFlowOptions;
  readonly #backoff = openBackoff(FIRST_RESEND_MS, MOST_RESEND_MS);
  /** The last seq of each batch in flight, all of `#run`. */
  #inFlight: number[] = [];
  #run: Run | undefined;
  #sentSeq = 0;
  #resendAt: number | undefined;
  #up = false;
  #upAt = 0;
  /** By run: its last record as somebody began to listen. */
  #backlogTo: ReadonlyMap<Run, number> = new Map();
  /** When the next of it may go, monotonic. */
  #backlogDueAt = 0;
  #holdsBack = false;

  constructor(options: RecordFlowOptions) {
    this.#options = options;
  }

  /** True while something waits that a healthy link and api would have settled by now. */
  get isBehind(): boolean {
    const { journal, wallTime } = this.#options;
    if (!this.#up || wallTime.doubt !== undefined || !this.#isAnswered) {
      return journal.unsettled > 0;
    }
    const run = this.#draining();
    return run !== journal.running || this.#sentSeq < run.lastSeq;
  }
  #resendsSettled = 0;

  /** Nothing had to be sent again since the last settlement. */
  get #isAnswered(): boolean {
    return this.counts.resends === this.#resendsSettled;
  }

  /** More could go now, and waits so that what happens now need not: pump again soon. */
  get holdsBack(): boolean {
    return this.#holdsBack;
  }

  up(): void {
    this.#up = true;
    this.#upAt = this.#options.clock.monoMs();
    this.restart();
  }

  /** Whoever takes the records has only just begun to listen: all of them again, and at once. */
  restart(): void {
    this.#backlogTo = new Map(this.#options.journal.runs.map((run) => [run, run.lastSeq]));
    this.#backoff.reset();
    this.rewind();
  }

  down(): void {
    this.#up = false;
    this.#resendAt = undefined;
  }

  /** Sends again from the settled mark. */
  rewind(): void {
    this.#run = undefined;
    this.#inFlight = [];
    this.#resendAt = undefined;
    for (const row of this.#options.journal.observedRows) row.sent = undefined;
  }

  /** The settled mark of a run has moved forward. */
  settled(run: Run): void {
    if (run !== this.#run) return;
    this.#inFlight = this.#inFlight.filter((lastSeq) => lastSeq > run.settledSeq);
    this.#sentSeq = Math.max(this.#sentSeq, run.settledSeq);
    this.#backoff.reset();
    this.#resendsSettled = this.counts.resends;
    this.#resendAt = undefined;
    this.#expectSettlement();
  }

  /** Puts appended records on disk, and sends what may be sent now. Call it often: it is cheap. */
  pump(): void {
    const { journal, wallTime, clock } = this.#options;
    this.#holdsBack = false;
    const mayPublish = this.#up && wallTime.doubt === undefined;
    // Records that go out at once, or as soon as those in flight are settled, get their wall time in
    // the same write.
    const hasRoom = this.#inFlight.length < MOST_IN_FLIGHT || this.#isAnswered;
    const goesNow = this.#draining() === journal.running && hasRoom;
    const onDisk = journal.flush({ dated: mayPublish && goesNow });
    if (!mayPublish || !onDisk) return;
    if (this.#resendAt !== undefined && clock.monoMs() >= this.#resendAt) {
      this.counts.resends += 1;
      this.rewind();
    }
    this.#sendRecords();
    if (this.#isCaughtUp()) this.#sendExtensions();
    this.#expectSettlement();
  }

  /** Everything of the journal being drained was sent, though it may not be settled. */
  #isCaughtUp(): boolean {
    const run = this.#draining();
    return run.settledSeq >= run.lastSeq || (run === this.#run && this.#sentSeq >= run.lastSeq);
  }

  /** The oldest journal with something to settle; the running one when there is none. */
  #draining(): Run {
    const { runs, running } = this.#options.journal;
    return (
      runs.find((run) => run.settledSeq < run.lastSeq && run.firstHeld <= run.lastSeq) ?? running
    );
  }

  #sendRecords(): void {
    const { journal, clock } = this.#options;
    while (this.#inFlight.length < MOST_IN_FLIGHT) {
      const run = this.#draining();
      if (run !== this.#run) {
        this.#run = run;
        this.#sentSeq = run.settledSeq;
        this.#inFlight = [];
      }
      if (this.#sentSeq >= run.lastSeq) return;
      const isBacklog = this.#sentSeq < (this.#backlogTo.get(run) ?? 0);
      this.#holdsBack = isBacklog && clock.monoMs() < this.#backlogDueAt;
      if (this.#holdsBack) return;
      const expected = Math.max(this.#sentSeq + 1, run.firstHeld);
      const read = readRecords(journal, run, this.#sentSeq, MOST_RECORDS);
      const batch = fittingBatch(read, journal.runs.length, { contiguous: true });
      const [first] = batch;
      const last = batch.at(-1);
      if (!first || !last) return;
      const rows = journal.observedRows.filter((row) => row.run === run);
      const complete = last.seq >= run.lastSeq;
      const records = complete ? batch : batch.map((record) => heldBack(record, rows));
      // A hole in the journal is told like a lost beginning: what is missing below is lost.
      if (!this.#send(run, records, first.seq > expected ? first.seq : run.firstHeld)) return;
      if (isBacklog) {
        this.#backlogDueAt = clock.monoMs() + (1_000 * batch.length) / BACKLOG_PER_S;
      }
      this.#sentSeq = last.seq;
      this.#inFlight.push(last.seq);
    }
  }

  /** The present ends of intervals, only when every event that lies before them has been sent. */
  #sendExtensions(): void {
    const { journal, clock } = this.#options;
    const now = clock.monoMs();
    for (const run of journal.runs) {
      const sentSeq = run === this.#run ? this.#sentSeq : run.settledSeq;
      // Sent is not arrived: until the events before it are settled, an end waits, but not for ever.
      const waitsMs = run.settledSeq >= run.lastSeq ? 0 : MOST_END_WAIT_MS;
      const due = journal.observedRows.filter(
        (row) =>
          row.run === run &&
          row.seq <= sentSeq &&
          isDue(row, now) &&
          now - (row.sent?.atMono ?? this.#upAt) >= waitsMs,
      );
      // Never tell of more than a restart would find on this disk.
      if (due.some(({ dirty }) => dirty) && !journal.flush({ marks: true })) return;
      let records = due.flatMap((row) => readExtension(journal, row) ?? []);
      while (records.length > 0) {
        const batch = fittingBatch(records, journal.runs.length, { contiguous: false });
        if (!this.#send(run, batch, run.firstHeld)) return;
        records = records.slice(batch.length);
      }
    }
  }

  /** False: the disk is full, and nothing may leave that it does not know of. */
  #send(run: Run, records: readonly JournalRecord[], firstHeld: number): boolean {
    const { journal, clock, send } = this.#options;
    if (!journal.publish(run)) return false;
    const atMono = clock.monoMs();
    for (const record of records) {
      if (record.kind !== 'observed') continue;
      const row = journal.observedRows.find((one) => one.run === run && one.seq === record.seq);
      // Held back, its end follows as soon as it may.
      if (row && record.until >= (untilWallOf(row) ?? 0)) {
        row.sent = { until: record.until, atMono };
      }
    }
    this.counts.batches += 1;
    send({
      v: 1,
      journal: JournalId.parse(run.id),
      held: journal.heldIds,
      firstHeld,
      publishedAt: Math.round(clock.wallMs()),
      records: [...records],
    });
    return true;
  }

  #expectSettlement(): void {
    if (this.#inFlight.length === 0) this.#resendAt = undefined;
    else this.#resendAt ??= this.#options.clock.monoMs() + this.#backoff.nextMs();
  }
}

/** An open interval travels now and then; one that ended, or was not settled, soon. */
function isDue(row: ObservedRow, now: number): boolean {
  const until = untilWallOf(row);
  if (until === undefined || row.settledUntil >= until) return false;
  if (!row.sent) return true;
  if (!row.open && row.sent.until < until) return true;
  return now - row.sent.atMono >= deadlines.observedEveryMs;
}
