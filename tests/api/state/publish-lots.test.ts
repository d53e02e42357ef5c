import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { LotMessage } from '#contract/messages.ts';
import { SignMessage } from '#contract/sign-message.ts';
import type { Site } from '#contract/site-check.ts';
import { featureSchemas } from '#contract/site.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { SignBoard } from '#api/signs/sign-board.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import { PublishedTopics } from '#api/state/published-topics.ts';
import { startLotPublisher } from '#api/state/publish-lots.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { openTestBroker } from '../../support/test-broker.ts';
import { until } from '../../support/until.ts';

const SIGN = featureSchemas.sign.parse({
  type: 'Feature',
  geometry: { type: 'Point', coordinates: [127, 35] },
  properties: {
    kind: 'sign',
    id: 'sign-1',
    name: { ko: '입구' },
    rows: [{ lot: 'lot-1', arrow: 'ahead' }],
    positionQuality: 'surveyed',
  },
});

test('lots and signs are published with rising serials, and cleared when the site no longer has them', async () => {
  using temp = openTempFolder();
  writeSmallSite(temp.path, { lots: 2, baysPerLot: 3 });
  const read = readSiteFolder(temp.path);
  const site: Site = { ...read, signs: [SIGN] };
  await using broker = await openTestBroker(
    { api: 'api', board: 'reader', 'sign-1': 'sign' },
    { siteId: site.header.site },
  );
  const [board, sign] = [await broker.connect('board'), await broker.connect('sign-1')];
  const heard = new Map<string, string[]>();
  for (const client of [board, sign]) {
    client.on('message', (path, bytes) => {
      heard.set(path, [...(heard.get(path) ?? []), bytes.toString()]);
    });
  }
  await board.subscribeAsync('binjari/v1/small/lot/+', { qos: 1 });
  await sign.subscribeAsync('binjari/v1/small/sign/sign-1', { qos: 1 });
  await sign.subscribeAsync('binjari/v1/small/sign/sign-1/text', { qos: 1 });
  const lots = (lot: string) =>
    (heard.get(`binjari/v1/small/lot/${lot}`) ?? [])
      .filter((text) => text !== '')
      .map((text) => LotMessage.parse(JSON.parse(text)));
  const signs = () =>
    (heard.get('binjari/v1/small/sign/sign-1') ?? [])
      .filter((text) => text !== '')
      .map((text) => SignMessage.parse(JSON.parse(text)));

  const secret = broker.secretOf('api');
  const link = openMqttLink({
    url: broker.broker.mqttUrl,
    id: 'api',
    secret,
    clock: systemClock,
    log: silentLog,
  });
  const clock = systemClock;
  const publishedPath = `${temp.path}/published.json`;
  const live = openLiveState({ site, clock });
  const published = new PublishedTopics(publishedPath, clock.wallMs(), silentLog);
  const signBoard = new SignBoard({
    site,
    closedLots: new Set(),
    liveState: live,
    sensors: { all: () => [] },
    controlsOf: () => [],
    nextSerial: () => published.nextSerial(),
    clock,
  });
  const options = { link, liveState: live, board: signBoard, published, clock, log: silentLog };
  const first = startLotPublisher({ ...options, site });
  await until(() => lots('lot-1').length > 0 && lots('lot-2').length > 0 && signs().length > 0);
  expect(lots('lot-1')[0]).toMatchObject({ vacant: null, observedAt: null, simulated: true });
  expect(signs()[0]?.rows[0]).toMatchObject({
    names: ['시험 주차장 1'],
    show: { kind: 'parking' },
  });

  const gateway = site.gateways[0]?.properties.id as never;
  const now = clock.wallMs();
  live.hearSnapshot(
    gateway,
    1,
    {
      v: 1,
      journal: 'a'.repeat(32) as never,
      held: ['a'.repeat(32) as never],
      seq: 1,
      line: 'line-1' as never,
      publishedAt: now,
      simulated: true,
      bays: site.bays.slice(0, 3).map(({ properties }) => ({
        bay: properties.id,
        state: 'vacant',
        sensedAt: now,
        ageMs: 0,
        confidence: 1,
      })),
    },
    { retained: false, receivedMonoMs: clock.monoMs() },
  );
  live.announce();
  await until(() => lots('lot-1').at(-1)?.vacant === 2);
  await until(() => signs().at(-1)?.rows[0]?.show.kind === 'number');
  const texts = () => heard.get('binjari/v1/small/sign/sign-1/text') ?? [];
  await until(() => texts().at(-1) === '↑시험 주차장 1      2');
  expect(texts()[0]).toBe('↑시험 주차장 1      P');
  // Who subscribes late is given the layout, and nothing to count on.
  await sign.unsubscribeAsync('binjari/v1/small/sign/sign-1/text');
  const before = texts().length;
  await sign.subscribeAsync('binjari/v1/small/sign/sign-1/text', { qos: 1 });
  await until(() => texts().length > before);
  expect(texts()[before]).toBe('↑시험 주차장 1      P');
  const serials = [...lots('lot-1'), ...signs()].map(({ serial }) => serial);
  await first.close();

  const smaller: Site = { ...site, lots: site.lots.slice(0, 1), signs: [] };
  const second = startLotPublisher({ ...options, site: smaller });
  await until(() => heard.get('binjari/v1/small/lot/lot-2')?.at(-1) === '');
  await until(() => heard.get('binjari/v1/small/sign/sign-1')?.at(-1) === '');
  await until(() => heard.get('binjari/v1/small/sign/sign-1/text')?.at(-1) === '');
  const greatest = Math.max(...serials);
  await until(() => (lots('lot-1').at(-1)?.serial ?? 0) > greatest);
  await second.close();
  signBoard.close();
  live.close();
  await link.close();
  const kept: unknown = JSON.parse(readFileSync(publishedPath, 'utf8'));
  expect(kept).toMatchObject({ lots: ['lot-1'], signs: [] });
});

test('a publisher whose list is damaged starts a new one above all earlier serials', async () => {
  using temp = openTempFolder();
  writeSmallSite(temp.path, { lots: 1, baysPerLot: 1 });
  const publishedPath = `${temp.path}/published.json`;
  writeFileSync(publishedPath, '{"serial":');
  const sent: number[] = [];
  const site = readSiteFolder(temp.path);
  const clock = systemClock;
  const live = openLiveState({ site, clock });
  const publisher = startLotPublisher({
    site,
    link: {
      connected: true,
      publish: async (_name, _keys, payload) => {
        if (typeof payload === 'object' && 'serial' in payload) sent.push(Number(payload.serial));
      },
      clearRetained: async () => undefined,
      onUp: () => undefined,
    },
    liveState: live,
    board: { message: () => undefined, onChanged: () => () => undefined },
    published: new PublishedTopics(publishedPath, clock.wallMs(), silentLog),
    clock,
    log: silentLog,
  });
  const serial = await until(() => sent[0]);
  expect(serial).toBeGreaterThan(1_700_000_000_000);
  await publisher.close();
  live.close();
});
