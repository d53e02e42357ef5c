import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { LotsAnswer, LotOneAnswer } from '#contract/http.ts';
import { HOUR_MS, isoOf } from '#contract/time.ts';
import type { LotId } from '#contract/ids.ts';
import type { Route } from '#api/http/route.ts';
import { askExample, exampleRequest } from './example-requests.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet({ deliver: async () => ({ delivered: true, detail: 'status 204' }) });
});
afterAll(async () => street[Symbol.asyncDispose]());

const ask = async (path: string, headers: Record<string, string> = {}, method = 'GET') =>
  fetch(`${street.url}${path}`, { headers, method });

function valuesOf(media: string, text: string): unknown[] {
  if (media.startsWith('text/') || media === 'application/octet-stream') return [text];
  const bodies = media === 'application/x-ndjson' ? text.split('\n').filter(Boolean) : [text];
  return bodies.map((body) => JSON.parse(body) as unknown);
}

/** Pages and passwords are for people; what changes the site is asked in tests/api/site. */
const isForTokens = ({ access, path, method }: Route): boolean =>
  access !== 'page' &&
  path !== '/api/v1/account/password' &&
  !(method === 'post' && path.startsWith('/api/v1/operator/site/'));

test('every route answers by its own schema, in each of its media types, and says simulated', async () => {
  const asked: string[] = [];
  const alarm = { alarm: 'disk_low', gateway: null, subject: 'data', cause: '3 % free' } as const;
  street.operations.alarmBook.look([{ ...alarm, since: 1_000 }]);
  for (const route of street.serving.routes.filter(isForTokens)) {
    for (const [media, schema] of Object.entries(route.media)) {
      const authorization = `Bearer ${street.token}`;
      const example = exampleRequest(street, route);
      const answer = await askExample(street, example, { accept: media, authorization });
      const text = await answer.text();
      expect([route.path, answer.status, text.slice(0, 200)]).toEqual([
        route.path,
        route.method === 'post' && /users|tokens/.test(route.path) ? 201 : 200,
        expect.any(String),
      ]);
      expect(answer.headers.get('content-type')).toContain(media);
      expect(answer.headers.get('binjari-simulated')).toBe('true');
      expect(answer.headers.get('x-powered-by')).toBeNull();
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
      for (const value of valuesOf(media, text)) schema.parse(value);
      asked.push(`${route.path} ${media}`);
    }
  }
  expect(asked.length).toBeGreaterThan(18);
});

