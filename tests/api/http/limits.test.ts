import { connect } from 'node:net';
import { Agent, get } from 'node:http';
import { afterEach, describe, expect, test } from 'vitest';
import { WebSocket } from 'ws';
import { RequestBudget } from '#api/http/request-budget.ts';
import { Turnstile } from '#api/http/turnstile.ts';
import { TryLaterError } from '#api/try-later.ts';
import { until } from '../../support/until.ts';
import { LivePage } from '../live/live-page.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet, StreetOptions } from './served-street.ts';

let open: ServedStreet | undefined;
let street: ServedStreet;
const sockets: WebSocket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.terminate();
  await open?.[Symbol.asyncDispose]();
  open = undefined;
});
const start = async (options: StreetOptions = {}) => {
  street = await serveStreet(options);
  open = street;
};

/** One request on a connection that is kept. */
const askOn = async (agent: Agent, path: string) =>
  new Promise<number>((resolve) => {
    get(`${street.url}${path}`, { agent }, (answer) => {
      answer.resume();
      answer.once('end', () => resolve(answer.statusCode ?? 0));
    }).once('error', () => resolve(-1));
  });

async function openLive(): Promise<WebSocket | number> {
  const socket = new WebSocket(`${street.url.replace('http', 'ws')}/api/v1/live`);
  sockets.push(socket);
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket));
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
    socket.on('error', () => undefined);
  });
}

describe('requests', () => {
  test('of one who floods are refused, then cut off; a neighbour at the same address goes on', async () => {
    await start({ config: { requestsPerSecond: 2 } });
    const flooding = new Agent({ keepAlive: true, maxSockets: 1 });
    const calm = new Agent({ keepAlive: true, maxSockets: 1 });
    expect(await askOn(calm, '/api/v1/lots')).toBe(200);
    const statuses: number[] = [];
    const wasCut = await until(
      async () => {
        const status = await askOn(flooding, '/healthz');
        statuses.push(status);
        return status === -1;
      },
      { everyMs: 0 },
    );
    expect(wasCut).toBe(true);
    const of = (status: number) => statuses.filter((each) => each === status).length;
    expect(of(200)).toBeGreaterThanOrEqual(20);
    expect(of(429)).toBeGreaterThanOrEqual(100);
    expect(await askOn(calm, '/api/v1/lots')).toBe(200);
    const { headers } = { headers: { authorization: `Bearer ${street.token}` } };
    const metrics = await (await fetch(`${street.url}/metrics`, { headers })).text();
    expect(metrics).toMatch(/binjari_requests_total\{what="refused"\} [1-9]/);
    flooding.destroy();
    calm.destroy();
  });

  test('say when to come again', async () => {
    await start({ config: { requestsPerSecond: 1 } });
    let answer = await fetch(`${street.url}/healthz`);
    for (let n = 0; n < 40 && answer.status === 200; n += 1) {
      await answer.text();
      answer = await fetch(`${street.url}/healthz`);
    }
    expect([answer.status, answer.headers.get('retry-after')]).toEqual([429, '1']);
    expect(await answer.json()).toMatchObject({ code: 'too_many_requests' });
  });

  test('through a proxy are told apart by client, and share no budget', () => {
    const budget = new RequestBudget(2);
    const socket = {} as never;
    const visit = { address: '192.0.2.1', isProxied: true };
    const spend = (traits: string) => budget.spend(1, socket, visit, traits, 0);
    for (let n = 0; n < 20; n += 1) spend('phone a');
    expect(() => spend('phone a')).toThrow(TryLaterError);
    expect(() => spend('phone b')).not.toThrow();
  });

  test('that cost much take turns, and one too many is told to come again', async () => {
    const turns = new Turnstile(2, 3);
    let [running, most] = [0, 0];
    const release: (() => void)[] = [];
    const work = async () => {
      running += 1;
      most = Math.max(most, running);
      await new Promise<void>((resolve) => void release.push(resolve));
      running -= 1;
    };
    const passed = Array.from({ length: 5 }, async () => turns.pass(work));
    await expect(turns.pass(work)).rejects.toMatchObject({ code: 'too_busy' });
    const letGo = setInterval(() => release.shift()?.(), 1);
    await Promise.all(passed);
    clearInterval(letGo);
    expect([most, running]).toEqual([2, 0]);
  });

  test('of a year by the hundred leave the present quick to have', async () => {
    await start();
    const year = '/api/v1/lots/full/history?from=2025-01-01T00:00:00Z&to=2026-01-01T00:00:00Z';
    const statuses = new Map<number, number>();
    const flood = Promise.all(
      Array.from({ length: 100 }, async () => {
        const answer = await fetch(`${street.url}${year}`);
        await answer.arrayBuffer();
        statuses.set(answer.status, (statuses.get(answer.status) ?? 0) + 1);
      }),
    );
    const agent = new Agent({ keepAlive: true });
    const tookMs: number[] = [];
    for (let n = 0; n < 20; n += 1) {
      const began = performance.now();
      expect(await askOn(agent, '/api/v1/lots')).toBe(200);
      tookMs.push(performance.now() - began);
    }
    await flood;
    agent.destroy();
    expect([...statuses.keys()].filter((status) => status !== 503)).toEqual([200]);
    process.stdout.write(
      `100 years asked at once: ${JSON.stringify([...statuses])}, lots meanwhile at most ${Math.round(Math.max(...tookMs))} ms\n`,
    );
  });
});

