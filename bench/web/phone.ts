import type { Browser, BrowserContextOptions, CDPSession, Page } from 'playwright-core';

/** A phone of today, upright. */
export const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  deviceScaleFactor: 2,
  isMobile: true,
  hasTouch: true,
  locale: 'ko-KR',
  serviceWorkers: 'block',
};

/** As slow as a slow phone on a slow network: the preset that Lighthouse calls mobile. */
export const SLOW = { cpu: 4, latencyMs: 150, bytesPerS: 200_000 } as const;

/** A page of its own, slowed down, that notes in `window.noted` what its reader would notice. */
export async function openPhone(
  browser: Browser,
  { cpu = 1, isSlowNetwork = false, ...options }: PhoneOptions = {},
): Promise<{ page: Page; cdp: CDPSession; close: () => Promise<void> }> {
  const context = await browser.newContext({ ...PHONE, ...options });
  const page = await context.newPage();
  const cdp = await context.newCDPSession(page);
  await page.addInitScript(NOTE);
  await cdp.send('Emulation.setCPUThrottlingRate', { rate: cpu });
  if (isSlowNetwork) {
    await cdp.send('Network.enable');
    await cdp.send('Network.emulateNetworkConditions', {
      offline: false,
      latency: SLOW.latencyMs,
      downloadThroughput: SLOW.bytesPerS,
      uploadThroughput: SLOW.bytesPerS,
    });
  }
  return { page, cdp, close: async () => context.close() };
}

export interface PhoneOptions extends BrowserContextOptions {
  /** How many times slower than this machine. */
  readonly cpu?: number;
  readonly isSlowNetwork?: boolean;
}

/** What `NOTE` leaves in a page; times in milliseconds since the navigation. */
export interface Noted {
  /** The first shape that was filled on the canvas of bays. */
  readonly firstBayMs: number | null;
  readonly largestPaintMs: number;
  /** Of all long tasks what is above 50 ms. */
  readonly blockedMs: number;
  readonly shift: number;
  /** From a frame's arrival on the WebSocket to the first painting of bays after it. */
  readonly deltaMs: readonly number[];
}

const NOTE = `(() => {
  const noted = { firstBayMs: null, largestPaintMs: 0, blockedMs: 0, shift: 0, deltaMs: [] };
  window.noted = noted;
  const observe = (type, note) =>
    new PerformanceObserver((list) => list.getEntries().forEach(note)).observe({ type, buffered: true });
  observe('largest-contentful-paint', (entry) => { noted.largestPaintMs = entry.startTime; });
  observe('longtask', (entry) => { noted.blockedMs += Math.max(0, entry.duration - 50); });
  observe('layout-shift', (entry) => { if (!entry.hadRecentInput) noted.shift += entry.value; });
  let arrived = [];
  let isPainting = false;
  let inFrame = false;
  const ask = window.requestAnimationFrame.bind(window);
  window.requestAnimationFrame = (act) => ask((...how) => {
    inFrame = true;
    try { act(...how); } finally { inFrame = false; }
  });
  const { fill } = CanvasRenderingContext2D.prototype;
  CanvasRenderingContext2D.prototype.fill = function (...how) {
    if (!isPainting && this.canvas.parentElement?.classList.contains('leaflet-bays-pane')) {
      noted.firstBayMs ??= performance.now();
      isPainting = true;
      const told = arrived;
      arrived = [];
      // The frame that this belongs to is on its way when a task runs after it; no timer: those
      // wait behind everything else.
      const after = new MessageChannel();
      after.port1.onmessage = () => {
        after.port1.close();
        isPainting = false;
        const now = performance.now();
        for (const at of told) noted.deltaMs.push(now - at);
      };
      const note = () => after.port2.postMessage(null);
      if (inFrame) note(); else ask(note);
    }
    return fill.apply(this, how);
  };
  const Socket = window.WebSocket;
  window.WebSocket = class extends Socket {
    constructor(...how) {
      super(...how);
      this.addEventListener('message', ({ data }) => {
        if (data.startsWith('{"type":"delta"') && data.includes('"bays"')) arrived.push(performance.now());
      });
    }
  };
})()`;

export const notedOf = async (page: Page): Promise<Noted> => page.evaluate<Noted>('window.noted');
