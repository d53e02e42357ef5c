import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Browser } from 'playwright-core';
import { LotsAnswer } from '#contract/http.ts';
import type { LotFact } from '#contract/event.ts';
import { startApi } from '#api/api.ts';
import { ApiConfig } from '#api/config.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { LivePage } from '../api/live/live-page.ts';
import { launchBrowser } from '../support/browser.ts';
import { aStreetFile } from '../api/http/street.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { openTestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';

const LOT = 'counted';
const GATEWAY = 'gateway-1';

let browser: Browser;
beforeAll(async () => {
  browser = await launchBrowser();
});
afterAll(async () => browser.close());

test('what a gateway says of a whole lot ends in log, API, WebSocket and page, and is gone when it is no longer valid', async () => {
  using temp = openTempFolder();
  writeFileSync(join(temp.path, 'site.geojson'), JSON.stringify(aStreetFile()));
  const site = readSiteFolder(temp.path);
  await using broker = await openTestBroker(
    { api: 'api', [GATEWAY]: 'gateway' },
    { siteId: site.header.site },
  );
  writeFileSync(join(temp.path, 'api.secret'), broker.secretOf('api'));
  const parts = { clock: systemClock, log: silentLog };
  const config = ApiConfig.parse({
    siteFolder: temp.path,
    dataFolder: join(temp.path, 'api'),
    httpPort: 0,
    brokerUrl: broker.broker.mqttUrl,
    secretFile: join(temp.path, 'api.secret'),
    historyEngine: 'memory',
  });
  const api = await startApi(config, parts);
  const secret = broker.secretOf(GATEWAY);
  const link = openMqttLink({ url: broker.broker.mqttUrl, id: GATEWAY, secret, ...parts });
  const keys = { site: site.header.site, gateway: GATEWAY as never };
  let settled = 0;
  const journal = 'd'.repeat(32) as never;
  link.subscribe('ack', keys, ({ payload }) => (settled = payload.settled[journal]?.seq ?? 0));
  const lotNow = async () => {
    const { lots } = LotsAnswer.parse(await (await fetch(`${api.url}/api/v1/lots`)).json());
    return lots.find(({ lot }) => lot === LOT);
  };
  const viewer = new LivePage(api.url, ['lots']);
  const page = await browser.newPage({ locale: 'en-GB' });
  try {
    await viewer.open();
    await page.goto(`${api.url}/?lang=en`);
    const card = page.locator(`#lot-${LOT}`);
    await page.locator('.feed-live').waitFor();
    expect(await card.textContent()).toContain('No live count');
    await until(() => link.connected);

    const say = async (fact: Pick<LotFact, 'seq' | 'vacant' | 'band' | 'validUntil'>) => {
      const record = { kind: 'lot', lot: LOT as never, source: 'counter', ...fact } as const;
      const sensedAt = Date.now() - 1_000;
      await link.publish('events', keys, {
        v: 1,
        journal,
        held: [journal],
        firstHeld: 1,
        publishedAt: Date.now(),
        records: [{ ...record, sensedAt }],
      });
      await until(() => settled === fact.seq);
    };

    await say({ seq: 1, vacant: 17, validUntil: Date.now() + 60_000 });
    expect(await lotNow()).toMatchObject({ vacant: 17, state: 'live', fact: { vacant: 17 } });
    await until(() => viewer.lots()[LOT]?.fact?.vacant === 17);
    await until(async () => (await card.textContent())?.includes('17 bays free'));

    const validUntil = Date.now() + 6_000;
    await say({ seq: 2, band: 'few', validUntil });
    const fact = { band: 'few', source: 'counter', validUntil: new Date(validUntil).toISOString() };
    expect(await lotNow()).toMatchObject({ vacant: null, state: 'live', fact });
    // One rendering serves all who ask within the same second.
    await until(async () => {
      const written = await (await fetch(`${api.url}/?lang=en`)).text();
      const item = written.slice(written.indexOf(`id="lot-${LOT}"`)).split('</li>')[0];
      return item?.includes('Few left');
    });
    await until(() => viewer.lots()[LOT]?.fact?.band === 'few');
    await until(async () => (await card.locator('.pin').textContent()) === 'Few left');

    await until(() => viewer.lots()[LOT]?.fact === null);
    expect(Date.now()).toBeGreaterThanOrEqual(validUntil);
    await until(async () => (await card.textContent())?.includes('No live count'), {
      withinMs: 2_000,
    });
    expect(await lotNow()).toMatchObject({ vacant: null, state: 'noData', fact: null });

    const token = readFileSync(join(temp.path, 'api', 'operator.token'), 'utf8').trim();
    const headers = { authorization: `Bearer ${token}` };
    const exported = await fetch(`${api.url}/api/v1/operator/export/records`, { headers });
    const logged = (await exported.text())
      .trim()
      .split('\n')
      .map((line) => (JSON.parse(line) as { record: LotFact }).record);
    expect(logged.map(({ kind, seq, lot }) => [kind, seq, lot])).toEqual([
      ['lot', 1, LOT],
      ['lot', 2, LOT],
    ]);
  } finally {
    await page.close();
    await viewer.drop();
    await link.close();
    await api.close();
  }
});
