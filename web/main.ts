import './style/tokens.css';
import './style/page.css';
import './style/list.css';
import './style/pin.css';
import type { LotId } from '#contract/ids.ts';
import { LiveFeed } from './live/live-feed.ts';
import { openSocket } from './live/open-socket.ts';
import type { LotMap } from './map/map.ts';
import { DriverPage, TICK_MS } from './page/driver-page.ts';
import { fetchJson, fetchSite, fetchText } from './page/fetching.ts';
import { Spoken } from './page/spoken.ts';
import { headerView } from './view/header.ts';
import { itemIdOf } from './view/lot-item.ts';
import { listView } from './view/lot-list.ts';
import { patchChildren } from './view/patch.ts';
import { pageInput } from './wire/answers.ts';
import { parsedJson } from './wire/read.ts';

const LIVE = '/api/v1/live';
/** Drawn at most this often, however much happens; the first change at once. */
const DRAW_EVERY_MS = 100;

const clock = { wallMs: () => Date.now(), monoMs: () => performance.now() };
const place = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};
const input = parsedJson(pageInput, place('initial').textContent ?? '');
if (!input) throw new Error('the page was written by another version of this program');

const [header, list, area, spokenRegion] = ['top', 'list', 'map', 'spoken'].map(place) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];
const spoken = new Spoken();
let map: LotMap | undefined;
let drawnAtMs = Number.NEGATIVE_INFINITY;
let drawTimer: ReturnType<typeof setTimeout> | undefined;

const page = new DriverPage({ input, clock, fetchSite, changed: drawSoon });
const feed = new LiveFeed({
  openSocket: (events) => openSocket(LIVE, events),
  fetchSnapshot: async (channel) => fetchText(`${LIVE}?channel=${channel}`, 'no-store'),
  watch: () => page.watchMessage(),
  hear: (message) => page.hear(message),
});

document.body.classList.add('with-map');
draw();
setInterval(draw, TICK_MS);
void showMap();
new ResizeObserver(measureBands).observe(place('bands'));
addEventListener('online', () => feed.wake());
addEventListener('pageshow', () => feed.wake());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState !== 'visible') return;
  feed.wake();
  draw();
});

// A fold that opens or closes, by whatever hand, is a lot chosen or left.
list.addEventListener(
  'toggle',
  ({ target }) => {
    if (!(target instanceof HTMLDetailsElement)) return;
    const lot = target.closest<HTMLElement>('.lot')?.id.replace(/^lot-/, '');
    if (lot === undefined) return;
    if (target.open && page.selected !== lot) {
      page.select(lot as LotId);
      map?.flyTo(lot as LotId);
    } else if (!target.open && page.selected === lot) page.select(undefined);
  },
  true,
);

function drawSoon(): void {
  const waitMs = drawnAtMs + DRAW_EVERY_MS - clock.monoMs();
  if (waitMs <= 0) draw();
  else drawTimer ??= setTimeout(draw, waitMs);
}

function draw(): void {
  clearTimeout(drawTimer);
  drawTimer = undefined;
  drawnAtMs = clock.monoMs();
  const model = page.model(feed.kind);
  patchChildren(header, headerView(model));
  patchChildren(list, listView(model));
  map?.show(model);
  const sentence = spoken.next(model, drawnAtMs);
  if (sentence !== undefined) spokenRegion.textContent = sentence;
}

/** Never rejects: without its map the page is a list. */
async function showMap(): Promise<void> {
  const [loaded] = await Promise.allSettled([import('./map/map.ts')]);
  if (loaded.status === 'rejected') {
    const failed = document.createElement('p');
    failed.className = 'map-failed';
    failed.textContent = page.model(feed.kind).texts.mapFailed;
    area.append(failed);
    return;
  }
  map = loaded.value.openMap(area, page.model(feed.kind), {
    choose,
    watch: (lots) => {
      page.watchBays(lots);
      feed.watchAnew();
    },
    stateOf: (bay) => page.bayState(bay),
    // Asked each time whether it still holds: the site may have changed since.
    fetchMap: async () => fetchJson('/api/v1/map', 'no-cache'),
    fetchBays: async (lot) => fetchJson(`/api/v1/bays?lot=${lot}`, 'no-cache'),
  });
}

/** From a pin: the list shows the lot, the map goes there. */
function choose(lot: LotId): void {
  page.select(lot);
  draw();
  map?.flyTo(lot);
  document.querySelector(`#${itemIdOf(lot)}`)?.scrollIntoView({ block: 'nearest' });
}

/** What sticks below the bands must know how high they are. */
function measureBands(): void {
  document.body.style.setProperty('--bands', `${place('bands').offsetHeight}px`);
}
