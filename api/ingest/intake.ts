import type { GatewayId, JournalId } from '#contract/ids.ts';
import type { BayEvent, JournalRecord, ObservedEvent } from '#contract/event.ts';
import type { EventsMessage } from '#contract/messages.ts';
import { isoOf } from '#contract/time.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import { openPace } from '#runtime/refusals.ts';
import type { Pace } from '#runtime/refusals.ts';
import type { GroupCommit } from '../log/group-commit.ts';
import type { Journal } from '../log/journals.ts';
import type { DeadLetterReason } from '../log/log-entry.ts';
import type { EventLog } from '../log/open-event-log.ts';
import type { LiveStateWriter } from '../state/live-state-writer.ts';
import { bayOf, contentOf, decide, missingBelow, parseRecord } from './accept.ts';
import type { Decision, ParsedRecord } from './accept.ts';
import type { Acknowledger } from './acknowledge.ts';
import type { Assignment } from './assignment.ts';
import { GoneJournals } from './gone-journals.ts';
import type { GoneJournalsOptions } from './gone-journals.ts';
import type { IntakeCounts } from './ingest-counts.ts';
import { placeRecords } from './place-records.ts';

export interface IntakeOptions {
  readonly eventLog: Pick<EventLog, 'journals' | 'storedAt' | 'sealedUntil'> &
    GoneJournalsOptions['eventLog'];
  readonly commits: GroupCommit;
  readonly liveState: Pick<LiveStateWriter, 'hearRecord' | 'hearLoss' | 'doubtBay'>;
  readonly acknowledger: Pick<Acknowledger, 'due' | 'dueInterval'>;
  /** Who spoke for which bay at an instant. */
  readonly assignmentAt: (at: number) => Assignment;
  readonly counts: IntakeCounts;
  readonly clock: Clock;
  readonly log: Log;
}

/** An alarm repeats for at most this many pairs of gateway and bay; the counter goes on. */
const ALARMED_MOST = 1_000;

/** Takes batches of journal records: live at once, the log by the next group, the rest by its rule. */
export class Intake {
  readonly #options: IntakeOptions;
  readonly #alarmed = new Set<string>();
  readonly #pace: Pace;
  readonly #gone: GoneJournals;

  constructor(options: IntakeOptions) {
    this.#options = options;
    this.#pace = openPace(options.clock);
    const { eventLog, log } = options;
    const take = (journal: Journal, record: BayEvent) => this.takeAgain(journal, record);
    this.#gone = new GoneJournals({ eventLog, log, take });
  }

