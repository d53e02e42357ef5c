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

/** Values of EVENT_COLUMNS. */
export type EventValues = readonly [
  ...PlacedValues,
  sensedAt: number,
  bay: string | null,
  state: string | null,
  cause: string | null,
  confidence: number | null,
  fact: string | null,
];
/** Values of OBSERVED_COLUMNS. */
export type ObservedValues = readonly [
  ...PlacedValues,
  line: string,
  bays: string,
  from: number,
  until: number,
];
type PlacedValues = [
  position: number,
  journal: number,
  seq: number,
  receivedAt: number,
  assigned: number,
];

// By index: to take an array apart by its iterator costs as much again, and the whole log passes here.
export const eventRowOf = (values: EventValues): EventRow => ({
  position: values[0],
  journal: values[1],
  seq: values[2],
  received_at: values[3],
  assigned: values[4],
  sensed_at: values[5],
  bay: values[6],
  state: values[7],
  cause: values[8],
  confidence: values[9],
  fact: values[10],
});

export const observedRowOf = (values: ObservedValues): ObservedRow => ({
  position: values[0],
  journal: values[1],
  seq: values[2],
  received_at: values[3],
  assigned: values[4],
  line: values[5],
  bays: values[6],
  from_at: values[7],
  until_at: values[8],
});

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
