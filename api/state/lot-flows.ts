import { isOpenToAnyCar } from '#contract/bay-class.ts';
import type { BayState } from '#contract/bay.ts';
import { FLOW_WINDOW_MINUTES } from '#contract/chance.ts';
import type { Flow } from '#contract/chance.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { Clock } from '#runtime/clock.ts';
import type { LiveStateReader } from './live-state.ts';

const MINUTE_MS = 60_000;

export interface LotFlows {
  /** undefined: nothing of the lot was observed in the window. */
  flowOf(lot: LotId): Flow | undefined;
  changeSite(site: Site): void;
  close(): void;
}

/** One minute of a lot; observed time is that of its known bays, as a share of all of them. */
interface Minute {
  at: number;
  arrivals: number;
  departures: number;
  observedMs: number;
}

interface FlowingLot {
  readonly states: Map<BayId, BayState>;
  /** How many of them are not unknown. */
  known: number;
  readonly minutes: Minute[];
  /** Up to when observed time is counted, monotonic. */
  countedMs: number;
}

/**
 * Who came and went lately in the bays open to any car, lot by lot: changes between vacant and
 * occupied that were seen. What a bay did while it was unknown is not guessed.
 */
export function openLotFlows(site: Site, liveState: LiveStateReader, clock: Clock): LotFlows {
  let lots = new Map<LotId, FlowingLot>();
  let lotOf = new Map<BayId, FlowingLot>();

  function changeSite({ bays }: Site): void {
    const before = lots;
    const byLot = new Map<LotId, BayId[]>();
    for (const { properties } of bays) {
      if (!isOpenToAnyCar(properties.class) || !liveState.bay(properties.id)) continue;
      const known = byLot.get(properties.lot);
      if (known) known.push(properties.id);
      else byLot.set(properties.lot, [properties.id]);
    }
    lots = new Map();
    lotOf = new Map();
    for (const [lot, ids] of byLot) {
      const states = new Map(ids.map((id) => [id, liveState.bay(id)?.state ?? 'unknown'] as const));
      const flowing: FlowingLot = {
        states,
        known: [...states.values()].filter((state) => state !== 'unknown').length,
        minutes: before.get(lot)?.minutes ?? [],
        countedMs: clock.monoMs(),
      };
      lots.set(lot, flowing);
      for (const id of ids) lotOf.set(id, flowing);
    }
  }

  const stop = liveState.onChanged(({ bays }) => {
    const nowMs = clock.monoMs();
    for (const id of bays) {
      const lot = lotOf.get(id);
      const state = liveState.bay(id)?.state;
      if (!lot || state === undefined) continue;
      count(lot, nowMs);
      const before = lot.states.get(id);
      lot.states.set(id, state);
      lot.known += (state === 'unknown' ? 0 : 1) - (before === 'unknown' ? 0 : 1);
      const minute = minuteAt(lot, nowMs);
      if (before === 'vacant' && state === 'occupied') minute.arrivals += 1;
      if (before === 'occupied' && state === 'vacant') minute.departures += 1;
    }
  });
  changeSite(site);

  return {
    changeSite,
    close: stop,
    flowOf: (id) => {
      const lot = lots.get(id);
      if (!lot) return undefined;
      const nowMs = clock.monoMs();
      count(lot, nowMs);
      const sum = { arrivals: 0, departures: 0, observedMs: 0 };
      for (const { arrivals, departures, observedMs } of lot.minutes) {
        sum.arrivals += arrivals;
        sum.departures += departures;
        sum.observedMs += observedMs;
      }
      if (sum.observedMs === 0) return undefined;
      const { arrivals, departures } = sum;
      return { arrivals, departures, observedMinutes: round(sum.observedMs / MINUTE_MS) };
    },
  };
}

const round = (minutes: number) => Math.round(minutes * 10) / 10;

/** Adds the time since it was last counted; nothing has changed in it. */
function count(lot: FlowingLot, nowMs: number): void {
  const share = lot.states.size === 0 ? 0 : lot.known / lot.states.size;
  const oldest = nowMs - FLOW_WINDOW_MINUTES * MINUTE_MS;
  let from = Math.max(lot.countedMs, oldest);
  while (from < nowMs) {
    const until = Math.min(nowMs, MINUTE_MS * (Math.floor(from / MINUTE_MS) + 1));
    minuteAt(lot, from).observedMs += share * (until - from);
    from = until;
  }
  lot.countedMs = nowMs;
  while ((lot.minutes[0]?.at ?? nowMs) < oldest) lot.minutes.shift();
}

function minuteAt(lot: FlowingLot, atMs: number): Minute {
  const at = MINUTE_MS * Math.floor(atMs / MINUTE_MS);
  const last = lot.minutes.at(-1);
  if (last?.at === at) return last;
  const minute: Minute = { at, arrivals: 0, departures: 0, observedMs: 0 };
  lot.minutes.push(minute);
  return minute;
}
