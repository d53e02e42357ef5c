import './style/tokens.css';
import './style/page.css';
import './style/list.css';
import './style/pin.css';
import './style/leaflet.css';
import './style/map.css';
import type { LotId } from '#contract/ids.ts';
import type { HandOffApp } from '#contract/hand-off.ts';
import type { Acts } from './acts/acts.ts';
import { platformOf } from './handoff/platform.ts';
import { LiveFeed } from './live/live-feed.ts';
import { openSocket } from './live/open-socket.ts';
import type { LotMap } from './map/map.ts';
import { afterFrame } from './page/after-frame.ts';
import { isPainted, nextTask, whenIdle } from './page/pace.ts';
import { DriverPage, TICK_MS } from './page/driver-page.ts';
import { fetchJson, fetchSite, fetchText } from './page/fetching.ts';
import { Kept } from './page/kept.ts';
import { inSteps, LOTS_A_STEP } from './page/in-steps.ts';
import { readInput } from './page/read-input.ts';
import { Spoken } from './page/spoken.ts';
import { loadTexts } from './text/load-texts.ts';
import { headerView } from './view/header.ts';
import { itemIdOf } from './view/lot-item.ts';
import { ListDrawing } from './view/list-drawing.ts';
import { patchChildren } from './view/patch.ts';
import type { PageModel } from './page/model.ts';
import { flowsAnswer } from './wire/answers.ts';
import { parsed } from './wire/read.ts';

const LIVE = '/api/v1/live';
/**
 * Drawn at most this often, however much happens; the first change at once. Where drawing takes
 * long, less often, but at each look at the clock: a slow phone's time belongs to the finger, and to
 * the bays on the map.
 */
const DRAW_EVERY_MS = 100;
const DRAW_EVERY_COSTS = 5;
/** While the map moves under a finger; that the connection is lost is said at once all the same. */
const DRAW_WHILE_MOVING_MS = 1_000;
const FLOWS_EVERY_MS = 60_000;

/** Only over https, and not where a browser forbids it. */
const worker = 'serviceWorker' in navigator ? navigator.serviceWorker : undefined;
const clock = { wallMs: () => Date.now(), monoMs: () => performance.now() };
const place = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};
const [header, list, area, spokenRegion] = ['top', 'list', 'map', 'spoken'].map(place) as [
  HTMLElement,
  HTMLElement,
  HTMLElement,
  HTMLElement,
];
const listDrawing = new ListDrawing(list);
const spoken = new Spoken();
let map: LotMap | undefined;
let drawnAtMs = Number.NEGATIVE_INFINITY;
let drawingMs = 0;
let isDrawAsked = false;
/** What is being drawn a few lots at a time. */
let drawn: PageModel | undefined;
let isLostDrawn = false;
let acts: Promise<Acts> | undefined;

// What the server wrote is on the screen first; then one piece of work at a time, so that a finger
// never waits for all of them.
const [input, texts] = await Promise.all([
  readInput(place('initial').textContent ?? ''),
  loadTexts(document.documentElement.lang),
]);
if (!input) throw new Error('the page was written by another version of this program');
await nextTask({ afterFrame: !isPainted() });
const kept = new Kept(() => localStorage);
const page = new DriverPage({
  input,
  texts,
  clock,
  kept,
  platform: platformOf(navigator.userAgent, navigator.maxTouchPoints),
  pageUrl: location.origin + location.pathname,
  fetchSite,
  changed: drawSoon,
  baysChanged: () => map?.showBays(),
});
await nextTask();
const feed = new LiveFeed({
  openSocket: (events) => openSocket(LIVE, events),
  fetchSnapshot: async (channel) => fetchText(`${LIVE}?channel=${channel}`, 'no-store'),
  watch: () => page.watchMessage(),
  hear: (message) => page.hear(message),
});

for (const lots of inSteps(input.lots, LOTS_A_STEP)) {
  await nextTask();
  page.prepare(lots);
}
await nextTask();
document.body.classList.add('answers');
// A fold that opens or closes, by whatever hand, is a lot chosen or left; some were opened already.
list.addEventListener('toggle', ({ target }) => folded(target), true);
for (const each of list.querySelectorAll('details[open]')) folded(each);
page.comeBack();
drawn = drawAround();
await nextTask();
drawOn(drawn);
setInterval(() => (page.isLost === isLostDrawn ? drawSoon() : draw()), TICK_MS);
void showMap();
new ResizeObserver(measureBands).observe(place('bands'));
addEventListener('online', () => feed.wake());
addEventListener('pageshow', ({ persisted }) => {
  if (persisted) lookAgain();
});
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') lookAgain();
});
document.addEventListener('click', tapped);
setInterval(() => void renewFlows(), FLOWS_EVERY_MS);
chooseByAddress();

function folded(fold: EventTarget | null): void {
  if (!(fold instanceof HTMLDetailsElement)) return;
  if (fold.matches('.farther')) page.listFar(fold.open);
  if (!fold.matches('.lot-fold')) return;
  const lot = fold.closest<HTMLElement>('.lot')?.id.replace(/^lot-/, '');
  if (lot === undefined) return;
  if (fold.open && page.selected !== lot) {
    page.select(lot as LotId);
    void settle();
    map?.flyTo(lot as LotId);
  } else if (!fold.open && page.selected === lot) page.select(undefined);
}

/** The reader is back, perhaps from a map app: nothing old may stand there as if it held. */
function lookAgain(): void {
  feed.wake();
  void feed.catchUp();
  page.comeBack();
  draw();
}