describe('live clients', () => {
  test('of one address are refused only in a crowd; they poll then, and read the same', async () => {
    await start({ config: { crowdFrom: 30, maxLiveClientsPerAddress: 10 } });
    for (let n = 0; n < 30; n += 1) expect(await openLive()).toBeInstanceOf(WebSocket);
    expect(await openLive()).toBe(503);
    street.liveState.set([['full-2', 'vacant']], 1_000);
    const page = await until(async () => {
      const answer = await fetch(`${street.url}/api/v1/live?channel=lots`);
      const snapshot = (await answer.json()) as { lots: { lot: string; observedAt: number }[] };
      return snapshot.lots.find(({ lot, observedAt }) => lot === 'full' && observedAt === 1_000);
    });
    expect(page).toEqual(street.serving.hub.snapshot('lots')?.lots?.[0]);
  });

  test('one who abuses among 200 at the same address is dropped alone', async () => {
    await start();
    const good = await Promise.all(Array.from({ length: 200 }, openLive));
    let closed = 0;
    for (const socket of good) {
      if (typeof socket === 'number') throw new Error('refused');
      socket.once('close', () => (closed += 1));
      socket.send('{"type":"watch","channels":[{"channel":"lots"}]}');
    }
    const bad = new LivePage(street.url, ['lots']);
    await bad.open();
    for (let n = 0; n < 1_000; n += 1) bad.socket?.ping();
    await bad.untilClosed();
    let heard = 0;
    for (const socket of good) {
      if (typeof socket !== 'number') socket.on('message', () => (heard += 1));
    }
    street.liveState.set([['full-2', 'vacant']], 1_000);
    await until(() => heard >= 200);
    expect(closed).toBe(0);
  });

  /** Bytes behind a proper handshake, and the code that the server closes with. */
  async function closeCodeFor(bytes: Buffer): Promise<number> {
    const { hostname, port } = new URL(street.url);
    const socket = connect(Number(port), hostname);
    const chunks: Buffer[] = [];
    socket.on('data', (chunk: Buffer) => chunks.push(chunk));
    socket.on('error', () => undefined);
    socket.write(
      'GET /api/v1/live HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n',
    );
    await until(() => Buffer.concat(chunks).includes('\r\n\r\n'));
    chunks.length = 0;
    socket.write(bytes);
    const frame = await until(() => {
      const all = Buffer.concat(chunks);
      const at = all.indexOf(0x88);
      return at !== -1 && all.length >= at + 4 && all.subarray(at);
    });
    socket.destroy();
    return frame.readUInt16BE(2);
  }
  const masked = (head: number[], payload: number[]) =>
    Buffer.from([head[0] ?? 0, 0x80 | payload.length, 0, 0, 0, 0, ...payload]);

  test.each([
    [
      'announces a gibibyte',
      Buffer.from([0x81, 0xff, 0, 0, 0, 0, 0x40, 0, 0, 0, 0, 0, 0, 0]),
      1009,
    ],
    ['is no UTF-8', masked([0x81], [0xff, 0xfe]), 1007],
    ['is compressed unasked', masked([0xc1], [0x01]), 1002],
    ['is not masked', Buffer.from([0x81, 0x01, 0x41]), 1002],
    ['has a reserved opcode', masked([0x83], []), 1002],
  ])('whose frame %s are shown out', async (_what, bytes, code) => {
    await start();
    expect(await closeCodeFor(bytes)).toBe(code);
    expect((await fetch(`${street.url}/healthz`)).status).toBe(200);
  });
});
