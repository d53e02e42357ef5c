import { JournalRecord } from '#contract/event.ts';
import type { ObservedEvent } from '#contract/event.ts';
import type { BayId } from '#contract/ids.ts';
import { DEAD_LETTER_CHARS } from '../log/log-entry.ts';
import type { Stored } from '../log/log-entry.ts';
import { isSameContent } from '../log/stored-record.ts';

/** A record parsed alone: a bad one costs one. */
export type ParsedRecord =
  | { readonly ok: true; readonly record: JournalRecord }
  | { readonly ok: false; readonly problem: string };

/** What becomes of one record. */
export type Decision =
  | { readonly kind: 'accepted'; readonly record: JournalRecord }
  /** The same interval with a later end: the one case in which a key may carry more. */
  | { readonly kind: 'extended'; readonly record: ObservedEvent }
  /** Never valid: kept aside and settled. */
  | { readonly kind: 'invalid'; readonly problem: string }
  /** `until`: for an interval, the end that is already there. */
  | { readonly kind: 'duplicate'; readonly until?: number }
  /** The same key with other content: kept aside, alarmed, never applied. */
  | { readonly kind: 'conflict'; readonly problem: string }
  /** A record before it is missing and still on the gateway's disk: it comes again. */
  | { readonly kind: 'ahead' };

/** [fromSeq, toSeq) is on no disk any more: one loss, and the journal moves on. */
export interface MissingRange {
  readonly fromSeq: number;
  readonly toSeq: number;
}

/** What is below the oldest seq that the gateway still holds, and was never accepted, is lost. */
export function missingBelow(firstHeld: number, mark: number): MissingRange | undefined {
  return firstHeld > mark + 1 ? { fromSeq: mark + 1, toSeq: firstHeld } : undefined;
}

export function parseRecord(sent: unknown): ParsedRecord {
  const parsed = JournalRecord.safeParse(sent);
  if (parsed.success) return { ok: true, record: parsed.data };
  const [issue] = parsed.error.issues;
  const at = issue?.path.join('.') ?? '';
  return { ok: false, problem: `${at === '' ? 'record' : at}: ${issue?.message ?? 'invalid'}` };
}

/** A record's text as dead letters keep it. */
export function contentOf(sent: unknown): string {
  return (JSON.stringify(sent) ?? 'undefined').slice(0, DEAD_LETTER_CHARS);
}

/**
 * Go-back-N: only the next seq after the mark is accepted. `storedAt` tells what the log, or the
 * open group, has under an earlier seq; undefined there: it was lost, or its month has expired.
 */
export function decide(
  {
    seq,
    sent,
    parsed,
  }: { readonly seq: number; readonly sent: unknown; readonly parsed: ParsedRecord },
  mark: number,
  storedAt: (seq: number) => Stored | undefined,
): Decision {
  if (seq > mark + 1) return { kind: 'ahead' };
  if (seq === mark + 1) {
    return parsed.ok
      ? { kind: 'accepted', record: parsed.record }
      : { kind: 'invalid', problem: parsed.problem };
  }
  const stored = storedAt(seq);
  if (!stored) return { kind: 'duplicate' };
  if (stored.kind === 'deadLetter') {
    return contentOf(sent) === stored.content
      ? { kind: 'duplicate' }
      : { kind: 'conflict', problem: `seq ${seq} was settled as a dead letter with other content` };
  }
  if (!parsed.ok) return { kind: 'conflict', problem: `was valid before; now ${parsed.problem}` };
  const { record } = parsed;
  if (!isSameContent(record, stored.record)) {
    return { kind: 'conflict', problem: `seq ${seq} is logged with other content` };
  }
  if (record.kind === 'observed' && stored.record.kind === 'observed') {
    return record.until > stored.record.until
      ? { kind: 'extended', record }
      : { kind: 'duplicate', until: stored.record.until };
  }
  return { kind: 'duplicate' };
}

/** The bay that a record names which cannot be read as a whole. */
export function bayOf(sent: unknown): BayId | undefined {
  if (typeof sent !== 'object' || sent === null || !('bay' in sent)) return undefined;
  return typeof sent.bay === 'string' ? (sent.bay as BayId) : undefined;
}