function tapped(event: MouseEvent): void {
  const { target } = event;
  const tapped =
    target instanceof Element
      ? target.closest<HTMLElement>('[data-arrive], [data-app], [data-act]')
      : null;
  if (!tapped) return;
  const { arrive, app, act, lot } = tapped.dataset;
  if (arrive !== undefined && tapped instanceof HTMLAnchorElement) {
    event.preventDefault();
    history.replaceState(null, '', tapped.href);
    page.arriveIn(Number(arrive));
  } else if (app !== undefined) page.handOff(lot as LotId, app as HandOffApp);
  else if (act === 'arrived') page.arrive();
  else if (act !== undefined) void doAct(act, tapped);
}

/** Rejects where the network is away and nothing was kept; the next tap tries again. */
async function loadActs(): Promise<Acts> {
  const { Acts, extra } = await import('./acts/acts.ts');
  page.showMore(extra);
  const dialog = place('sheet') as HTMLDialogElement;
  return new Acts({ page, kept, model: () => page.model(feed.kind), dialog });
}

/** Never rejects. */
async function doAct(name: string, button: HTMLElement): Promise<void> {
  acts ??= loadActs();
  const [loaded] = await Promise.allSettled([acts]);
  if (loaded.status === 'rejected') acts = undefined;
  else await loaded.value.act(name, button);
}

/** Never rejects. */
async function settle(): Promise<void> {
  acts ??= loadActs();
  const registered = worker ? [worker.register('/sw.js')] : [];
  const [loaded] = await Promise.allSettled([acts, ...registered]);
  if (loaded.status === 'rejected') acts = undefined;
}

/** Never rejects: without it the chance is silent after a while. */
async function renewFlows(): Promise<void> {
  if (document.visibilityState !== 'visible') return;
  const [answer] = await Promise.allSettled([fetchJson('/api/v1/flows')]);
  const read = answer.status === 'fulfilled' ? parsed(flowsAnswer, answer.value) : undefined;
  if (read) page.hearFlows(read.flows);
}

/** A shared link names a lot by its place in the page. */
function chooseByAddress(): void {
  const id = location.hash.slice(1);
  const lot = input?.lots.find((each) => itemIdOf(each.lot) === id);
  if (!lot) return;
  page.select(lot.lot);
  draw();
  // What sticks above the lot has its height before anybody scrolls to below it.
  measureBands();
  document.querySelector(`#${id}`)?.scrollIntoView({ block: 'start' });
}

/** After the next frame: what bays there are to be drawn is in that one already. */
function drawSoon(): void {
  if (isDrawAsked) return;
  isDrawAsked = true;
  if (drawn) return;
  const everyMs = map?.isMoving
    ? DRAW_WHILE_MOVING_MS
    : Math.max(DRAW_EVERY_MS, Math.min(TICK_MS, DRAW_EVERY_COSTS * drawingMs));
  const waitMs = Math.max(0, drawnAtMs + everyMs - clock.monoMs());
  setTimeout(() => {
    afterFrame(() => {
      if (!isDrawAsked || drawn) return;
      drawn = drawAround();
      drawingMs = 0;
      drawOn(drawn);
    });
  }, waitMs);
}

/** At once, and whole. */
function draw(): void {
  drawn = undefined;
  const model = drawAround();
  listDrawing.draw(model);
  map?.show(model);
}

/** All but the list and the map. */
function drawAround(): PageModel {
  isDrawAsked = false;
  drawnAtMs = clock.monoMs();
  const model = page.model(feed.kind);
  isLostDrawn = model.connection.kind === 'lost';
  patchChildren(header, headerView(model));
  const sentence = spoken.next(model, drawnAtMs);
  if (sentence !== undefined) spokenRegion.textContent = sentence;
  return model;
}

/** Some lots before each frame: between them is room for a finger, and for bays on the map. */
function drawOn(model: PageModel): void {
  if (drawn !== model) return;
  const from = clock.monoMs();
  const isWhole = listDrawing.drawSome(model);
  afterFrame(() => {
    // The browser's own part is in it: styles, layout, painting.
    drawingMs += clock.monoMs() - from;
    if (drawn !== model) return;
    if (!isWhole) return drawOn(model);
    drawn = undefined;
    map?.show(model);
    if (!isDrawAsked) return;
    isDrawAsked = false;
    drawSoon();
  });
}

/** Never rejects: without its map the page is a list. */
async function showMap(): Promise<void> {
  await nextTask({ afterFrame: true });
  const [loaded] = await Promise.allSettled([import('./map/map.ts')]);
  await nextTask();
  // What nobody needs at first comes once the page stands.
  whenIdle(() => void settle());
  if (loaded.status === 'rejected') {
    const failed = document.createElement('p');
    failed.className = 'map-failed';
    failed.textContent = page.model(feed.kind).texts.mapFailed;
    area.append(failed);
    return;
  }
  const opened = loaded.value.openMap(area, page.model(feed.kind), {
    choose,
    watch: (lots) => {
      page.watchBays(lots);
      feed.watchAnew();
    },
    states: () => page.bayStates(),
    // Asked each time whether it still holds: the site may have changed since.
    fetchBackdrop: async () => fetchJson('/api/v1/backdrop', 'no-cache'),
    fetchBays: async (lot) => fetchJson(`/api/v1/bays?lot=${lot}`, 'no-cache'),
  });
  await nextTask();
  await opened.begin();
  map = opened;
  map.show(page.model(feed.kind));
  // Chosen by its address, or by a finger that was faster than the map.
  if (page.selected !== undefined) map.flyTo(page.selected);
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
  document.documentElement.style.setProperty('--bands', `${place('bands').offsetHeight}px`);
}
