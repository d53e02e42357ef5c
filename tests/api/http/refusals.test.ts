import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { Problem, problems } from '#contract/problem.ts';
import { ConfigError } from '#runtime/errors.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet();
});
afterAll(async () => street[Symbol.asyncDispose]());

const ask = async (path: string, init: RequestInit = {}) => fetch(`${street.url}${path}`, init);

const bearer = () => ({ headers: { authorization: `Bearer ${street.token}` } });

/** Every refusal is a problem whose status, title and code agree with the table of the contract. */
async function problemOf(answer: Response): Promise<Problem> {
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.headers.get('cache-control')).toBe('no-store');
  const problem = Problem.parse(await answer.json());
  expect(problem.status).toBe(answer.status);
  expect(problems[problem.code]).toEqual({ status: problem.status, title: problem.title });
  return problem;
}

/** What comes back for bytes that no HTTP client would send. */
async function answerTo(bytes: string): Promise<string> {
  const { hostname, port } = new URL(street.url);
  return new Promise((resolve, reject) => {
    const socket = connect(Number(port), hostname, () => socket.write(bytes));
    let heard = '';
    socket.on('data', (chunk) => {
      heard += chunk.toString('utf8');
    });
    socket.on('close', () => resolve(heard));
    socket.on('error', reject);
  });
}

describe('a refusal', () => {
  test('of an address that is not there names it', async () => {
    for (const path of ['/nothing', '/api/v1/nothing', '/etc/passwd', '/.env', '/__proto__']) {
      expect(await problemOf(await ask(path))).toMatchObject({ code: 'not_found', instance: path });
    }
  });

  test('of a method says which there are', async () => {
    const answer = await ask('/api/v1/lots', { method: 'DELETE' });
    expect(answer.headers.get('allow')).toBe('GET, HEAD, OPTIONS');
    expect((await problemOf(answer)).code).toBe('method_not_allowed');
    const rebuild = await ask('/api/v1/operator/rebuild');
    expect(rebuild.headers.get('allow')).toBe('POST, OPTIONS');
    expect((await problemOf(rebuild)).code).toBe('method_not_allowed');
  });

  test('of a representation says which there are', async () => {
    const problem = await problemOf(await ask('/api/v1/lots', { headers: { accept: 'text/csv' } }));
    expect(problem.code).toBe('not_acceptable');
    expect(problem.detail).toContain('application/geo+json');
  });

  test('of a body comes before it was all read', async () => {
    const answer = await ask('/api/v1/operator/rebuild', {
      method: 'POST',
      headers: { authorization: `Bearer ${street.token}` },
      body: 'x'.repeat(20_000),
    });
    expect((await problemOf(answer)).code).toBe('body_too_large');
  });

  test('of a query names each field that is wrong', async () => {
    const answer = await ask('/api/v1/lots/full/history?from=yesterday&until=now');
    const { errors } = await problemOf(answer);
    expect(errors?.map(({ at }) => at)).toEqual(expect.arrayContaining(['from', 'to']));
    for (const query of ['?lot=a&lot=b', '?__proto__=1', '?lot[]=full', '?lot=%00']) {
      const status = (await problemOf(await ask(`/api/v1/bays${query}`))).status;
      expect([400, 404]).toContain(status);
    }
  });

  test('of an address that cannot be decoded is the asker’s fault, not ours', async () => {
    expect((await problemOf(await ask('/api/v1/lots/%E0%A4%A'))).code).toBe('invalid_request');
  });

  test('of what is not HTTP, or too large to be, is a problem too', async () => {
    expect(await answerTo('how do you do\r\n\r\n')).toMatch(
      /^HTTP\/1\.1 400 .*"code":"invalid_request"/s,
    );
    const many = `GET / HTTP/1.1\r\nHost: x\r\nA: ${'a'.repeat(20_000)}\r\n\r\n`;
    expect(await answerTo(many)).toMatch(/^HTTP\/1\.1 431 .*"code":"headers_too_large"/s);
    const upgrade = 'Host: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n';
    expect(await answerTo(`GET /elsewhere HTTP/1.1\r\n${upgrade}`)).toMatch(/^HTTP\/1\.1 404 /);
    expect(await answerTo(`GET /api/v1/live HTTP/1.1\r\n${upgrade}`)).toMatch(
      /^HTTP\/1\.1 400 .*"code":"invalid_request"/s,
    );
  });

  test('of a port that is taken says which, and what to set', async () => {
    const httpPort = Number(new URL(street.url).port);
    const second = serveStreet({ config: { httpPort } });
    await expect(second).rejects.toThrow(ConfigError);
    await expect(second).rejects.toThrow(`port ${httpPort} of 127.0.0.1 is in use`);
    await expect(second).rejects.toThrow('BINJARI_HTTP_PORT');
  });
});

