import { randomBytes } from 'node:crypto';
import type { BayEvent, ObservedEvent } from '#contract/event.ts';
import { JournalId } from '#contract/ids.ts';
import type { BayId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { Gateway, LineProperties } from '#contract/site.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import { messageOf, RejectedError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Journal } from '../log/journals.ts';
import type { LogEntry } from '../log/log-entry.ts';
import type { EventLog } from '../log/open-event-log.ts';

/** What cars would have done on a simulated street before anybody watched it. */
export interface SimulatedPast {
  /** How long it is, in milliseconds; it ends when it is laid in. */
  readonly lengthMs: number;
  /** A bay's cars in order, never overlapping; one that stood already arrived at `from`. */
  visits(
    bay: BayId,
    from: number,
  ): Iterator<{ readonly arrivedAt: number; readonly departedAt: number }, undefined>;
}

export interface LayingIn {
  /** Resolves when all of it is in the log, or when it was stopped. */
  readonly done: Promise<void>;
  /** After the entries at hand; resolves when nothing is written any more. */
  stop(): Promise<void>;
}

export interface LayInParts {
  readonly eventLog: Pick<EventLog, 'journals' | 'lastPosition' | 'commitApart'>;
  readonly site: Site;
  readonly now: number;
  readonly log: Log;
}

/** Some milliseconds of work: live state and requests have their turn in between. */
const ENTRIES_A_TURN = 500;
const DAY_MS = 24 * HOUR_MS;
/** As if it had come from the gateway: some seconds after it was sensed, confirmed by then. */
const CAME_AFTER_MS = 4_000;
/** The last word on each bay has a seq beyond all others, since it is written first. */
const LAST_WORDS = 1_000_000_000;

/**
 * Puts a simulated past into a log that is still empty, as journals of the site's gateways, so that
 * all that is made of it (view, exports, answers) is made in the same way. It goes on beside live
 * traffic, whose journals come after it in order. Before anything else each bay is said to be unknown
 * at its end, and a day is observed only with its events: where it is cut short, there is a gap.
 * Throws RejectedError: `not_simulated` for a street with real sensors, `log_not_empty`.
 */
export function layIn(
  parts: LayInParts,
  past: SimulatedPast,
  begin: Promise<void> = Promise.resolve(),
): LayingIn {
  const { eventLog, site, now, log } = parts;
  if (!site.simulated) {
    throw new RejectedError('not_simulated', 'An invented past is for a simulated street only.');
  }
  if (!isUntouched(eventLog)) {
    throw new RejectedError('log_not_empty', 'A past is laid in before anything has happened.');
  }
  const window = { from: now - past.lengthMs, to: now };
  const journals = site.gateways.map(({ properties: { id } }) => {
    const journal = JournalId.parse(randomBytes(16).toString('hex'));
    eventLog.journals.learn(id, [journal]);
    return eventLog.journals.find(journal);
  });
  const writers = site.gateways.flatMap((gateway, at) => {
    const journal = journals[at];
    return journal ? [{ gateway, writer: new Writer(eventLog, journal) }] : [];
  });
  for (const { gateway, writer } of writers) {
    for (const bay of baysOf(gateway)) writer.put(told(bay, 'unknown', now));
    writer.commit();
  }
  let isStopped = false;
  const done = (async () => {
    await begin;
    try {
      for (const { gateway, writer } of writers) {
        if (isStopped) return;
        for (const records of slicesOf(gateway, window, past)) {
          if (isStopped) return;
          for (const record of records) writer.put(record);
          writer.commit();
          await new Promise(setImmediate);
        }
      }
      log.info({ from: window.from, until: window.to }, 'past.log.laidIn');
    } catch (error) {
      // What is there is whole days; the street goes on without the rest.
      log.error({ reason: messageOf(error) }, 'past.log.failed');
    }
  })();
  const stop = () => {
    isStopped = true;
    return done;
  };
  return { done, stop };
}

/** Whether no gateway was ever heard. */
export function isUntouched({
  lastPosition,
  journals,
}: Pick<EventLog, 'journals' | 'lastPosition'>) {
  return lastPosition === 0 && [...journals].length === 0;
}

type Unnumbered = Omit<BayEvent, 'seq'> | (Omit<ObservedEvent, 'seq'> & { readonly seq: number });

/** Numbers records and puts them into the log. Seqs up to the number of lines are its intervals'. */
class Writer {
  readonly #eventLog: LayInParts['eventLog'];
  readonly #journal: Journal;
  #entries: LogEntry[] = [];
  #seq = MOST_LINES;
  #lastWord = LAST_WORDS;

  constructor(eventLog: LayInParts['eventLog'], journal: Journal) {
    this.#eventLog = eventLog;
    this.#journal = journal;
  }

  put(record: Unnumbered): void {
    const journal = this.#journal;
    if (record.kind === 'observed') {
      const receivedAt = record.until + CAME_AFTER_MS;
      const { bays } = record;
      this.#entries.push({ kind: 'observed', journal, receivedAt, record, ownBays: bays });
      return;
    }
    const receivedAt = record.sensedAt + CAME_AFTER_MS;
    const seq = record.state === 'unknown' ? (this.#lastWord += 1) : (this.#seq += 1);
    const event = { ...record, seq };
    this.#entries.push({ kind: 'event', journal, receivedAt, record: event, assigned: true });
    journal.accept(seq, undefined);
  }

  commit(): void {
    this.#eventLog.commitApart(this.#entries, this.#journal);
    this.#entries = [];
  }
}

/** As many as a gateway has at most. */
const MOST_LINES = 64;

const baysOf = ({ properties }: Gateway): BayId[] =>
  properties.lines.flatMap(({ sensors }) => sensors.map(({ bay }) => bay));

/** All that a gateway would have said, some of it at a time, in the order of time. */
function* slicesOf(
  gateway: Gateway,
  { from, to }: TimeWindow,
  past: SimulatedPast,
): Generator<readonly Unnumbered[]> {
  const events = baysOf(gateway)
    .flatMap((bay) => eventsOf(bay, { from, to }, past))
    .toSorted((a, b) => a.sensedAt - b.sensedAt);
  let at = 0;
  for (let day = from; day < to; day += DAY_MS) {
    const until = Math.min(to, day + DAY_MS);
    while ((events[at]?.sensedAt ?? to) < until) {
      const slice: Unnumbered[] = [];
      for (; slice.length < ENTRIES_A_TURN; at += 1) {
        const event = events[at];
        if (!event || event.sensedAt >= until) break;
        slice.push(event);
      }
      yield slice;
    }
    yield gateway.properties.lines.map((line, seq) => observed(line, seq + 1, from, until));
  }
}

function observed({ id, sensors }: LineProperties, seq: number, from: number, until: number) {
  const bays = sensors.map(({ bay }) => bay);
  return { kind: 'observed' as const, seq, line: id, bays, from, until };
}

function told(bay: BayId, state: BayEvent['state'], sensedAt: number): Omit<BayEvent, 'seq'> {
  const [cause, confidence] =
    state === 'unknown' ? (['restart', 0] as const) : (['sensor', 1] as const);
  return { kind: 'bay', bay, state, sensedAt, cause, confidence };
}

function eventsOf(bay: BayId, { from, to }: TimeWindow, past: SimulatedPast) {
  const visits = past.visits(bay, from);
  let next = visits.next();
  const events: Omit<BayEvent, 'seq'>[] = [];
  if (next.done === true || next.value.arrivedAt > from) events.push(told(bay, 'vacant', from));
  for (; next.done !== true; next = visits.next()) {
    const { arrivedAt, departedAt } = next.value;
    if (arrivedAt >= to) break;
    events.push(told(bay, 'occupied', Math.max(from, arrivedAt)));
    if (departedAt >= to) break;
    events.push(told(bay, 'vacant', departedAt));
  }
  return events;
}
