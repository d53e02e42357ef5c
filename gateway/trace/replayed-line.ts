import type { BayState } from '#contract/bay.ts';
import { gatewayUnknownMs } from '#contract/deadlines.ts';
import type { BayEventCause } from '#contract/event.ts';
import { LineId, SensorId } from '#contract/ids.ts';
import type { BayId } from '#contract/ids.ts';
import type { LineProperties } from '#contract/site.ts';
import { silentLog } from '#runtime/log.ts';
import type { BayFact } from '../journal/journal-facts.ts';
import { LineWatch } from '../line-watch.ts';
import type { TracedBay, TraceFacts } from './trace-header.ts';
import type { Fed, TraceRow } from './trace-row.ts';

/** What the gateway would have journalled of a bay; instants by the trace's clock. */
export interface ReplayedEvent {
  readonly bay: BayId;
  readonly state: BayState;
  readonly cause: BayEventCause;
  readonly confidence: number;
  readonly sensedMs: number;
  /** When it was decided: the row that brought it about. */
  readonly decidedMs: number;
  /** Epoch milliseconds of `sensedMs`, where the trace tells the wall time. */
  readonly sensedAt: number | undefined;
}

/** The height of a sensor of which nobody has written down its own. */
const UNKNOWN_MOUNT_MM = 2_600;
const LOOK_EVERY_MS = 1_000;

/**
 * The gateway's own line, fed from a trace: the one place that knows how recorded rows reach the
 * detector. A trace without recorded looks is looked at as a gateway would.
 */
export class ReplayedLine {
  readonly #watch: LineWatch;
  readonly #looksAreRows: boolean;
  readonly #lookEveryMs: number;
  readonly #unknownMs: number;
  #now: number;
  #nextLook: number | undefined;
  #wallOffsetMs: number | undefined;

  constructor(options: {
    readonly facts: TraceFacts;
    readonly periodMs: number;
    readonly bays: readonly TracedBay[];
    readonly onEvent: (event: ReplayedEvent) => void;
  }) {
    const { facts, periodMs, bays, onEvent } = options;
    this.#now = facts.startedMs ?? 0;
    this.#wallOffsetMs = facts.wallOffsetMs;
    this.#looksAreRows = facts.looks === 'recorded';
    this.#lookEveryMs = Math.max(LOOK_EVERY_MS, periodMs);
    this.#unknownMs = gatewayUnknownMs(periodMs);
    this.#watch = new LineWatch({
      line: lineOf(facts.line, periodMs, bays),
      beside: new Map(bays.map(({ bay, beside = [] }) => [bay, beside])),
      confirmMs: facts.confirmMs,
      journal: {
        appendBay: (fact) => {
          onEvent(this.#eventOf(fact));
          return 1;
        },
        appendObserved: () => 1,
        extend: () => undefined,
      },
      wallTime: { wallOf: (ms) => ms },
      clock: { monoMs: () => this.#now, wallMs: () => this.#now },
      log: silentLog,
      lastStates: new Map(),
      onAppended: () => undefined,
      onHealthChanged: () => undefined,
    });
  }

  /** Rows in their order. */
  feed({ ms, wallMs, fed }: TraceRow): void {
    if (!this.#looksAreRows) this.#lookUntil(ms);
    this.#now = ms;
    if (wallMs !== undefined) this.#wallOffsetMs = wallMs - ms;
    for (const each of fed) this.#take(each);
  }

  #take(fed: Fed): void {
    switch (fed.kind) {
      case 'sample':
        return this.#watch.hear(fed.bay, fed.sample);
      case 'trouble':
        return this.#watch.hearTrouble(fed.bay, fed.trouble);
      case 'look':
        this.#watch.look();
        return;
      case 'anew':
        return this.#watch.startAnew();
    }
  }

  /** In a gap of months only until everything in it is unknown. */
  #lookUntil(ms: number): void {
    const since = this.#nextLook === undefined ? ms : this.#now;
    let at = this.#nextLook ?? ms;
    while (at < ms && at - since <= this.#unknownMs + 2 * this.#lookEveryMs) {
      this.#now = at;
      this.#watch.look();
      at += this.#lookEveryMs;
    }
    this.#nextLook = Math.max(at, ms);
  }

  #eventOf({ sensedMono: sensedMs, ...event }: BayFact): ReplayedEvent {
    const offsetMs = this.#wallOffsetMs;
    return {
      ...event,
      sensedMs,
      decidedMs: this.#now,
      sensedAt: offsetMs === undefined ? undefined : Math.round(sensedMs + offsetMs),
    };
  }
}

function lineOf(id: string, periodMs: number, bays: readonly TracedBay[]): LineProperties {
  return {
    id: LineId.parse(id),
    port: { kind: 'simulated' },
    baud: 9_600,
    parity: 'none',
    pollPeriodMs: periodMs,
    sensors: bays.map(({ bay, id: sensor, kind, mountMm, address }) => ({
      id: sensor ?? SensorId.parse(bay),
      bay,
      kind: kind ?? 'pbn1',
      mountMm: mountMm ?? UNKNOWN_MOUNT_MM,
      ...(address !== undefined && { address }),
    })),
  };
}