describe('other pages of the web', () => {
  test('may read what is public, with GET only', async () => {
    const answer = await ask('/api/v1/lots', { headers: { origin: 'https://shop.example' } });
    expect(answer.headers.get('access-control-allow-origin')).toBe('*');
    expect(answer.headers.get('access-control-allow-credentials')).toBeNull();
    const preflight = await ask('/api/v1/lots', { method: 'OPTIONS' });
    expect(preflight.status).toBe(204);
    expect(preflight.headers.get('access-control-allow-methods')).toBe('GET, HEAD');
  });

  test('read nothing of the operator’s, nor the page', async () => {
    for (const path of ['/api/v1/operator/gateways', '/']) {
      for (const method of ['GET', 'OPTIONS']) {
        const answer = await ask(path, { method, headers: { origin: 'https://shop.example' } });
        expect(answer.headers.get('access-control-allow-origin')).toBeNull();
      }
    }
  });
});

test('HEAD says what GET would, without a body', async () => {
  for (const path of ['/api/v1/lots', '/api/v1/map', '/healthz', '/docs']) {
    const [head, get] = [await ask(path, { method: 'HEAD' }), await ask(path)];
    expect([path, head.status]).toEqual([path, 200]);
    expect(await head.text()).toBe('');
    expect(head.headers.get('content-type')).toBe(get.headers.get('content-type'));
  }
});

describe('readiness', () => {
  test('names what is missing; a view that lags does not count', async () => {
    street.history.target = 9;
    expect(await (await ask('/readyz')).json()).toMatchObject({
      status: 'ready',
      checks: [
        { name: 'broker', ok: true },
        { name: 'log', ok: true },
        { name: 'ingest', ok: true },
        { name: 'history', detail: 'open' },
      ],
    });
    const whole = await ask('/api/v1/operator/readiness', bearer());
    expect(await whole.json()).toMatchObject({
      checks: [{}, {}, {}, { detail: '9 records behind' }],
    });
    street.world.brokerConnected = false;
    const broker = await problemOf(await ask('/readyz'));
    expect(broker).toMatchObject({ code: 'not_ready' });
    expect(broker.detail).toContain('broker: not connected');
    const [first, second] = broker.checks ?? [];
    expect([first?.ok, second?.ok]).toEqual([false, true]);
    expect(Date.parse(first?.since ?? '')).toBeGreaterThanOrEqual(Date.parse(second?.since ?? ''));
    street.world.brokerConnected = true;
    street.world.logFailing = true;
    expect((await problemOf(await ask('/readyz'))).detail).toContain('log: cannot be written');
    street.world.logFailing = false;
    expect((await ask('/readyz')).status).toBe(200);
    expect((await ask('/healthz')).status).toBe(200);
  });
});

test('metrics tell ingest, live clients, bays by state, the view’s lag and the event loop', async () => {
  await ask('/api/v1/lots');
  const text = await (await ask('/metrics', bearer())).text();
  for (const line of [
    'binjari_ingest_total{what="accepted"} 7',
    'binjari_ingest_total{what="deadLetters.invalid"} 2',
    'binjari_ingest_now{what="queueLength"} 1',
    'binjari_live_now{what="clients"} 0',
    'binjari_bays{state="unknown"} 6',
    'binjari_history_lag_records 9',
    'binjari_broker_connected 1',
  ]) {
    expect(text).toContain(line);
  }
  expect(text).toMatch(/binjari_event_loop_delay_seconds\{quantile="0.99"\} 0?\.?\d/);
  expect(text).toMatch(
    /binjari_http_requests_total\{path="\/api\/v1\/lots",method="GET",status="200"\} \d/,
  );
});