  /** `receivedAt`: epoch milliseconds by the api's clock. */
  take(gateway: GatewayId, batch: EventsMessage, receivedAt: number): void {
    const { eventLog, commits, counts, log, acknowledger } = this.#options;
    const { held } = batch;
    this.learn(gateway, held.includes(batch.journal) ? held : [...held, batch.journal]);
    const journal = eventLog.journals.find(batch.journal);
    if (journal === undefined || journal.gateway !== gateway) {
      counts.foreignJournals += 1;
      this.#alarm('ingest.journal.foreign', gateway, {
        journal: batch.journal,
        of: journal?.gateway,
      });
      return;
    }
    if (!commits.accepting) return this.#liveOnly(journal, batch);
    const waitedBefore = commits.waiting;
    try {
      this.#takeBatch(journal, batch, receivedAt);
    } catch (error) {
      // Only reading the log throws here; what was accepted before it stands, the rest comes again.
      counts.readFailures += 1;
      log.error({ gateway, reason: messageOf(error) }, 'ingest.log.unreadable');
    }
    // What it adds is acknowledged when it is committed; that there is nothing new is said at once.
    if (commits.waiting === waitedBefore) acknowledger.due(gateway);
    commits.flushWhenFull();
  }

  /** The journals on a gateway's disk, oldest first. */
  learn(gateway: GatewayId, held: readonly JournalId[]): void {
    const isNew = this.#options.eventLog.journals.learn(gateway, held);
    this.#gone.hear(gateway, held, isNew);
  }

  /** A commit has failed: what it should have written is gone, and comes again. */
  commitFailed(): void {
    this.#gone.again();
  }

  /** A record that moves no mark; false: the log cannot be written now. */
  takeAgain(journal: Journal, record: JournalRecord): boolean {
    const { commits, clock, liveState } = this.#options;
    if (!commits.accepting) return false;
    this.#log(journal, record, clock.wallMs(), false);
    liveState.hearRecord(journal.gateway, journal.order, record);
    return true;
  }

  #takeBatch(journal: Journal, batch: EventsMessage, receivedAt: number): void {
    const { eventLog, commits, counts, liveState } = this.#options;
    const missing = missingBelow(batch.firstHeld, journal.accepted);
    if (missing) {
      const { fromSeq, toSeq } = missing;
      counts.lost += toSeq - fromSeq;
      const facts = { journal: journal.id, fromSeq, toSeq };
      this.#alarm('ingest.events.lost', journal.gateway, facts);
      commits.add({ kind: 'loss', journal, receivedAt, fromSeq, toSeq }, { seq: toSeq - 1 });
      liveState.hearLoss(journal.order, toSeq - 1);
    }
    const storedAt = (seq: number) => journal.pendingAt(seq) ?? eventLog.storedAt(journal, seq);
    for (const { seq, sent } of placeRecords(batch.records, journal.accepted)) {
      const parsed = parseRecord(sent);
      if (seq === undefined) {
        const problem = 'seq: cannot be read, nor that of any neighbour';
        this.#deadLetter(journal, { seq: null, sent, receivedAt, reason: 'unplaced', problem });
        continue;
      }
      const decision = decide({ seq, sent, parsed }, journal.accepted, storedAt);
      this.#carryOut(journal, seq, sent, decision, parsed, receivedAt);
    }
  }

  #carryOut(
    journal: Journal,
    seq: number,
    sent: unknown,
    decision: Decision,
    parsed: ParsedRecord,
    receivedAt: number,
  ): void {
    const { counts, liveState, acknowledger } = this.#options;
    switch (decision.kind) {
      case 'accepted': {
        const problem = sealedProblemOf(decision.record, this.#options.eventLog.sealedUntil);
        if (problem !== undefined) {
          this.#deadLetter(journal, { seq, sent, receivedAt, reason: 'sealed', problem });
          break;
        }
        counts.accepted += 1;
        this.#log(journal, decision.record, receivedAt);
        liveState.hearRecord(journal.gateway, journal.order, decision.record);
        break;
      }
      case 'extended':
        counts.extended += 1;
        this.#log(journal, decision.record, receivedAt);
        break;
      case 'invalid':
        liveState.doubtBay(journal.gateway, journal.order, seq, bayOf(sent));
        this.#deadLetter(journal, {
          seq,
          sent,
          receivedAt,
          reason: 'invalid',
          problem: decision.problem,
        });
        break;
      case 'conflict':
        this.#deadLetter(journal, {
          seq,
          sent,
          receivedAt,
          reason: 'conflict',
          problem: decision.problem,
        });
        break;
      case 'duplicate':
        counts.duplicates += 1;
        // The gateway waits for this interval's end: the last acknowledgement may be lost.
        if (decision.until !== undefined && !journal.pendingAt(seq)) {
          acknowledger.dueInterval(journal, seq, decision.until);
        }
        break;
      case 'ahead':
        counts.ahead += 1;
        if (parsed.ok) liveState.hearRecord(journal.gateway, journal.order, parsed.record);
        break;
    }
  }

  #log(journal: Journal, record: JournalRecord, receivedAt: number, moves = true): void {
    const { commits, assignmentAt } = this.#options;
    const assignment = assignmentAt(record.kind === 'observed' ? record.until : record.sensedAt);
    const stored = { kind: 'record', record } as const;
    const settles = moves ? { seq: record.seq, stored } : undefined;
    const { gateway } = journal;
    if (record.kind === 'observed') {
      const ownBays = record.bays.filter((bay) => assignment.ownsBay(gateway, bay));
      if (ownBays.length < record.bays.length) {
        this.#unassigned(gateway, record.bays.find((bay) => !ownBays.includes(bay)) ?? '');
      }
      commits.add({ kind: 'observed', journal, receivedAt, record, ownBays }, settles);
      return;
    }
    const assigned = isAssigned(assignment, gateway, record);
    if (!assigned && record.kind !== 'undated') {
      this.#unassigned(gateway, record.kind === 'bay' ? record.bay : record.lot);
    }
    commits.add({ kind: 'event', journal, receivedAt, record, assigned }, settles);
  }

  #deadLetter(
    journal: Journal,
    letter: {
      readonly seq: number | null;
      readonly sent: unknown;
      readonly receivedAt: number;
      readonly reason: DeadLetterReason;
      readonly problem: string;
    },
  ): void {
    const { commits, counts } = this.#options;
    const { seq, sent, receivedAt, reason, problem } = letter;
    counts.deadLetters[reason] += 1;
    const facts = { journal: journal.id, seq, reason, problem };
    this.#alarm('ingest.record.refused', journal.gateway, facts);
    const content = contentOf(sent);
    const entry = {
      kind: 'deadLetter',
      journal,
      receivedAt,
      seq,
      reason,
      detail: problem,
      content,
    } as const;
    const settles = reason === 'invalid' || reason === 'sealed';
    if (seq === null || !settles) commits.add(entry);
    else commits.add(entry, { seq, stored: { kind: 'deadLetter', content } });
  }

  /** A gateway that raves fills the counters and the log's tables, not the disk with its lines. */
  #alarm(event: string, gateway: GatewayId, facts: object): void {
    const turn = this.#pace.turn(`${event} ${gateway}`);
    if (turn) this.#options.log.error({ gateway, ...facts, ...turn }, event);
  }

  #unassigned(gateway: GatewayId, what: string): void {
    const { counts, log } = this.#options;
    counts.unassigned += 1;
    const pair = `${gateway}/${what}`;
    if (this.#alarmed.has(pair) || this.#alarmed.size >= ALARMED_MOST) return;
    this.#alarmed.add(pair);
    log.error({ gateway, what }, 'ingest.record.unassigned');
  }

  /** The log cannot be written: the map goes on, nothing is accepted, the gateway sends again. */
  #liveOnly(journal: Journal, batch: EventsMessage): void {
    const { counts, liveState } = this.#options;
    for (const { seq, sent } of placeRecords(batch.records, journal.accepted)) {
      if (seq !== undefined && seq <= journal.accepted) continue;
      counts.heldBack += 1;
      const parsed = parseRecord(sent);
      if (parsed.ok) liveState.hearRecord(journal.gateway, journal.order, parsed.record);
    }
  }
}

/** Sums of hours whose changes have expired take none any more. */
function sealedProblemOf(record: JournalRecord, sealedUntil: number): string | undefined {
  if (record.kind !== 'bay' || record.sensedAt >= sealedUntil) return undefined;
  return `sensedAt: before ${isoOf(sealedUntil)}, of which no single changes are kept any more`;
}

/** What a gateway says of itself alone is always its own. */
function isAssigned(
  assignment: Assignment,
  gateway: GatewayId,
  record: Exclude<JournalRecord, ObservedEvent>,
): boolean {
  if (record.kind === 'bay') return assignment.ownsBay(gateway, record.bay);
  return record.kind === 'undated' || assignment.ownsLot(gateway, record.lot);
}
