import { RejectedError } from '#runtime/errors.ts';
import type { EventLog } from '../log/open-event-log.ts';
import { parseRecord } from './accept.ts';
import type { Intake } from './intake.ts';

/**
 * Puts a dead letter into the log under its own key, as if it had been valid when it came: for
 * records that only an earlier version of the api could not read. Throws RejectedError where it can
 * still not be read, has no key, or its key has another record.
 */
export function replayDeadLetter(
  eventLog: Pick<EventLog, 'deadLetter' | 'journals' | 'storedAt'>,
  intake: Pick<Intake, 'takeAgain'>,
  id: string,
): void {
  const letter = eventLog.deadLetter(id);
  if (!letter) throw new RejectedError('not_found', `There is no dead letter "${id}".`);
  const { seq, reason, content } = letter;
  const refuse = (why: string) => new RejectedError('cannot_replay', `${id}: ${why}`);
  if (seq === null) throw refuse('its place in the journal is not known');
  if (reason === 'conflict') throw refuse(`seq ${seq} of its journal has another record`);
  if (reason === 'sealed') throw refuse('no single changes of its time are kept any more');
  const journal = eventLog.journals.find(letter.journal);
  if (!journal) throw refuse('its journal is not known');
  const kept = journal.pendingAt(seq) ?? eventLog.storedAt(journal, seq);
  if (kept?.kind === 'record') throw refuse('it is in the log already');
  const parsed = parseRecord(jsonOf(content));
  if (!parsed.ok) throw refuse(parsed.problem);
  if (parsed.record.seq !== seq) throw refuse(`its own seq is ${parsed.record.seq}, not ${seq}`);
  if (!intake.takeAgain(journal, parsed.record)) throw refuse('the log cannot be written now');
}

function jsonOf(content: string): unknown {
  try {
    return JSON.parse(content) as unknown;
  } catch {
    return undefined;
  }
}
