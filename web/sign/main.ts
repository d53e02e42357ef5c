import './sign.css';
import { parseSignMessage } from '../wire/sign-message.ts';
import { patchChildren } from '../view/patch.ts';
import { holdFor } from './hold.ts';
import { signFace } from './sign-face.ts';
import { SignKeeper } from './sign-keeper.ts';
import { Watchdog } from './watchdog.ts';

const DRAW_EVERY_MS = 1_000;
const ASK_EVERY_MS = 2_500;
const ANSWER_WITHIN_MS = 4_000;
/** A still picture burns in: the face moves on a small circle, a step a minute. */
const SHIFT_EVERY_MS = 60_000;
const SHIFTS = [
  [0, 0],
  [1, 0],
  [1, 1],
  [0, 1],
  [-1, 1],
  [-1, 0],
  [-1, -1],
  [0, -1],
] as const;

const clock = { wallMs: () => Date.now(), monoMs: () => performance.now() };
const face = place('sign');
const layout = parseSignMessage(place('initial').textContent ?? '');
if (!layout) throw new Error('the page was written by another version of this program');

const { sign } = layout;
const address = `/api/v1/signs/${sign}`;
const key = location.hash.slice(1);
const keeper = new SignKeeper(clock, layout);
const watchdog = new Watchdog({
  monoMs: clock.monoMs,
  isServed: async () => (await asked(location.pathname))?.ok ?? false,
  reload: () => location.reload(),
});
let shown = keeper.tokens().join(' ');
let shownSinceMs = clock.monoMs();

addEventListener('error', () => watchdog.fail());
addEventListener('unhandledrejection', () => watchdog.fail());
new Worker(new URL('heart.ts', import.meta.url), { type: 'module' }).addEventListener(
  'message',
  () => void watchdog.beat(),
);
draw();
setInterval(draw, DRAW_EVERY_MS);
setInterval(shift, SHIFT_EVERY_MS);
addEventListener('online', () => void askNow());
void askForEver();

function place(id: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(`#${id}`);
  if (!found) throw new Error(`the page has no #${id}`);
  return found;
}

function draw(): void {
  const rows = keeper.rows();
  document.body.className = keeper.message.brightness;
  patchChildren(face, signFace(keeper.message, rows));
  for (const [at, element] of [...face.querySelectorAll('.row')].entries()) {
    holdFor(element.querySelector('.value'), rows[at]?.holdsForMs ?? 0);
  }
  const tokens = keeper.tokens().join(' ');
  if (tokens !== shown) {
    shown = tokens;
    shownSinceMs = clock.monoMs();
    void report();
  }
  watchdog.drawn();
}

function shift(): void {
  const [x, y] = SHIFTS[Math.floor(clock.monoMs() / SHIFT_EVERY_MS) % SHIFTS.length] ?? [0, 0];
  face.style.setProperty('--shift-x', String(x));
  face.style.setProperty('--shift-y', String(y));
}

/** Never rejects: a server that cannot be reached is weather. */
async function asked(path: string, init: RequestInit = {}): Promise<Response | undefined> {
  const [answer] = await Promise.allSettled([
    fetch(path, { cache: 'no-store', signal: AbortSignal.timeout(ANSWER_WITHIN_MS), ...init }),
  ]);
  return answer.status === 'fulfilled' ? answer.value : undefined;
}

async function askForEver(): Promise<void> {
  for (;;) {
    await askNow();
    await report();
    await new Promise((resolve) => {
      setTimeout(resolve, ASK_EVERY_MS);
    });
  }
}

async function askNow(): Promise<void> {
  const at = keeper.ask();
  const answer = await asked(address);
  if (!answer?.ok) return;
  const [text] = await Promise.allSettled([answer.text()]);
  const message = text.status === 'fulfilled' ? parseSignMessage(text.value) : undefined;
  if (message?.sign === sign && keeper.hear(message, at)) draw();
}

/** What is really shown, to the operators; a page without a key is nobody's sign. */
async function report(): Promise<void> {
  if (key === '') return;
  const sinceMs = Math.round(clock.monoMs() - shownSinceMs);
  const body = JSON.stringify({ serial: keeper.serial, rows: keeper.tokens(), sinceMs, key });
  const headers = { 'content-type': 'application/json' };
  await asked(`${address}/shown`, { method: 'POST', headers, body });
}
