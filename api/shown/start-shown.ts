import { SHOWN_DAYS } from '#contract/history.ts';
import type { LotId, SignId } from '#contract/ids.ts';
import { fadedShow } from '#contract/sign-fade.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import type { EffectiveSite } from '#contract/site-overlay.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { LiveStateReader } from '../state/live-state.ts';
import { lotSaidOf, sayingOf } from './shown-lot.ts';
import { ShownStore } from './shown-store.ts';
import type { ShownChange } from './shown-store.ts';

/** How exactly it is known when something was shown, in milliseconds. */
const LOOK_MS = 1_000;
const ALIVE_MS = 10_000;
const FORGET_MS = 3_600_000;
const KEPT_MS = SHOWN_DAYS * 86_400_000;
/** Changes that wait for a disk that takes nothing; the oldest go first. */
const MOST_WAITING = 20_000;

export interface ShownOptions {
  readonly path: string;
  readonly site: EffectiveSite;
  /** As it is known, and as everybody may see it. */
  readonly liveState: LiveStateReader;
  readonly seen: LiveStateReader;
  readonly clock: Clock;
  readonly log: Log;
}

/** Answers what was shown when. */
export type ShownReader = Pick<ShownStore, 'keptSince' | 'lotAt' | 'signAt' | 'runAt'>;

export interface Shown extends ShownReader {
  /** A message has gone to a sign. */
  signTold(message: SignMessage): void;
  changeSite(now: EffectiveSite): void;
  /** Looks at every lot and sign, and writes down what changed; called by its own timer. */
  look(): void;
  close(): void;
}

/** Writes down each change of what a page says of a lot and of what a sign is told. */
export function startShown(options: ShownOptions): Shown {
  const { liveState, seen, clock } = options;
  const log = options.log.child({ part: 'shown' });
  const store = new ShownStore(options.path, clock.wallMs(), log);
  let { site, closedLots } = options.site;
  let lots = lotsOf(options.site);
  const said = new Map<LotId, string>();
  /** What each sign shows by the last that it was told, and when that was (monotonic). */
  const told = new Map<
    SignId,
    { readonly message: SignMessage; readonly at: number; readonly saying: string }
  >();
  let waiting: ShownChange[] = [];
  let [aliveMs, forgotMs] = [Number.NEGATIVE_INFINITY, Number.NEGATIVE_INFINITY];
  let failure: string | undefined;
  let unwritten = 0;

  function saidOf(lot: LotId, now: number) {
    const [live, known] = [seen.lot(lot), liveState.lot(lot)];
    const sensed = lots.get(lot) === true || (live?.fact ?? null) !== null;
    return lotSaidOf({ seen: live, known, sensed, closed: closedLots.has(lot), now });
  }

  function change(one: ShownChange): void {
    waiting.push(one);
    if (waiting.length <= MOST_WAITING) return;
    unwritten += waiting.length - MOST_WAITING;
    waiting = waiting.slice(-MOST_WAITING);
  }

  function signShows(message: SignMessage, atMs: number, now: number): void {
    const { sign, validForMs } = message;
    const elapsedMs = clock.monoMs() - atMs;
    const rows = message.rows.map(({ lot, show, cause }) => ({
      lot,
      show: fadedShow(show, elapsedMs, message),
      cause: elapsedMs < validForMs ? cause : ('unsent' as const),
    }));
    const saying = JSON.stringify(rows);
    const isNews = told.get(sign)?.saying !== saying;
    told.set(sign, { message, at: atMs, saying });
    if (isNews) change({ at: now, what: 'sign', subject: sign, content: { rows } });
  }

  function lookAtLots(now: number): void {
    for (const lot of lots.keys()) {
      const content = saidOf(lot, now);
      const saying = sayingOf(content);
      if (said.get(lot) === saying) continue;
      said.set(lot, saying);
      change({ at: now, what: 'lot', subject: lot, content });
    }
  }

  /** A sign that hears nothing keeps no number beyond its time, and then no word. */
  function lookAtSigns(now: number): void {
    for (const { properties } of site.signs) {
      const last = told.get(properties.id);
      if (last) signShows(last.message, last.at, now);
    }
  }

  function write(now: number): void {
    const monoMs = clock.monoMs();
    if (waiting.length === 0 && monoMs - aliveMs < ALIVE_MS) return;
    try {
      store.write(waiting, now);
      waiting = [];
      aliveMs = monoMs;
      if (failure !== undefined) log.info({ unwritten }, 'shown.store.recovered');
      [failure, unwritten] = [undefined, 0];
      if (monoMs - forgotMs < FORGET_MS) return;
      if (!store.forget(now - KEPT_MS)) forgotMs = monoMs;
    } catch (error) {
      const reason = messageOf(error);
      if (failure !== reason) log.error({ reason, waiting: waiting.length }, 'shown.store.failed');
      failure = reason;
    }
  }

  function look(): void {
    const now = clock.wallMs();
    lookAtLots(now);
    lookAtSigns(now);
    write(now);
  }

  look();
  const timer = setInterval(look, LOOK_MS);
  return {
    look,
    signTold: (message) => signShows(message, clock.monoMs(), clock.wallMs()),
    changeSite: (now) => {
      ({ site, closedLots } = now);
      lots = lotsOf(now);
      look();
    },
    keptSince: () => store.keptSince(),
    lotAt: (lot, at) => store.lotAt(lot, at),
    signAt: (sign, at) => store.signAt(sign, at),
    runAt: (at) => store.runAt(at),
    close: () => {
      clearInterval(timer);
      look();
      store.close();
    },
  };
}

/** Whether anything is said to count there, by lot. */
function lotsOf({ site }: EffectiveSite): ReadonlyMap<LotId, boolean> {
  return new Map(
    site.lots.map(({ properties: { id, instrumented } }) => [id, instrumented !== 'none']),
  );
}
