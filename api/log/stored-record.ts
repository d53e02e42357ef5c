import type {
  BayEvent,
  JournalRecord,
  LotFact,
  ObservedEvent,
  UndatedEvent,
} from '#contract/event.ts';

/** What the two tables of records have in common when read. */
interface Placed {
  readonly position: number;
  readonly journal: number;
  readonly seq: number;
  readonly received_at: number;
  readonly assigned: number;
}

export interface EventRow extends Placed {
  readonly sensed_at: number;
  readonly bay: string | null;
  readonly state: string | null;
  readonly cause: string | null;
  readonly confidence: number | null;
  readonly fact: string | null;
}

export interface ObservedRow extends Placed {
  readonly line: string;
  readonly bays: string;
  readonly from_at: number;
  readonly until_at: number;
}

export const EVENT_COLUMNS =
  'position, journal, seq, received_at, assigned, sensed_at, bay, state, cause, confidence, fact';
export const OBSERVED_COLUMNS =
  'o.position, o.journal, o.seq, o.received_at, o.assigned, o.line, o.bays, o.from_at, o.until_at';

// Only parsed records are ever written: what is read back needs no second parse.
export function eventOf(row: EventRow): BayEvent | LotFact | UndatedEvent {
  if (row.fact !== null) return JSON.parse(row.fact) as LotFact | UndatedEvent;
  return {
    kind: 'bay',
    seq: row.seq,
    bay: row.bay,
    state: row.state,
    sensedAt: row.sensed_at,
    cause: row.cause,
    confidence: row.confidence,
  } as BayEvent;
}

export function observedOf(row: ObservedRow): ObservedEvent {
  return {
    kind: 'observed',
    seq: row.seq,
    line: row.line,
    bays: JSON.parse(row.bays) as ObservedEvent['bays'],
    from: row.from_at,
    until: row.until_at,
  } as ObservedEvent;
}

/** Same key, same content; for intervals, all but the end: only that may grow. */
export function isSameContent(a: JournalRecord, b: JournalRecord): boolean {
  if (a.kind === 'bay' && b.kind === 'bay') {
    return (
      a.bay === b.bay &&
      a.state === b.state &&
      a.sensedAt === b.sensedAt &&
      a.cause === b.cause &&
      a.confidence === b.confidence
    );
  }
  if (a.kind === 'observed' && b.kind === 'observed') {
    return (
      a.line === b.line &&
      a.from === b.from &&
      a.bays.length === b.bays.length &&
      a.bays.every((bay, at) => bay === b.bays[at])
    );
  }
  if (a.kind === 'undated' && b.kind === 'undated') {
    return a.count === b.count && a.sensedAt === b.sensedAt;
  }
  if (a.kind === 'lot' && b.kind === 'lot') {
    return (
      a.lot === b.lot &&
      a.vacant === b.vacant &&
      a.band === b.band &&
      a.sensedAt === b.sensedAt &&
      a.source === b.source &&
      a.validUntil === b.validUntil
    );
  }
  return false;
}
