import type { Browser } from 'playwright-core';
import { until } from '../../tests/support/until.ts';
import { readSeed } from '../../tests/web/served-page.ts';
import { runsOf } from '../quantiles.ts';
import type { Figure, Report } from '../report.ts';
import { openMovingStreet } from './moving-street.ts';
import { notedOf, openPhone, SLOW } from './phone.ts';

const MARKET = '/m/nambu';
const LOT = '#lot-nambu-riverside';
const KIB = 1_024;

interface View {
  readonly programKib: number;
  readonly dataKib: number;
  readonly firstPaintMs: number;
  readonly largestPaintMs: number;
  readonly blockedMs: number;
  readonly shift: number;
}

/** What a phone gets and sees that opens a market's page for the first time. */
export async function benchFirstView(browser: Browser, rounds: number): Promise<Report> {
  await using street = await openMovingStreet(readSeed());
  const { url } = street.served;
  const views: View[] = [];
  const readable: number[] = [];
  const bays: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    views.push(await view(browser, url));
    readable.push(await readableMs(browser, url));
    bays.push(await firstBayMs(browser, url));
  }
  const figure = (what: string, unit: string, of: readonly number[], atMost: number): Figure => ({
    what,
    unit,
    ...valueOf(of),
    bar: { atMost },
  });
  const each = (key: keyof View) => views.map((one) => one[key]);
  return {
    bench: 'web, first view',
    about: `${MARKET} on a phone, CPU ${SLOW.cpu} times slower, round trip ${SLOW.latencyMs} ms, 1.6 Mbit/s, ${rounds} rounds`,
    figures: [
      figure('page, style and program as sent', 'KiB', each('programKib'), 75),
      figure('data as sent', 'KiB', each('dataKib'), 15),
      figure('first contentful paint', 'ms', each('firstPaintMs'), 1_000),
      figure('first count readable, without JavaScript', 'ms', readable, 1_000),
      figure('largest contentful paint', 'ms', each('largestPaintMs'), 2_000),
      figure('time blocked', 'ms', each('blockedMs'), 150),
      figure('layout shift', '', each('shift'), 0.02),
      figure('first bay on the map, from the tap on a lot', 'ms', bays, 1_800),
    ],
  };
}

function valueOf(of: readonly number[]): Pick<Figure, 'value' | 'spread'> {
  const { median, spread } = runsOf(of);
  return { value: median, spread };
}

async function view(browser: Browser, url: string): Promise<View> {
  const { page, cdp, close } = await openPhone(browser, { cpu: SLOW.cpu, isSlowNetwork: true });
  const kinds = new Map<string, string>();
  let [program, data] = [0, 0];
  cdp.on('Network.responseReceived', ({ requestId, response }) => {
    kinds.set(requestId, response.mimeType);
  });
  cdp.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => {
    if (kinds.get(requestId)?.includes('json')) data += encodedDataLength;
    else program += encodedDataLength;
  });
  // What comes last: the style of what only acts need.
  const isWhole = page.waitForResponse(/\/assets\/sheet-/);
  // Whoever looks into the page from outside makes it work: nobody does before it is at rest.
  const isLive = new Promise((resolve) => {
    cdp.once('Network.webSocketFrameReceived', resolve);
  });
  try {
    await page.goto(`${url}${MARKET}`, { waitUntil: 'commit' });
    await Promise.all([isLive, isWhole]);
    await page.waitForLoadState('networkidle');
    const firstPaintMs = await page.evaluate<number>(
      `performance.getEntriesByName('first-contentful-paint')[0].startTime`,
    );
    const { largestPaintMs, blockedMs, shift } = await notedOf(page);
    const kib = { programKib: program / KIB, dataKib: data / KIB };
    return { ...kib, firstPaintMs, largestPaintMs, blockedMs, shift };
  } finally {
    await close();
  }
}

/** Without JavaScript the first paint holds the list, as the server has rendered it. */
async function readableMs(browser: Browser, url: string): Promise<number> {
  const options = { cpu: SLOW.cpu, isSlowNetwork: true, javaScriptEnabled: false };
  const { page, cdp, close } = await openPhone(browser, options);
  try {
    await cdp.send('Page.enable');
    await cdp.send('Page.setLifecycleEventsEnabled', { enabled: true });
    const from = performance.now();
    const painted = new Promise<number>((resolve) => {
      cdp.on('Page.lifecycleEvent', ({ name }) => {
        if (name === 'firstContentfulPaint') resolve(performance.now() - from);
      });
    });
    await page.goto(`${url}${MARKET}`);
    const ms = await painted;
    const text = await page.locator(LOT).innerText();
    if (!/\d+면/.test(text)) throw new Error(`${LOT} shows no count: ${text}`);
    return ms;
  } finally {
    await close();
  }
}

async function firstBayMs(browser: Browser, url: string): Promise<number> {
  const options = { cpu: SLOW.cpu, isSlowNetwork: true, reducedMotion: 'reduce' } as const;
  const { page, close } = await openPhone(browser, options);
  try {
    await page.goto(`${url}${MARKET}`);
    await page.locator('.feed-live').waitFor();
    await page.locator('.leaflet-bays-pane canvas').waitFor({ state: 'attached' });
    const from = await page.evaluate<number>('performance.now()');
    await page.locator(`${LOT} .lot-fold > summary`).click();
    await until(async () => (await notedOf(page)).firstBayMs !== null);
    return ((await notedOf(page)).firstBayMs ?? Number.NaN) - from;
  } finally {
    await close();
  }
}
