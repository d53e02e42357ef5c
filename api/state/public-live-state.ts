import type { ClassCount } from '#contract/bay.ts';
import { isShownSingly, publicCountOf } from '#contract/bay-class.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { LotLive } from '#contract/live.ts';
import type { Site } from '#contract/site-check.ts';
import type { Bay } from '#contract/site.ts';
import type { LiveStateReader, StateChange } from './live-state.ts';

export interface PublicLiveState extends LiveStateReader {
  /** Another site holds: live state has it already. */
  changeSite(site: Site): void;
}

/**
 * Live state as everybody may see it, wherever it goes: pages, HTTP, WebSocket, lot topics. Private
 * bays are in coarse counts only, and a change that does not show is no change: even the moment of
 * a message would tell that somebody came home.
 */
export function publicLiveState(site: Site, state: LiveStateReader): PublicLiveState {
  let shown: ReadonlySet<BayId> = new Set();
  let mixed: ReadonlySet<LotId> = new Set();
  const told = new Map<LotId, string>();

  const lotOf = (lot: LotId): LotLive | undefined => {
    const live = state.lot(lot);
    return live && mixed.has(lot) ? { ...live, counts: live.counts.map(publicCount) } : live;
  };
  /** Remembers what is told of a lot now; false: it was told so before. */
  const isNews = (lot: LotId): boolean => {
    if (!mixed.has(lot)) return true;
    const { counts, fact } = lotOf(lot) ?? {};
    const text = JSON.stringify([counts, fact]);
    if (told.get(lot) === text) return false;
    told.set(lot, text);
    return true;
  };
  const changeSite = ({ bays }: Site): void => {
    const isPublic = ({ properties }: Bay) => isShownSingly(properties.class);
    shown = new Set(bays.filter(isPublic).map(({ properties }) => properties.id));
    mixed = new Set(bays.filter((bay) => !isPublic(bay)).map(({ properties }) => properties.lot));
    told.clear();
    for (const lot of mixed) isNews(lot);
  };
  changeSite(site);

  // What is news is asked once a change, whoever listens: to ask is to remember.
  const listeners = new Set<(changed: StateChange) => void>();
  let stop: (() => void) | undefined;
  const tellAll = (changed: StateChange): void => {
    const bays = changed.bays.filter((bay) => shown.has(bay));
    const lots = changed.lots.filter(isNews);
    if (bays.length + lots.length === 0) return;
    for (const listener of listeners) listener({ bays, lots });
  };

  return {
    bay: (bay) => (shown.has(bay) ? state.bay(bay) : undefined),
    baysOf: (lot) => state.baysOf(lot).filter(({ bay }) => shown.has(bay)),
    lot: lotOf,
    lots: () => state.lots().map((live) => lotOf(live.lot) ?? live),
    onChanged: (listener) => {
      // One for each call: the same function may listen twice.
      const own = (change: StateChange) => listener(change);
      listeners.add(own);
      stop ??= state.onChanged(tellAll);
      return () => {
        listeners.delete(own);
        if (listeners.size > 0) return;
        stop?.();
        stop = undefined;
      };
    },
    changeSite,
  };
}

const publicCount = (count: ClassCount): ClassCount => ({
  class: count.class,
  ...publicCountOf(count.class, count),
});
