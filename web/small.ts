import './style/small.css';
import { LiveFeed } from './live/live-feed.ts';
import { openSocket } from './live/open-socket.ts';
import { DriverPage, TICK_MS } from './page/driver-page.ts';
import { fetchSite, fetchText } from './page/fetching.ts';
import { Kept } from './page/kept.ts';
import { loadTexts } from './text/load-texts.ts';
import { patchChildren } from './view/patch.ts';
import { embedView, wallView } from './view/small.ts';
import { pageInput } from './wire/answers.ts';
import { parsedJson } from './wire/read.ts';

// The small forms of the page, for a frame on a shop's page and for a wall. They keep nothing:
// a frame on another's page has no business with what a phone knows of its driver.

const LIVE = '/api/v1/live';
/** Nobody stands by a wall to load it anew; a page that hears nothing for so long tries that. */
const RELOAD_AFTER_MS = 600_000;

const place = (id: string): HTMLElement => {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
};
const input = parsedJson(pageInput, place('initial').textContent ?? '');
if (!input) throw new Error('the page was written by another version of this program');

const root = place('small');
const view = input.form === 'wall' ? wallView : embedView;
const nothing = { getItem: () => null, setItem: () => undefined, removeItem: () => undefined };
const page = new DriverPage({
  input,
  texts: await loadTexts(input.language),
  clock: { wallMs: () => Date.now(), monoMs: () => performance.now() },
  kept: new Kept(() => nothing),
  platform: { system: 'other', inApp: false },
  pageUrl: location.origin + location.pathname,
  fetchSite,
  changed: draw,
  baysChanged: () => undefined,
});
const feed = new LiveFeed({
  openSocket: (events) => openSocket(LIVE, events),
  fetchSnapshot: async (channel) => fetchText(`${LIVE}?channel=${channel}`, 'no-store'),
  watch: () => page.watchMessage(),
  hear: (message) => page.hear(message),
});
draw();
setInterval(draw, TICK_MS);
addEventListener('online', () => feed.wake());
addEventListener('pageshow', () => feed.wake());
document.addEventListener('visibilitychange', () => {
  if (document.visibilityState === 'visible') feed.wake();
});

function draw(): void {
  const model = page.model(feed.kind);
  patchChildren(root, view(model));
  const { connection } = model;
  if (connection.kind === 'lost' && connection.ageMs > RELOAD_AFTER_MS && navigator.onLine) {
    location.reload();
  }
}
