import { existsSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { HealthMessage } from '#contract/health.ts';
import { SensorsAnswer } from '#contract/http.ts';
import type { BayId, GatewayId, JournalId, LotId } from '#contract/ids.ts';
import { Stay } from '#contract/stay.ts';
import { systemClock } from '#runtime/clock.ts';
import { ConfigError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import { openOperatorToken } from '#api/http/operator-token.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet();
});
afterAll(async () => street[Symbol.asyncDispose]());

const bearer = () => ({ headers: { authorization: `Bearer ${street.token}` } });
const ask = async (path: string, method = 'GET') =>
  fetch(`${street.url}/api/v1/operator${path}`, { method, ...bearer() });
const linesOf = async (answer: Response) =>
  (await answer.text())
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);

function aStay(arrivedAt: number, bay = 'full-1'): Stay {
  return {
    bay: bay as BayId,
    lot: 'full' as LotId,
    arrivedAfter: arrivedAt,
    arrivedBefore: arrivedAt,
    departedAfter: arrivedAt + 1_000,
    departedBefore: arrivedAt + 1_000,
    bridged: false,
    anomalous: false,
    openLeft: false,
  };
}

describe('the operator interface', () => {
  test('is closed without the token, whatever is sent in its place', async () => {
    const paths = street.serving.routes.filter(
      ({ access }) => access !== 'public' && access !== 'page',
    );
    expect(paths.length).toBeGreaterThanOrEqual(15);
    for (const { path, method } of paths) {
      for (const authorization of [
        '',
        'Bearer',
        'Bearer x',
        `Basic ${street.token}`,
        `Bearer ${street.token}x`,
      ]) {
        const answer = await fetch(`${street.url}${path}`, {
          method: method.toUpperCase(),
          headers: { authorization },
        });
        expect(answer.status).toBe(401);
        expect(answer.headers.get('www-authenticate')).toContain('Bearer');
        expect(await answer.json()).toMatchObject({ code: 'not_authorised' });
      }
    }
  });

  test('exports stays of a range, or all there are', async () => {
    const hour = Date.UTC(2026, 10, 22, 1);
    street.history.stayRows = [aStay(0), aStay(hour), aStay(hour + 3_600_000)];
    const all = await ask('/export/stays');
    expect(all.headers.get('content-type')).toBe('application/x-ndjson');
    expect(all.headers.get('cache-control')).toBe('no-store');
    expect((await linesOf(all)).map((line) => Stay.parse(line).arrivedAfter)).toEqual([
      0,
      hour,
      hour + 3_600_000,
    ]);
    const range = new URLSearchParams({
      from: '2026-11-22T10:00:00+09:00',
      to: '2026-11-22T11:00:00+09:00',
    });
    expect(await linesOf(await ask(`/export/stays?${range.toString()}`))).toEqual([aStay(hour)]);
    expect(
      (await ask('/export/stays?from=2026-11-22T10:00:00Z&to=2026-11-22T09:00:00Z')).status,
    ).toBe(400);
  });

  test('exports when bays were observed, and the log in the order of its positions', async () => {
    street.history.spanRows = [{ bay: 'full-1' as BayId, from: 1, until: 5 }];
    expect(await linesOf(await ask('/export/observed'))).toEqual([
      { bay: 'full-1', from: 1, until: 5 },
    ]);
    for (let position = 1; position <= 1_234; position += 1) {
      street.eventLog.records.push({
        position,
        gateway: 'gateway-1' as GatewayId,
        journal: 'a'.repeat(32) as JournalId,
        journalOrder: 1,
        receivedAt: position,
        assigned: true,
        record: {
          kind: 'bay',
          seq: position,
          bay: 'full-1' as BayId,
          state: 'vacant',
          sensedAt: position,
          cause: 'sensor',
          confidence: 1,
        },
      });
    }
    const records = (await linesOf(await ask('/export/records'))) as { position: number }[];
    expect(records.map(({ position }) => position)).toEqual(
      Array.from({ length: 1_234 }, (_, at) => at + 1),
    );
  });

  test('shows which sensors lie, the worst first, and only those asked for', async () => {
    const gateway = 'gateway-1' as GatewayId;
    const states = ['ok', 'degraded', 'faulty', 'offline', 'maintenance', 'faulty'] as const;
    const message = HealthMessage.parse({
      v: 1,
      line: 'line-0',
      publishedAt: 1,
      simulated: true,
      lineFaultSince: null,
      sensors: states.map((state, n) => ({
        sensor: `node-${n}`,
        bay: `full-${n + 1}`,
        state,
        reasons: state === 'faulty' ? ['stuck_value'] : [],
        since: Date.UTC(2026, 10, 22),
        counters: {
          frames: 1,
          misses: 0,
          crcErrors: 0,
          resets: 0,
          supplyMv: null,
          temperatureC: null,
          lastSeq: null,
        },
      })),
    });
    street.sensors.hearWord(gateway, Date.now(), systemClock.monoMs());
    street.sensors.hear(gateway, message, Date.now(), false);
    const sensorsOf = async (query = '') =>
      SensorsAnswer.parse(await (await ask(`/sensors${query}`)).json()).sensors;
    expect((await sensorsOf()).map(({ sensor, state }) => `${sensor} ${state}`)).toEqual([
      'node-2 faulty',
      'node-5 faulty',
      'node-3 offline',
      'node-1 degraded',
      'node-4 maintenance',
      'node-0 ok',
    ]);
    const [worst] = await sensorsOf('?state=faulty&lot=full&gateway=gateway-1');
    expect(worst).toMatchObject({
      lot: 'full',
      reasons: ['stuck_value'],
      since: '2026-11-22T00:00:00.000Z',
    });
    expect(await sensorsOf('?lot=counted')).toEqual([]);
    expect(await sensorsOf('?gateway=gateway-2')).toEqual([]);
    expect((await ask('/sensors?state=broken')).status).toBe(400);
    const metrics = await (await fetch(`${street.url}/metrics`, bearer())).text();
    expect(metrics).toContain('binjari_sensors{state="faulty"} 2');
    expect(metrics).toContain('binjari_sensors{state="ok"} 1');
  });

  test('exports no faster than it is read, and stops when the reader goes', async () => {
    let produced = 0;
    let stopped = false;
    street.history.stayRows = {
      async *[Symbol.asyncIterator]() {
        try {
          for (; produced < 2_000_000; produced += 1) yield aStay(produced);
        } finally {
          stopped = true;
        }
      },
    };
    const { hostname, port } = new URL(street.url);
    const socket = connect(Number(port), hostname);
    socket.write(
      `GET /api/v1/operator/export/stays HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer ${street.token}\r\n\r\n`,
    );
    socket.pause();
    // What is taken before it stands still: the kernel's buffers, and no more.
    let before = 0;
    const stood = await until(
      () => {
        const isStill = produced === before && produced;
        before = produced;
        return isStill;
      },
      { everyMs: 200 },
    );
    expect(stood).toBeLessThan(200_000);
    socket.destroy();
    await until(() => stopped);
    street.history.stayRows = [];
  });

  test('cuts an export off that breaks midway: it must not look whole', async () => {
    street.history.stayRows = {
      async *[Symbol.asyncIterator]() {
        for (let at = 0; at < 5_000; at += 1) yield aStay(at);
        throw new Error('the disk is gone');
      },
    };
    const answer = await ask('/export/stays');
    expect(answer.status).toBe(200);
    await expect(answer.text()).rejects.toThrow('terminated');
    street.history.rebuilding = true;
    expect((await ask('/export/stays')).status).toBe(503);
    street.history.rebuilding = false;
    street.history.stayRows = [];
  });

  test('rebuilds the view once, and says how far it is to all who ask', async () => {
    let rebuilds = 0;
    let finish: () => void = () => undefined;
    street.history.target = 100;
    street.history.onRebuild = async () => {
      rebuilds += 1;
      await new Promise<void>((resolve) => {
        finish = resolve;
      });
      street.history.position = 100;
    };
    const both = [ask('/rebuild', 'POST'), ask('/rebuild', 'POST')];
    const texts = Promise.all((await Promise.all(both)).map(linesOf));
    finish();
    for (const lines of await texts) {
      expect(lines[0]).toMatchObject({ target: 100, done: false });
      expect(lines.at(-1)).toEqual({ position: 100, target: 100, done: true });
    }
    expect(rebuilds).toBe(1);
    street.history.onRebuild = async () => {
      throw new Error('no space');
    };
    const failed = await linesOf(await ask('/rebuild', 'POST'));
    expect(failed.at(-1)).toMatchObject({ done: false, failed: 'no space' });
  });

  test('tells of each gateway what it said last', async () => {
    const gateways = async () =>
      ((await (await ask('/gateways')).json()) as { gateways: unknown[] }).gateways;
    expect(await gateways()).toEqual([
      { gateway: 'gateway-1', state: 'unheard', heardAt: null, retained: false, last: null },
    ]);
    const id = 'gateway-1' as GatewayId;
    street.gateways.hear(id, { v: 1, state: 'offline', gateway: id }, 5_000, true);
    expect(await gateways()).toMatchObject([
      { state: 'offline', heardAt: '1970-01-01T00:00:05.000Z', retained: true },
    ]);
  });
});

describe('the operator token', () => {
  test('is made once, for its owner’s eyes only', () => {
    using temp = openTempFolder();
    const file = join(temp.path, 'deep', 'operator.token');
    openOperatorToken(file, silentLog);
    const token = readFileSync(file, 'utf8').trim();
    expect(Buffer.from(token, 'base64url')).toHaveLength(32);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const again = openOperatorToken(file, silentLog);
    expect(readFileSync(file, 'utf8').trim()).toBe(token);
    expect(again.admits(`Bearer ${token}`)).toBe(true);
    expect(again.admits(`bearer ${token}`)).toBe(true);
    rmSync(file);
    openOperatorToken(file, silentLog);
    expect(readFileSync(file, 'utf8').trim()).not.toBe(token);
    expect(existsSync(file)).toBe(true);
  });

  test('that is too short to be one is refused', () => {
    using temp = openTempFolder();
    const file = join(temp.path, 'operator.token');
    writeFileSync(file, 'secret\n');
    expect(() => openOperatorToken(file, silentLog)).toThrow(ConfigError);
  });
});