describe('a lot', () => {
  const lotNow = async (id: string) => {
    const { lot } = LotOneAnswer.parse(await (await ask(`/api/v1/lots/${id}`)).json());
    return lot;
  };

  test('gives the vacant bays that any car may use, and says when they were observed', async () => {
    const now = Date.now();
    street.liveState.set(
      [
        ['full-1', 'vacant'],
        ['full-2', 'vacant'],
        ['full-3', 'occupied'],
        ['full-4', 'vacant'],
        ['full-5', 'unknown'],
        ['full-6', 'vacant'],
      ],
      now,
    );
    expect(await lotNow('full')).toMatchObject({
      vacant: 2,
      unknown: 1,
      state: 'live',
      sensedBays: 6,
      entrances: [{ positionQuality: 'surveyed' }],
    });
  });

  test('is delayed after 15 s and has no number at all after 60 s', async () => {
    street.liveState.observe('full', Date.now() - 20_000);
    expect(await lotNow('full')).toMatchObject({ vacant: 2, state: 'delayed' });
    street.liveState.observe('full', Date.now() - 61_000);
    const stale = await lotNow('full');
    expect(stale).toMatchObject({ vacant: null, state: 'noData', unknown: 4 });
    for (const { vacant, occupied } of stale.counts) expect([vacant, occupied]).toEqual([0, 0]);
    expect(stale.counts.reduce((sum, { unknown }) => sum + unknown, 0)).toBe(6);
  });

  test('without sensors has no live count, and with a counter what the counter says', async () => {
    expect(await lotNow('bare')).toMatchObject({ vacant: null, state: 'noLiveCount', counts: [] });
    expect(await lotNow('counted')).toMatchObject({ vacant: null, state: 'noData' });
    const now = Date.now();
    street.liveState.tell('counted', {
      vacant: 12,
      source: 'counter',
      sensedAt: now - 3_000,
      validUntil: now + 30_000,
    });
    expect(await lotNow('counted')).toMatchObject({ vacant: 12, state: 'live' });
  });

  test('of which only a band is told says the band, by whom and until when, and then no more', async () => {
    const now = Date.now();
    const told = { band: 'few', source: 'attendant', sensedAt: now - 3_000 } as const;
    for (const lot of ['counted', 'bare']) {
      street.liveState.tell(lot, { ...told, validUntil: now + 30_000 });
      expect(await lotNow(lot)).toMatchObject({
        vacant: null,
        state: 'live',
        fact: {
          band: 'few',
          source: 'attendant',
          sensedAt: new Date(now - 3_000).toISOString(),
          validUntil: new Date(now + 30_000).toISOString(),
        },
      });
      street.liveState.tell(lot, { ...told, validUntil: now });
      expect(await lotNow(lot)).toMatchObject({ vacant: null, fact: null });
    }
  });

  test('that the site does not have is a problem with its own code', async () => {
    for (const path of ['/api/v1/lots/nowhere', '/api/v1/lots/NO%20WHERE/history?from=x&to=y']) {
      const answer = await ask(path);
      expect(answer.headers.get('content-type')).toContain('application/problem+json');
      expect([400, 404]).toContain(answer.status);
    }
    expect(await (await ask('/api/v1/lots/nowhere')).json()).toMatchObject({
      code: 'unknown_lot',
      status: 404,
    });
  });

  test('is a GeoJSON feature where that is asked for', async () => {
    const answer = await ask('/api/v1/lots', { accept: 'application/geo+json' });
    expect(answer.headers.get('vary')).toContain('Accept');
    const { features } = (await answer.json()) as { features: { id: string }[] };
    expect(features.map(({ id }) => id)).toEqual(['full', 'counted', 'bare']);
    const plain = LotsAnswer.parse(await (await ask('/api/v1/lots')).json());
    expect(plain.lots.map(({ lot }) => lot)).toEqual(['full', 'counted', 'bare']);
  });
});

describe('what changes only with the site', () => {
  test.each([
    '/api/v1/map',
    '/api/v1/backdrop',
    '/api/v1/bays',
    '/api/v1/bays?lot=full',
    '/api/v1/site',
    '/openapi.json',
  ])('%s has a strong ETag for each encoding, and is not sent again', async (path) => {
    const etags = new Set<string>();
    for (const encoding of ['identity', 'gzip', 'br']) {
      const headers = { 'accept-encoding': encoding };
      const first = await ask(path, headers);
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[\w-]+"$/);
      etags.add(`${first.headers.get('content-encoding') ?? 'identity'} ${etag}`);
      JSON.parse(await first.text());
      const again = await ask(path, { ...headers, 'if-none-match': etag });
      expect(again.status).toBe(304);
      expect(again.headers.get('etag')).toBe(etag);
      expect(await again.text()).toBe('');
      expect((await ask(path, { ...headers, 'if-none-match': '"other"' })).status).toBe(200);
    }
    const names = [...etags].map((line) => line.split(' ')[1]);
    expect(new Set(names).size).toBe(etags.size);
  });

  test('travels as brotli to browsers, which name gzip first', async () => {
    const answer = await ask('/openapi.json', { 'accept-encoding': 'gzip, deflate, br, zstd' });
    expect(answer.headers.get('content-encoding')).toBe('br');
  });

  test('the map shows everything but gateways', async () => {
    const { features } = (await (await ask('/api/v1/map')).json()) as {
      features: { properties: { kind: string } }[];
    };
    const kinds = new Set(features.map(({ properties }) => properties.kind));
    expect([...kinds].toSorted()).toEqual(['backdrop', 'entrance', 'lot', 'market', 'sign']);
  });

  test('bays are those of the lot that was asked for', async () => {
    const of = async (query: string) =>
      ((await (await ask(`/api/v1/bays${query}`)).json()) as { features: unknown[] }).features
        .length;
    expect(await of('')).toBe(6);
    expect(await of('?lot=full')).toBe(6);
    expect(await of('?lot=bare')).toBe(0);
    expect((await ask('/api/v1/bays?lot=nowhere')).status).toBe(404);
    expect((await ask('/api/v1/bays?lots=full')).status).toBe(400);
  });
});

