import fc from 'fast-check';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { deadlines } from '#contract/deadlines.ts';
import { LiveSnapshot } from '#contract/live.ts';
import { until } from '../../support/until.ts';
import { serveStreet } from '../http/served-street.ts';
import type { ServedStreet, StreetOptions } from '../http/served-street.ts';
import { LivePage } from './live-page.ts';

let street: ServedStreet;
const pages: LivePage[] = [];
const start = async (options?: StreetOptions) => {
  street = await serveStreet(options);
};
const aPage = (channels: readonly string[] = ['lots', 'lot:full']) => {
  const page = new LivePage(street.url, channels);
  pages.push(page);
  return page;
};
afterEach(async () => {
  await Promise.all(pages.splice(0).map(async (page) => page.drop()));
  await street[Symbol.asyncDispose]();
});

const BAYS = ['full-1', 'full-2', 'full-3', 'full-4', 'full-5'];
const STATES = ['vacant', 'occupied', 'unknown'] as const;

/** What the page must hold when it has everything: the server's state, the resident's bay left out. */
const truth = () => ({
  lots: Object.fromEntries(
    street.liveState.lots().map(({ lot, counts, fact }) => [lot, { counts, fact }]),
  ),
  bays: Object.fromEntries(
    street.liveState
      .baysOf(LOT)
      .filter(({ bay }) => BAYS.includes(bay))
      .map((bay) => [bay.bay, bay]),
  ),
});
const LOT = 'full' as Parameters<ServedStreet['liveState']['baysOf']>[0];
const seen = (page: LivePage) => ({
  lots: Object.fromEntries(
    Object.values(page.lots()).map(({ lot, counts, fact }) => [lot, { counts, fact }]),
  ),
  bays: page.bays('full'),
});
const untilTrue = async (page: LivePage) =>
  until(() => JSON.stringify(sorted(seen(page))) === JSON.stringify(sorted(truth())), {
    withinMs: 5_000,
    everyMs: 5,
  });
const sorted = (held: ReturnType<typeof seen>) => ({
  lots: Object.entries(held.lots).toSorted(([a], [b]) => a.localeCompare(b)),
  bays: Object.entries(held.bays).toSorted(([a], [b]) => a.localeCompare(b)),
});

describe('a page that watches', () => {
  test('is told first how things are, then only what changed', async () => {
    await start();
    street.liveState.set([['full-2', 'occupied']], 1_000);
    const page = aPage();
    await page.open();
    await until(() => page.snapshots.length === 2);
    expect(page.snapshots[0]).toMatchObject({ channel: 'lots', simulated: true });
    expect(page.bays('full')['full-2']).toEqual({ bay: 'full-2', state: 'occupied', since: 1_000 });
    expect(Object.keys(page.bays('full'))).toEqual(BAYS);

    street.liveState.set([['full-3', 'vacant']], 2_000);
    await untilTrue(page);
    const told = page.deltas.find(({ channel }) => channel === 'lot:full');
    expect(told?.bays).toEqual([{ bay: 'full-3', state: 'vacant', since: 2_000 }]);
    expect(page.gaps).toEqual([]);
  });

  test('is told of changes close together in one frame', async () => {
    await start({ config: { coalesceMs: 100 } });
    const page = aPage();
    await page.open();
    await until(() => page.snapshots.length === 2);
    for (let at = 1; at <= 50; at += 1) {
      street.liveState.set([[BAYS[at % 5] ?? '', at % 2 ? 'vacant' : 'occupied']], at);
    }
    await untilTrue(page);
    expect(page.deltas.filter(({ channel }) => channel === 'lots').length).toBeLessThanOrEqual(2);
  });

  test('hears a beat at once and again, with the ages of sensed lots and the site’s revision', async () => {
    await start();
    street.liveState.set([['full-1', 'vacant']], 77_000);
    const page = aPage(['lots']);
    await page.open();
    const began = performance.now();
    await until(() => page.beats.length === 3, { withinMs: 3 * deadlines.beatEveryMs });
    expect(performance.now() - began).toBeGreaterThan(deadlines.beatEveryMs);
    const site = (await (await fetch(`${street.url}/api/v1/site`)).json()) as { revision: string };
    const last = page.beats.at(-1);
    expect(last).toMatchObject({ site: site.revision, stream: page.stream });
    expect(last?.observedAt).toEqual({ full: 77_000, counted: null });
    expect(Math.abs(Date.now() - (last?.at ?? 0))).toBeLessThan(2_000);
  });
});

