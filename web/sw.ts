import { keepingOf, keyOf } from './worker/keeping.ts';

// The page offline: its files, the last page of each market, the map. Numbers are never kept: a
// page from here says how old it is, and shows none. Both names are put in by the build.
declare const BUILT_FILES: readonly string[];
declare const BUILT_VERSION: string;

/** As much of a service worker's scope as is needed here; the DOM's types do not know it. */
interface WorkerScope {
  readonly location: Location;
  readonly clients: { claim(): Promise<void> };
  skipWaiting(): Promise<void>;
  addEventListener(type: 'install' | 'activate', listener: (event: LifeEvent) => void): void;
  addEventListener(type: 'fetch', listener: (event: AskedEvent) => void): void;
}
interface LifeEvent extends Event {
  waitUntil(promise: Promise<unknown>): void;
}
interface AskedEvent extends LifeEvent {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}

const scope = globalThis as unknown as WorkerScope;
const FILES = `binjari-files-${BUILT_VERSION}`;
const PAGES = 'binjari-pages';
const KEPT_PAGES = 40;
/** A network that has not answered by then is as good as none. */
const PATIENCE_MS = 6_000;

scope.addEventListener('install', (event) => event.waitUntil(install()));
scope.addEventListener('activate', (event) => event.waitUntil(activate()));
scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const url = new URL(request.url);
  const keeping = keepingOf(request.method, url, scope.location.origin);
  if (keeping === 'first') event.respondWith(fileOf(request));
  else if (keeping === 'whenAway') event.respondWith(newestOf(request, keyOf(url)));
});

async function install(): Promise<void> {
  const files = await caches.open(FILES);
  await files.addAll([...BUILT_FILES]);
  await scope.skipWaiting();
}

async function activate(): Promise<void> {
  const names = await caches.keys();
  const old = names.filter((name) => name.startsWith('binjari-files-') && name !== FILES);
  await Promise.all(old.map(async (name) => caches.delete(name)));
  await scope.clients.claim();
}

async function fileOf(request: Request): Promise<Response> {
  return (await caches.match(request)) ?? fetch(request);
}

/** Rejects, as the network does, where nothing is kept either. */
async function newestOf(request: Request, key: string): Promise<Response> {
  try {
    const answer = await fetch(request, { signal: AbortSignal.timeout(PATIENCE_MS) });
    if (answer.ok && !answer.redirected) await keep(key, answer.clone());
    return answer;
  } catch (error) {
    const kept = await (await caches.open(PAGES)).match(key);
    if (kept) return kept;
    throw error;
  }
}

/** A full store keeps nothing more, and the page works all the same. */
async function keep(key: string, answer: Response): Promise<void> {
  const pages = await caches.open(PAGES);
  await Promise.allSettled([pages.put(key, answer)]);
  const keys = await pages.keys();
  const over = keys.slice(0, Math.max(0, keys.length - KEPT_PAGES));
  await Promise.all(over.map(async (each) => pages.delete(each)));
}