describe('history', () => {
  const firstHour = Date.UTC(2026, 10, 1);
  const history = async (lot: string, from: number | string, to: number | string) => {
    const asIso = (at: number | string) => (typeof at === 'number' ? isoOf(at) : at);
    const query = new URLSearchParams({ from: asIso(from), to: asIso(to) });
    return ask(`/api/v1/lots/${lot}/history?${query.toString()}`);
  };

  test('has one bucket an hour; what was not observed is null and covered by nothing', async () => {
    street.history.hours.push({
      lot: 'full' as LotId,
      hourAt: firstHour + HOUR_MS,
      occupiedBayMs: 2 * HOUR_MS,
      vacantBayMs: HOUR_MS,
      observedBayMs: 3 * HOUR_MS,
      arrivals: 4,
      departures: 5,
    });
    const answer = (await (await history('full', firstHour, firstHour + 3 * HOUR_MS)).json()) as {
      buckets: { from: string; occupancy: number | null; coverage: number; arrivals: number }[];
    };
    expect(answer.buckets.map(({ from }) => Date.parse(from))).toEqual([
      firstHour,
      firstHour + HOUR_MS,
      firstHour + 2 * HOUR_MS,
    ]);
    expect(answer.buckets.map(({ occupancy }) => occupancy)).toEqual([null, 2 / 3, null]);
    expect(answer.buckets.map(({ coverage }) => coverage)).toEqual([0, 3 / 5, 0]);
    expect(answer.buckets[1]).toMatchObject({
      arrivals: 4,
      departures: 5,
      occupiedBaySeconds: 7_200,
      vacantBaySeconds: 3_600,
      observedBaySeconds: 10_800,
    });
  });

  test('of a lot without sensors is covered by nothing', async () => {
    const answer = await (await history('bare', firstHour, firstHour + HOUR_MS)).json();
    expect(answer).toMatchObject({ sensedBays: 0, buckets: [{ occupancy: null, coverage: 0 }] });
  });

  test('takes whole hours in any offset, at most 366 days, in the order of time', async () => {
    const seoul = await history('full', '2026-11-22T09:00:00+09:00', '2026-11-22T10:00:00+09:00');
    expect(seoul.status).toBe(200);
    const day = 24 * HOUR_MS;
    expect((await history('full', firstHour, firstHour + 366 * day)).status).toBe(200);
    const wide = await history('full', firstHour, firstHour + 366 * day + HOUR_MS);
    expect(await wide.json()).toMatchObject({ status: 422, code: 'range_too_wide' });
    const half = await history('full', firstHour + 60_000, firstHour + HOUR_MS);
    expect(await half.json()).toMatchObject({ status: 400, errors: [{ at: 'from' }] });
    const backwards = await history('full', firstHour, firstHour);
    expect(await backwards.json()).toMatchObject({ status: 400, errors: [{ at: 'to' }] });
    const missing = await ask('/api/v1/lots/full/history?from=2026-11-22T09:00:00Z');
    expect(await missing.json()).toMatchObject({ status: 400, errors: [{ at: 'to' }] });
  });

  test('says that it is being rebuilt and when to ask again', async () => {
    street.history.rebuilding = true;
    const answer = await history('full', firstHour, firstHour + HOUR_MS);
    street.history.rebuilding = false;
    expect(answer.status).toBe(503);
    expect(answer.headers.get('retry-after')).toBe('5');
    expect(await answer.json()).toMatchObject({ code: 'view_not_ready' });
  });
});
