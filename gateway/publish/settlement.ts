import type { AckMessage } from '#contract/messages.ts';
import type { Log } from '#runtime/log.ts';
import type { Journal } from '../journal/journal.ts';
import type { Run } from '../journal/journal-file.ts';

/** What an announcement asks of the gateway. */
export interface Settled {
  /** Runs whose mark has moved forward. */
  readonly forward: readonly Run[];
  /** The api has less than it had, or is another: send again from its marks. */
  readonly again: boolean;
  /** The api has what this disk never wrote: the disk was restored. */
  readonly beyond: boolean;
}

/**
 * Takes the api's announcement into the journal. A journal that it does not name has not moved,
 * except in a new log: of that, nothing that it does not name is settled.
 */
export function applyAck(journal: Journal, ack: AckMessage, log: Log): Settled {
  const isNewLog = journal.logId !== ack.logId;
  if (isNewLog) {
    if (journal.logId !== undefined) log.warn({ logId: ack.logId }, 'gateway.log.new');
    journal.logId = ack.logId;
  }
  const forward: Run[] = [];
  let again = false;
  let beyond = false;
  for (const run of journal.runs) {
    const mark = Object.hasOwn(ack.settled, run.id)
      ? ack.settled[run.id as keyof typeof ack.settled]
      : undefined;
    if (!mark && !isNewLog) continue;
    const seq = mark?.seq ?? 0;
    if (seq > run.lastSeq) {
      log.error({ journal: run.id, settled: seq, written: run.lastSeq }, 'gateway.disk.restored');
      beyond ||= run === journal.running;
    }
    const settled = Math.min(seq, run.lastSeq);
    if (settled < run.settledSeq || (isNewLog && run.settledSeq > 0)) {
      journal.unsettle(run, settled);
      again = true;
    } else if (journal.settle(run, settled)) forward.push(run);
    for (const row of journal.observedRows) {
      const until = row.run === run ? mark?.observed[String(row.seq)] : undefined;
      if (until !== undefined) journal.settleObserved(row, Math.max(until, row.settledUntil));
    }
  }
  return { forward, again, beyond };
}