describe('a page that comes back', () => {
  test('to the same stream gets the missing frames and no snapshot', async () => {
    await start();
    const page = aPage();
    await page.open();
    street.liveState.set([['full-1', 'vacant']], 1);
    await untilTrue(page);
    await page.drop();
    for (const at of [2, 3, 4]) {
      const { seq } = street.serving.hub.snapshot('lots') ?? { seq: 0 };
      street.liveState.set([['full-1', at % 2 ? 'vacant' : 'occupied']], at);
      // Each in a frame of its own: the numbers must be seen to go on.
      await until(() => street.serving.hub.snapshot('lots')?.seq === seq + 1);
    }
    const snapshots = page.snapshots.length;
    await page.open();
    await untilTrue(page);
    expect(page.snapshots.length).toBe(snapshots);
    expect(page.gaps).toEqual([]);
  });

  test('to another stream gets a snapshot', async () => {
    await start();
    const page = aPage(['lots']);
    await page.open();
    await until(() => page.snapshots.length === 1);
    await page.drop();
    page.stream = 'of-another-run';
    await page.open();
    expect(await until(() => page.snapshots[1])).toMatchObject({ channel: 'lots' });
  });

  test('with a number that was never given gets a snapshot', async () => {
    await start();
    const page = aPage(['lots']);
    await page.open();
    await until(() => page.snapshots.length === 1);
    page.send({ type: 'watch', stream: page.stream, channels: [{ channel: 'lots', seq: 999 }] });
    expect(await until(() => page.snapshots[1])).toMatchObject({ channel: 'lots', seq: 0 });
  });

  test('can poll instead, and resume from what it polled', async () => {
    await start();
    const page = aPage(['lots']);
    await page.open();
    street.liveState.set([['full-1', 'vacant']], 1);
    await untilTrue(aPageThatSees(page));
    const polled = LiveSnapshot.parse(await (await fetch(`${street.url}/api/v1/live`)).json());
    expect(polled).toMatchObject({ stream: page.stream, channel: 'lots', seq: 1 });
    const none = await fetch(`${street.url}/api/v1/live?channel=lot:nowhere`);
    expect(none.status).toBe(404);
  });
});

/** Lets a page that watches lots only be compared with the whole truth. */
function aPageThatSees(page: LivePage): LivePage {
  const full = street.liveState.baysOf(LOT).filter(({ bay }) => BAYS.includes(bay));
  page.held.set('lot:full', {
    seq: 0,
    lots: new Map(),
    bays: new Map(full.map((bay) => [bay.bay, bay])),
  });
  return page;
}

type Step =
  | { readonly do: 'change'; readonly bay: string; readonly state: (typeof STATES)[number] }
  | { readonly do: 'open' | 'drop'; readonly page: number }
  | { readonly do: 'rest' };

const step: fc.Arbitrary<Step> = fc.oneof(
  {
    weight: 6,
    arbitrary: fc.record({
      do: fc.constant('change' as const),
      bay: fc.constantFrom(...BAYS),
      state: fc.constantFrom(...STATES),
    }),
  },
  {
    weight: 3,
    arbitrary: fc.record({ do: fc.constantFrom('open', 'drop'), page: fc.nat({ max: 2 }) }),
  },
  { weight: 2, arbitrary: fc.record({ do: fc.constant('rest' as const) }) },
);

