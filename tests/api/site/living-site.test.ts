import { readdirSync, readlinkSync, writeFileSync } from 'node:fs';
import { basename } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { SensorsAnswer } from '#contract/http.ts';
import type { LotAnswer } from '#contract/http.ts';
import { LiveMessage } from '#contract/live.ts';
import { OverlaysAnswer, SiteCheckAnswer } from '#contract/site-change.ts';
import { SiteOverlay } from '#contract/site-overlay.ts';
import { changedSite } from '../../support/changed-site.ts';
import { until } from '../../support/until.ts';
import { JOURNAL, SITE, SiteRig } from './site-rig.ts';

let rig: SiteRig;
beforeEach(async () => {
  rig = await SiteRig.open();
});
afterEach(async () => rig[Symbol.asyncDispose]());

const bayIds = (lot: string, count = 16) =>
  Array.from({ length: count }, (_, at) => `${lot}-${at + 1}`);

/** Nothing for a file that was closed while the others were looked at. */
function targetOf(link: string): string[] {
  try {
    return [readlinkSync(link)];
  } catch {
    return [];
  }
}

describe('a new version of the site', () => {
  test('is in every answer at once, begins a new stream for those who watch, and clears what is gone', async () => {
    const watched: LiveMessage[] = [];
    const socket = new WebSocket(`${rig.url.replace('http', 'ws')}/api/v1/live`);
    socket.on('message', (data: Buffer) =>
      watched.push(LiveMessage.parse(JSON.parse(data.toString()))),
    );
    socket.on('open', () => {
      const channels = [{ channel: 'lots' }, { channel: 'lot:lot-2' }];
      socket.send(JSON.stringify({ type: 'watch', channels }));
    });
    await until(() => watched.filter(({ type }) => type === 'snapshot').length === 2);
    const streams = () => [...new Set(watched.map(({ stream }) => stream))];
    const before = await fetch(`${rig.url}/api/v1/bays`);
    const etag = before.headers.get('etag') ?? '';
    await until(() => rig.kept.has('lot/lot-2') && rig.kept.has('gateway/gw-2/site'));

    await rig.apply({ removedLots: ['lot-2'] });
    const after = await fetch(`${rig.url}/api/v1/bays`, { headers: { 'if-none-match': etag } });
    expect(after.status).toBe(200);
    expect((await rig.lots()).map(({ lot }) => lot)).toEqual(['lot-1']);
    expect((await fetch(`${rig.url}/api/v1/lots/lot-2`)).status).toBe(404);
    await until(() => streams().length === 2);
    const told = () => watched.filter(({ stream }) => stream === streams()[1]);
    await until(() => told().some(({ type }) => type === 'beat'));
    expect(told().find(({ type }) => type === 'snapshot')).toMatchObject({
      channel: 'lots',
      lots: [{ lot: 'lot-1' }],
    });
    const site = (await (await fetch(`${rig.url}/api/v1/site`)).json()) as { revision: string };
    expect(told().find(({ type }) => type === 'beat')).toMatchObject({ site: site.revision });
    socket.terminate();

    await until(() => rig.isCleared('lot/lot-2'));
    await until(
      () => rig.kept.get('gateway/gw-2/site') !== '' && rig.toldTo('gw-2').lines?.length === 0,
    );
    expect(rig.toldTo('gw-1').lines).toHaveLength(2);
    const late = await rig.broker.connect('gw-2', { clientId: 'gw-2' });
    const heard: string[] = [];
    late.on('message', (path) => heard.push(path));
    await late.subscribeAsync('binjari/v1/small/gateway/gw-2/site', { qos: 1 });
    // What the broker kept would have come before this is acknowledged.
    await late.publishAsync('binjari/v1/small/gateway/gw-2/observed', '{}', { qos: 1 });
    expect(heard).toEqual([]);
  });

  test('is kept in a file that has one writing connection, whoever has tables in it', () => {
    const open = readdirSync('/proc/self/fd').flatMap((fd) => targetOf(`/proc/self/fd/${fd}`));
    const isOurs = (path: string) => path.startsWith(rig.folder.path);
    expect(
      open.filter(isOurs).filter((path) => basename(path) === 'operations.sqlite'),
    ).toHaveLength(1);
  });

  test('keeps what is known of bays that stay, and knows nothing of one that another gateway has now', async () => {
    await rig.seeVacant('gw-1', bayIds('lot-1', 8));
    await until(async () => (await rig.lotOf('lot-1'))?.vacant === 7);
    await rig.apply({ removedBays: ['lot-1-3'], rewiredBays: { 'lot-1-4': 'gw-2' } });
    expect(await rig.lotOf('lot-1')).toMatchObject({ vacant: 5, sensedBays: 15, unknown: 9 });
    await until(() => rig.toldTo('gw-2').version === 2);
    // The old one's word counts no more.
    const sensedAt = Date.now();
    const record = { kind: 'bay', seq: 1, bay: 'lot-1-4', state: 'occupied', sensedAt };
    await rig.tell('gw-1', 'events', {
      journal: JOURNAL,
      held: [JOURNAL],
      firstHeld: 1,
      publishedAt: sensedAt,
      records: [{ ...record, cause: 'sensor', confidence: 1 }],
    });
    await until(() => rig.alarms.includes('ingest.record.unassigned'));
    expect(await rig.lotOf('lot-1')).toMatchObject({ vacant: 5 });
    await rig.seeVacant('gw-2', ['lot-1-4']);
    // Journals are known by their gateway: this one is the other's.
    expect(await rig.lotOf('lot-1')).toMatchObject({ vacant: 5 });
  });

  test('that has problems changes nothing; at a start, the last good one runs on', async () => {
    const broken = rig.first.replaceAll('"capacity":16', '"capacity":1');
    await expect(rig.post(`${SITE}/apply`, broken)).rejects.toThrow(/422.*invalid_site/);
    const checked = SiteCheckAnswer.parse(await rig.post(`${SITE}/check`, broken));
    expect(checked).toMatchObject({ diff: null, running: { version: 1 } });
    expect(checked.problems).toHaveLength(2);
    expect(await rig.lots()).toHaveLength(2);
    await rig.apply({ removedLots: ['lot-2'] });
    await rig.stop();
    writeFileSync(rig.siteFile, broken);
    await rig.start();
    expect(rig.alarms).toContain('site.file.unusable');
    await rig.stop();
    writeFileSync(rig.siteFile, rig.first.replace('"site":"small"', '"site":"large"'));
    await expect(rig.start()).rejects.toThrow(/siteFolder.*"small", which runs here/);
    writeFileSync(rig.siteFile, rig.first);
    await rig.start();
    expect(await rig.lots()).toHaveLength(1);
  });
});

