import type { Browser, Page } from 'playwright-core';
import type { Site } from '#contract/site-check.ts';
import { lendKoreanFont } from '../../tests/support/browser.ts';
import { until } from '../../tests/support/until.ts';
import { inventedCity } from '../invented-city.ts';
import { quantileOf, runsOf } from '../quantiles.ts';
import type { Figure, Report } from '../report.ts';
import { denseCity } from './dense-city.ts';
import { openMovingStreet } from './moving-street.ts';
import { notedOf, openPhone } from './phone.ts';

const CHANGES_PER_S = 200;

export interface Pace {
  readonly rounds: number;
  /** Of one panning. */
  readonly seconds: number;
  readonly cityBays: number;
}

/** How fluid the map is under a finger, and how soon a change is on it. */
export async function benchMap(browser: Browser, pace: Pace): Promise<readonly Report[]> {
  const city = inventedCity({ bays: pace.cityBays, baysPerLot: 100, baysPerGateway: 1_000 });
  return [
    await withPages(browser, denseCity(), pace, {
      bench: 'web, 5,000 bays on the screen',
      zoom: 1,
      bars: { 1: 55, 4: 25 },
    }),
    await withPages(browser, city, pace, {
      bench: `web, a city of ${pace.cityBays.toLocaleString('en')} bays`,
      zoom: 0,
      bars: { 4: 45 },
    }),
    await withPages(browser, city, pace, {
      bench: `web, all of the city of ${pace.cityBays.toLocaleString('en')} bays at once`,
      zoom: -4,
      bars: { 4: 45 },
    }),
  ];
}

interface Asked {
  readonly bench: string;
  /** Taps on the map's buttons, out where negative: bays are drawn from a zoom of 17. */
  readonly zoom: number;
  /** Frames a second by how many times slower the CPU is. */
  readonly bars: Readonly<Record<number, number>>;
}

async function withPages(browser: Browser, site: Site, pace: Pace, asked: Asked): Promise<Report> {
  await using street = await openMovingStreet(site);
  const figures: Figure[] = [];
  for (const [slower, atLeast] of Object.entries(asked.bars)) {
    const { page, close } = await openPhone(browser, { cpu: Number(slower) });
    try {
      const blank = await framesPerS(page, pace.seconds, `() => undefined`);
      await openMap(page, street.served.url, asked.zoom);
      const runs: number[] = [];
      for (let round = 0; round < pace.rounds; round += 1) {
        runs.push(await framesPerS(page, pace.seconds, DRAG));
      }
      const { median, spread } = runsOf(runs);
      figures.push({
        what: `panning, CPU ${slower} times slower`,
        value: median,
        spread,
        unit: 'frames/s',
        bare: blank,
        bar: { atLeast },
      });
      if (Number(slower) === 1 || asked.zoom <= 0) continue;
      figures.push(await deltaFigure(page, street.change, pace, Number(slower)));
    } finally {
      await close();
    }
  }
  const about = `phone, a finger that never rests, ${pace.rounds} times ${pace.seconds} s; bare: an empty page`;
  return { bench: asked.bench, about, figures };
}

async function deltaFigure(
  page: Page,
  change: (perSecond: number) => void,
  { seconds, rounds }: Pace,
  slower: number,
): Promise<Figure> {
  const before = (await notedOf(page)).deltaMs.length;
  change(CHANGES_PER_S);
  await framesPerS(page, seconds * rounds, `() => undefined`);
  change(0);
  const told = (await notedOf(page)).deltaMs.slice(before);
  if (told.length === 0) throw new Error('no change was told');
  return {
    what: `a change to pixels, p95 at ${CHANGES_PER_S} changes/s, CPU ${slower} times slower`,
    value: quantileOf(told, 0.95),
    spread: runsOf(told).spread,
    unit: 'ms',
    bar: { atMost: 100 },
  };
}

async function openMap(page: Page, url: string, zoom: number): Promise<void> {
  await page.goto(`${url}/m/market`);
  // Phones have one; to look for every letter in fonts without it takes most of a layout's time.
  await lendKoreanFont(page);
  await page.locator('.feed-live').waitFor();
  await page.locator('.leaflet-bays-pane canvas').waitFor({ state: 'attached' });
  const button = page.locator(`[data-action=${zoom > 0 ? 'in' : 'out'}]`);
  for (let tap = 0; tap < Math.abs(zoom); tap += 1) await button.click();
  if (zoom > 0) await until(async () => (await notedOf(page)).firstBayMs !== null);
  await page.waitForLoadState('networkidle');
}

/** Calls `step` of so many milliseconds since the beginning at each frame; frames a second. */
async function framesPerS(page: Page, seconds: number, step: string): Promise<number> {
  return page.evaluate<number>(`(async () => {
    const step = ${step};
    const from = performance.now();
    let frames = 0;
    while (performance.now() - from < ${1_000 * seconds}) {
      await new Promise(requestAnimationFrame);
      step(performance.now() - from);
      frames += 1;
    }
    step(undefined);
    return (1000 * frames) / (performance.now() - from);
  })()`);
}

/** Drags the map around in a circle of 60 pixels; undefined lets go. */
const DRAG = `(() => {
  const container = document.querySelector('.leaflet-container');
  const { left, top, width, height } = container.getBoundingClientRect();
  const [x, y] = [left + width / 2, top + height / 2];
  const say = (type, to, dx, dy) => to.dispatchEvent(new MouseEvent(type, {
    bubbles: true, cancelable: true, view: window, button: 0, buttons: 1, clientX: x + dx, clientY: y + dy,
  }));
  say('mousedown', container.querySelector('.leaflet-map-pane'), 0, 0);
  return (ms) => {
    if (ms === undefined) say('mouseup', document, 0, 0);
    else say('mousemove', document, 60 * Math.sin(ms / 300), 60 * Math.cos(ms / 300));
  };
})()`;