test('whatever changes and whoever comes, drops and resumes: all end with the server’s state, and no number is missing', async () => {
  await start({ config: { coalesceMs: 10 } });
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
      const mine = [aPage(), aPage(), aPage()];
      const isOpen = [false, false, false];
      let at = 1;
      for (const next of steps) {
        if (next.do === 'change') street.liveState.set([[next.bay, next.state]], (at += 1));
        else if (next.do === 'rest') {
          const watching = mine[isOpen.indexOf(true)];
          if (watching) await untilTrue(watching);
        } else if ((next.do === 'open') !== isOpen[next.page]) {
          isOpen[next.page] = next.do === 'open';
          await (next.do === 'open' ? mine[next.page]?.open() : mine[next.page]?.drop());
        }
      }
      for (const [which, page] of mine.entries()) {
        if (!isOpen[which]) await page.open();
        await untilTrue(page);
        expect(page.gaps).toEqual([]);
        await page.drop();
      }
    }),
    { numRuns: 40 },
  );
});

describe('a client that does not keep to the protocol is shown out', () => {
  test.each([
    ['is no JSON', '{', 1007, 'expected JSON'],
    ['is something else', '{"type":"hello"}', 1008, 'type'],
    [
      'names no channel',
      '{"type":"watch","channels":[{"channel":"all"}]}',
      1008,
      'channels.0.channel',
    ],
    ['has more in it', '{"type":"watch","channels":[],"x":1}', 1008, ''],
    ['is longer than 4 KiB', 'x'.repeat(5_000), 1009, ''],
  ])('whose message %s', async (_what, text, code, reason) => {
    await start();
    const page = aPage([]);
    await page.open();
    page.socket?.send(text);
    const closed = await page.untilClosed();
    expect(closed.code).toBe(code);
    expect(closed.reason).toContain(reason);
  });

  test('that sends bytes', async () => {
    await start();
    const page = aPage([]);
    await page.open();
    page.socket?.send(Buffer.of(1, 2, 3), { binary: true });
    expect((await page.untilClosed()).code).toBe(1003);
  });

  test.each(['watch', 'ping'])('that sends more than five a second: %s', async (kind) => {
    await start();
    const page = aPage([]);
    await page.open();
    for (let n = 0; n < 20; n += 1) {
      if (kind === 'ping') page.socket?.ping();
      else page.send({ type: 'watch', channels: [] });
    }
    const closed = await page.untilClosed();
    expect([1006, 1008]).toContain(closed.code);
  });

  test('is let in when it asks for 40 channels at once', async () => {
    await start();
    const page = aPage([]);
    await page.open();
    page.send({
      type: 'watch',
      stream: 'x'.repeat(40),
      channels: Array.from({ length: 40 }, (_, n) => ({
        channel: n === 0 ? 'lots' : `lot:${'l'.repeat(40)}`,
        seq: 1_000_000_000 + n,
      })),
    });
    await until(() => page.snapshots.length === 1);
    expect(page.closedWith).toBeUndefined();
  });
});

describe('the hub', () => {
  test('refuses one client more than it has room for, as a problem', async () => {
    await start({ config: { maxLiveClients: 2 } });
    await aPage().open();
    await aPage().open();
    const third = new WebSocket(`${street.url.replace('http', 'ws')}/api/v1/live`);
    const status = await new Promise((resolve) => {
      third.on('unexpected-response', (_request, response) => resolve(response.statusCode));
      third.on('error', () => undefined);
    });
    expect(status).toBe(503);
    third.terminate();
  });

  test('tells its clients to go when it stops, and listens to nothing any more', async () => {
    await start();
    const page = aPage();
    await page.open();
    await street.serving.close();
    expect((await page.untilClosed()).code).toBe(1001);
    expect(street.liveState.listeners).toBe(0);
    expect(street.serving.hub.counts.clients).toBe(0);
  });

  test('cuts a client off that does not answer a ping', async () => {
    await start({ liveLimits: { pingEveryMs: 100, pongWithinMs: 300 } });
    const page = aPage();
    await page.open();
    const deaf = aPage();
    await deaf.open();
    // Its end of the line stays open and reads nothing, so that it answers nothing.
    deaf.socket?.pause();
    await until(() => street.serving.hub.counts.cut === 1);
    expect(page.closedWith).toBeUndefined();
    deaf.socket?.resume();
    await deaf.untilClosed();
  });
});