describe('out of service', () => {
  const lay = async (change: object, more: object = {}) =>
    SiteOverlay.parse(
      await rig.post(`${SITE}/overlays`, JSON.stringify({ change, author: 'kim', ...more })),
    );
  const end = async ({ id }: SiteOverlay) => rig.post(`${SITE}/overlays/${id}/end?author=lee`);
  const countOf = (lot: LotAnswer | undefined) =>
    lot?.counts.reduce(
      (sum, { vacant, occupied, unknown }) => sum + vacant + occupied + unknown,
      0,
    );

  test('a bay is free nowhere, nor anything else, until it is taken back', async () => {
    await rig.seeVacant('gw-1', bayIds('lot-1', 8));
    await until(async () => (await rig.lotOf('lot-1'))?.vacant === 7);
    const overlay = await lay({ kind: 'bayOutOfService', bay: 'lot-1-5' }, { reason: 'roadworks' });
    const lot = await rig.lotOf('lot-1');
    expect(lot).toMatchObject({ vacant: 6, closedBays: 1, sensedBays: 16 });
    expect(countOf(lot)).toBe(15);
    const live = await (await fetch(`${rig.url}/api/v1/live?channel=lot:lot-1`)).json();
    expect(LiveMessage.parse(live)).toMatchObject({
      bays: expect.arrayContaining([
        expect.objectContaining({ bay: 'lot-1-5', state: 'unknown', closed: true }),
        expect.objectContaining({ bay: 'lot-1-6', state: 'vacant' }),
      ]) as unknown,
    });
    await until(() => rig.vacantTold('lot-1') === 6);
    const { sensors } = SensorsAnswer.parse(
      await rig.get('/api/v1/operator/sensors?state=maintenance'),
    );
    expect(sensors.map(({ bay }) => bay)).toEqual(['lot-1-5']);
    const { running } = SiteCheckAnswer.parse(await rig.post(`${SITE}/check`, rig.first));
    expect(running.overlays).toMatchObject([{ author: 'kim', reason: 'roadworks' }]);
    const without = changedSite(rig.first, { removedBays: ['lot-1-5'] });
    const { warnings } = SiteCheckAnswer.parse(await rig.post(`${SITE}/check`, without));
    expect(warnings).toEqual([expect.stringContaining('bay "lot-1-5", which this file')]);

    await rig.seeVacant('gw-1', bayIds('lot-1', 8));
    expect(await rig.lotOf('lot-1')).toMatchObject({ vacant: 6 });
    expect(OverlaysAnswer.parse(await end(overlay)).overlays).toEqual([]);
    expect(await rig.lotOf('lot-1')).toMatchObject({ vacant: 7, closedBays: 0 });
  });

  test('a state that somebody saw holds over a restart, and not beyond its time', async () => {
    const seen = async (bay: string) => {
      const live = await (await fetch(`${rig.url}/api/v1/live?channel=lot:lot-1`)).json();
      const message = LiveMessage.parse(live);
      return 'bays' in message ? message.bays?.find((each) => each.bay === bay) : undefined;
    };
    const soon = Date.now() + 2_000;
    const correct = async (bay: string, end: number) =>
      lay({ kind: 'bayState', bay, state: 'occupied' }, { until: new Date(end).toISOString() });
    await correct('lot-1-5', soon + 3_600_000);
    await correct('lot-1-6', soon);
    const before = await seen('lot-1-5');
    expect(before).toMatchObject({ state: 'occupied', corrected: true });
    await rig.stop();
    await until(() => Date.now() > soon);
    await rig.start();
    expect(await seen('lot-1-5')).toEqual(before);
    expect(await seen('lot-1-6')).toMatchObject({ state: 'unknown' });
    const { overlays } = OverlaysAnswer.parse(await rig.get(`${SITE}/overlays`));
    expect(overlays).toMatchObject([
      { author: 'kim', change: { kind: 'bayState', bay: 'lot-1-5', state: 'occupied' } },
    ]);
    // What the sensor says meanwhile is heard, and counts again when the word is taken back.
    await rig.seeVacant('gw-1', bayIds('lot-1', 8));
    await until(async () => (await rig.lotOf('lot-1'))?.vacant === 6);
    await end(overlays[0] as SiteOverlay);
    expect(await seen('lot-1-5')).toMatchObject({ state: 'vacant' });
    expect(await rig.lotOf('lot-1')).toMatchObject({ vacant: 7 });
  });

  test('a lot is closed on the page, has no number, and no sign leads there', async () => {
    await rig.seeVacant('gw-1', bayIds('lot-1'));
    await until(() => rig.vacantTold('lot-1') === 15);
    await until(() => rig.shown() === 'number');
    const overlay = await lay({ kind: 'lotOutOfService', lot: 'lot-1' });
    const never = { weekday: [], saturday: [], sunday: [], holiday: [] };
    expect(await rig.lotOf('lot-1')).toMatchObject({
      vacant: null,
      closedBays: 16,
      openHours: never,
    });
    await until(() => rig.shown() === 'closed' && rig.vacantTold('lot-1') === null);
    await end(overlay);
    expect(await rig.lotOf('lot-1')).toMatchObject({ vacant: 15, openHours: 'always' });
    await until(() => rig.shown() === 'number');
  });

  test('is asked for in full, of what there is', async () => {
    const wrong = lay({ kind: 'lotHours', lot: 'lot-1' });
    await expect(wrong).rejects.toThrow(/400.*openHours/);
    await expect(lay({ kind: 'bayOutOfService', bay: 'lot-9-1' })).rejects.toThrow(/no bay/);
    const past = { from: '2026-11-02T00:00:00Z', until: '2026-11-01T00:00:00Z' };
    const lot = { kind: 'lotOutOfService', lot: 'lot-1' };
    await expect(lay(lot, past)).rejects.toThrow(/later than from/);
  });
});
