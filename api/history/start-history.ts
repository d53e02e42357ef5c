import type { Clock } from '#runtime/clock.ts';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { EventLogReader, ExpiringLog } from '../log/event-log.ts';
import type { Placements } from '../site/placements.ts';
import { knownTimes } from './answers/known-time.ts';
import { loadDuckdbEngine } from './duckdb-view.ts';
import type { HistoryReader } from './history.ts';
import type { InfluxAddress } from './influx-address.ts';
import { openMemoryEngine } from './memory-view.ts';
import { observedSpans } from './observed-spans.ts';
import { Projector } from './projector.ts';
import { ViewDamagedError } from './view.ts';
import type { HistoryView, OverallView, ViewEngine } from './view.ts';

export interface HistoryOptions {
  readonly eventLog: EventLogReader;
  /** Where each bay was when, and whose. */
  readonly placements: Placements;
  /** Where an engine that writes files keeps them; made when missing. */
  readonly folder: string;
  readonly engine: 'duckdb' | 'memory' | InfluxAddress;
  /** This api's name among those that share the server; undefined: it is alone. */
  readonly sharedAs?: string | undefined;
  /** The view is opened after this: made of a log at once, it is there sooner than by following. */
  readonly after?: Promise<void> | undefined;
  readonly clock: Clock;
  readonly log: Log;
}

export interface RunningHistory extends HistoryReader {
  /** Bays are elsewhere, or somebody else's, from some time on. */
  changePlacements(placements: Placements): void;
  /**
   * Seals the sums of hours before `until`, a whole hour, and removes the stays that ended before it
   * with the events that told of them. Resolves with the number of events.
   */
  expire(until: number, log: ExpiringLog): Promise<number>;
  close(): Promise<void>;
}

/**
 * History as a view that follows the log. Returns at once: until the view is open (and made, where
 * it is new) its answers are UnavailableError('view_not_ready'). Throws ConfigError when the engine
 * is not installed.
 */
export async function startHistory(options: HistoryOptions): Promise<RunningHistory> {
  const { eventLog, placements, clock, log } = options;
  const engine = await engineOf(options);
  const open = async () => {
    await options.after;
    return engine.open();
  };
  const setAside = () => engine.setAside();
  return historyOn({ open, setAside }, { eventLog, placements, clock, log });
}

async function engineOf({
  engine,
  folder,
  eventLog,
  sharedAs,
}: HistoryOptions): Promise<ViewEngine> {
  if (engine === 'memory') return openMemoryEngine();
  if (engine === 'duckdb') return loadDuckdbEngine(folder);
  // Its client is loaded by those alone who use it.
  const { openInfluxEngine } = await import('./influx-view.ts');
  return openInfluxEngine(engine, folder, eventLog.logId, sharedAs);
}

const overall = (view: HistoryView): OverallView => view.ofAllLogs?.() ?? view;

/** History on any engine. */
export function historyOn(
  engine: ViewEngine,
  parts: Pick<HistoryOptions, 'eventLog' | 'placements' | 'clock' | 'log'>,
): RunningHistory {
  const { eventLog } = parts;
  const projector = new Projector({ ...parts, engine });
  let { placements } = parts;

  const notReady = (error: unknown): Error => {
    if (error instanceof ViewDamagedError) projector.suspect(error);
    const isView = error instanceof ViewDamagedError || error instanceof UnavailableError;
    if (!isView) return error instanceof Error ? error : new Error(messageOf(error));
    return new UnavailableError('view_not_ready', error.message, { cause: error });
  };

  async function asking<T>(ask: (view: HistoryView) => Promise<T>): Promise<T> {
    try {
      return await ask(projector.requireView());
    } catch (error) {
      throw notReady(error);
    }
  }

  return {
    lotHours: (lot, window) => asking((view) => overall(view).lotHours(lot, window)),
    summedHours: (lots, window) => asking((view) => overall(view).summedHours(lots, window)),
    dwell: (lots, window, shares) => asking((view) => overall(view).dwell(lots, window, shares)),
    async *stays(window, lots, fromBay) {
      try {
        yield* overall(projector.requireView()).stays(window, lots, fromBay);
      } catch (error) {
        throw notReady(error);
      }
    },
    async *knownTime(asked, window) {
      try {
        yield* knownTimes({ eventLog, view: projector.requireView() }, asked, window);
      } catch (error) {
        throw notReady(error);
      }
    },
    async *observedSpans(window) {
      projector.requireView();
      yield* observedSpans(eventLog, placements, window);
    },
    changePlacements: (changed) => {
      placements = changed;
      projector.changePlacements(changed);
    },
    status: () => projector.status(),
    rebuild: () => projector.rebuild(),
    verify: () => projector.verify(),
    caughtUp: () => projector.caughtUp(),
    expire: (until, log) => projector.expire(until, log),
    close: () => projector.close(),
  };
}
