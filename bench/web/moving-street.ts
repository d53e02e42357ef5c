import type { Site } from '#contract/site-check.ts';
import { servePage } from '../../tests/web/served-page.ts';
import type { ServedPage } from '../../tests/web/served-page.ts';

export interface MovingStreet extends AsyncDisposable {
  readonly served: ServedPage;
  /** So many bays change each second from now on; 0: none. */
  readonly change: (perSecond: number) => void;
}

const TICK_MS = 20;
/** As an api tells its clients of changes by default; in tests it does so ten times sooner. */
const COALESCE_MS = 200;

/** The real server and page with a site of which every second bay is taken. */
export async function openMovingStreet(site: Site): Promise<MovingStreet> {
  const served = await servePage(site, { config: { coalesceMs: COALESCE_MS } });
  const { liveState } = served.street;
  const bays = site.bays.map(({ properties }) => properties.id);
  const lots = site.lots.map(({ properties }) => properties.id);
  liveState.set(
    bays.map((bay, at) => [bay, at % 2 === 0 ? 'occupied' : 'vacant'] as const),
    Date.now(),
  );
  const observing = setInterval(() => {
    for (const lot of lots) liveState.observe(lot, Date.now());
  }, 1_000);
  let [perSecond, owed, turn] = [0, 0, 0];
  const changing = setInterval(() => {
    owed += (perSecond * TICK_MS) / 1_000;
    const changes = [];
    for (; owed >= 1; owed -= 1) {
      const bay = bays[(turn * 7_919) % bays.length];
      turn += 1;
      if (bay === undefined) continue;
      const isOccupied = liveState.bay(bay)?.state === 'occupied';
      changes.push([bay, isOccupied ? 'vacant' : 'occupied'] as const);
    }
    if (changes.length > 0) liveState.set(changes, Date.now());
  }, TICK_MS);
  return {
    served,
    change: (now) => {
      perSecond = now;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(observing);
      clearInterval(changing);
      await served[Symbol.asyncDispose]();
    },
  };
}
