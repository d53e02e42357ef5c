import type { Browser, BrowserContextOptions, Page } from 'playwright-core';
import { expect } from 'vitest';
import type { AccessRole, AccessScope } from '#contract/access.ts';
import type { HealthReason, HealthState } from '#contract/health.ts';
import type { GatewayId, JournalId, LineId } from '#contract/ids.ts';
import type { StatusMessage } from '#contract/messages.ts';
import type { Site } from '#contract/site-check.ts';
import { systemClock } from '#runtime/clock.ts';
import type { StreetOptions } from '../../api/http/served-street.ts';
import { signIn } from '../../api/operations/staff.ts';
import { launchBrowser } from '../../support/browser.ts';
import { servePage } from '../served-page.ts';
import type { ServedPage } from '../served-page.ts';

export const DESK = { viewport: { width: 1360, height: 850 } } as const;
export const PHONE = {
  viewport: { width: 390, height: 844 },
  isMobile: true,
  hasTouch: true,
} as const;

interface Visit {
  readonly role?: AccessRole;
  readonly scope?: 'site' | readonly string[];
  readonly options?: BrowserContextOptions;
  /** Waits for the page's heading before it acts. */
  readonly path: string;
}

/** A browser and the real server with a site, for who is logged in. */
export interface ConsoleRig extends AsyncDisposable {
  readonly browser: Browser;
  readonly served: ServedPage;
  /** Runs in a page of its own; whatever the page complains of is a failure. */
  inConsole(visit: Visit, act: (page: Page) => Promise<void>): Promise<void>;
  /** A gateway tells of one of its lines: all sensors are well but these. */
  tellHealth(gateway: string, line: string, bad?: BadSensors): void;
}

type BadSensors = Readonly<
  Record<string, { readonly state: HealthState; readonly reasons: readonly HealthReason[] }>
>;

let people = 0;

export async function openConsole(site?: Site, options: StreetOptions = {}): Promise<ConsoleRig> {
  const [browser, served] = await Promise.all([launchBrowser(), servePage(site, options)]);
  const { street } = served;
  const told = new Set<string>();
  const observing = setInterval(() => {
    for (const gateway of told)
      street.sensors.hearWord(gateway as GatewayId, Date.now(), systemClock.monoMs());
    for (const { lot } of street.liveState.lots()) street.liveState.observe(lot, Date.now());
  }, 1_000);
  return {
    browser,
    served,
    inConsole: async ({ role = 'operator', scope = 'site', options = DESK, path }, act) => {
      people += 1;
      const { cookie } = signIn(street, `person-${people}`, role, scope as AccessScope);
      const [name = '', value = ''] = cookie.split('=');
      // A bare headless browser says that its language is none that Intl knows.
      const context = await browser.newContext({ locale: 'en-GB', ...options });
      await context.addCookies([{ name, value, url: served.url }]);
      const complaints: string[] = [];
      const page = await context.newPage();
      page.on('pageerror', (error) => complaints.push(String(error)));
      page.on('console', (message) => {
        if (message.type() === 'error') complaints.push(message.text());
      });
      try {
        await page.goto(`${served.url}${path}`);
        await page.getByRole('heading', { level: 1 }).waitFor();
        await act(page);
        // What the server refuses is said by the browser itself; everything else is ours.
        expect(complaints.filter((text) => !/net::ERR_|status of (4|503)/.test(text))).toEqual([]);
      } finally {
        await context.close();
      }
    },
    tellHealth: (gateway, line, bad = {}) => {
      const found = served.site.gateways
        .find(({ properties }) => properties.id === gateway)
        ?.properties.lines.find(({ id }) => id === line);
      if (found === undefined) throw new Error(`no line ${gateway} ${line}`);
      const at = Date.now();
      told.add(gateway);
      street.gateways.hear(gateway as GatewayId, onlineOf(gateway as GatewayId, at), at, false);
      street.sensors.hearWord(gateway as GatewayId, at, systemClock.monoMs());
      const message = {
        v: 1,
        line: line as LineId,
        publishedAt: at,
        simulated: true,
        lineFaultSince: null,
        sensors: found.sensors.map(({ id, bay }) => {
          const { state, reasons } = bad[bay] ?? { state: 'ok', reasons: [] };
          return {
            sensor: id,
            bay,
            state,
            reasons: [...reasons],
            since: at - 600_000,
            counters: COUNTERS,
          };
        }),
      } as const;
      street.sensors.hear(gateway as GatewayId, message, at, false);
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(observing);
      await browser.close();
      await served[Symbol.asyncDispose]();
    },
  };
}

const JOURNAL = 'a'.repeat(32) as JournalId;
const onlineOf = (gateway: GatewayId, publishedAt: number): StatusMessage => ({
  v: 1,
  state: 'online',
  gateway,
  journal: JOURNAL,
  held: [JOURNAL],
  software: 'test',
  simulated: true,
  startedAt: publishedAt,
  publishedAt,
  unsettled: 0,
  lines: [],
});

const COUNTERS = {
  frames: 12_000,
  misses: 3,
  crcErrors: 1,
  resets: 0,
  supplyMv: 4_980,
  temperatureC: 12.5,
  lastSeq: 400,
} as const;
