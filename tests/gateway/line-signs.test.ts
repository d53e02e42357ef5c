import { describe, expect, test } from 'vitest';
import type { BayId, SignId } from '#contract/ids.ts';
import { decodeRequest, encodeResponse, FC } from '#contract/modbus.ts';
import type { Request, Response } from '#contract/modbus.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import { ModbusSignProperties } from '#contract/site-sign.ts';
import { pollingDriver } from '#gateway/bus/polling-driver.ts';
import { memoryLine } from '#gateway/line/memory-line.ts';
import { LineSigns } from '#gateway/sign/line-signs.ts';
import { systemClock } from '#runtime/clock.ts';
import { until } from '../support/until.ts';

const sign = (address: number) =>
  ModbusSignProperties.parse({
    sign: `sign-${address}`,
    address,
    rows: [{ number: 0, word: 1 }],
    expirySeconds: 2,
  });

const message = (address: number, serial: number, vacant: number): SignMessage => ({
  v: 1,
  sign: `sign-${address}` as SignId,
  serial,
  publishedAt: 0,
  validForMs: 60_000,
  wordForMs: 180_000,
  lastly: 'blank',
  simulated: false,
  brightness: 'day',
  languages: ['ko'],
  form: 'text',
  title: ['안내'],
  rows: [
    {
      lot: 'lot-1' as never,
      arrow: 'left',
      names: ['남부'],
      show: { kind: 'number', vacant, band: 'few' },
      cause: 'counted',
    },
  ],
});

const PERIOD_MS = 400;
const NODES = Array.from({ length: 8 }, (_, at) => ({
  bay: `bay-${at + 1}` as BayId,
  kind: 'pbn1' as const,
  address: at + 1,
}));

/** A line on which `answers` says whether anything comes back; every request is written down. */
async function onLine(signs: LineSigns, answers: (request: Request) => boolean, takesMs = 0) {
  const asked: Request[] = [];
  const driver = pollingDriver({
    nodes: NODES,
    baud: 115_200,
    periodMs: PERIOD_MS,
    offsetMs: 0,
    signs,
    clock: systemClock,
    take: () => undefined,
    trouble: () => undefined,
  });
  const end = memoryLine();
  end.onWritten((bytes) => {
    const request = decodeRequest(bytes);
    if (!request) return;
    asked.push(request);
    if (answers(request)) setTimeout(() => end.send(encodeResponse(answerTo(request))), takesMs);
  });
  const line = await end.open({ bytes: (chunk) => driver.bytes(chunk), lost: () => undefined });
  driver.attach(line);
  return { asked, close: () => driver.detach() };
}

function answerTo(request: Request): Response {
  const { address, fc } = request;
  if (request.fc === FC.writeMany) {
    const { register, values } = request;
    return { kind: 'written', address, fc, register, value: values.length };
  }
  const count = 'count' in request ? request.count : 0;
  return { kind: 'registers', address, fc, data: new Uint8Array(2 * count) };
}

describe('a line that displays share with bay nodes', () => {
  test('is never kept from its bay nodes by displays that change all the time', async () => {
    const signs = new LineSigns([sign(100), sign(101), sign(102)], systemClock);
    let serial = 0;
    const telling = setInterval(() => {
      serial += 1;
      for (const address of [100, 101, 102]) {
        signs.hear(message(address, serial, serial), { retained: false }, systemClock.monoMs());
      }
    }, 10);
    const line = await onLine(signs, () => true);
    const from = performance.now();
    await until(() => performance.now() - from > 3_000);
    clearInterval(telling);
    line.close();
    const seconds = (performance.now() - from) / 1_000;
    const times = (address: number) => line.asked.filter((each) => each.address === address).length;
    // At least half of the polls, on a machine that is busy with other things.
    const polls = NODES.map(({ address }) => times(address));
    expect(Math.min(...polls)).toBeGreaterThan((0.5 * seconds * 1_000) / PERIOD_MS);
    expect(Math.max(...polls) - Math.min(...polls)).toBeLessThanOrEqual(1);
    // News of a display comes twice a second at most.
    const writes = [100, 101, 102].map(times);
    expect(Math.min(...writes)).toBeGreaterThan(2);
    expect(Math.max(...writes)).toBeLessThanOrEqual(2 * seconds + 2);
  });

  test('gives displays and bay nodes turns where there is no time for all', async () => {
    const displays = Array.from({ length: 16 }, (_, at) => sign(100 + at));
    const signs = new LineSigns(displays, systemClock);
    let serial = 0;
    const telling = setInterval(() => {
      serial += 1;
      for (const { address } of displays) {
        signs.hear(message(address, serial, serial), { retained: false }, systemClock.monoMs());
      }
    }, 10);
    // 40 ms an exchange: 8 nodes and 16 displays want 52 in a second, and get 25.
    const line = await onLine(signs, () => true, 40);
    await until(() => line.asked.length > 80);
    clearInterval(telling);
    line.close();
    const polls = line.asked.filter(({ address }) => address < 100).length;
    expect(polls / line.asked.length).toBeGreaterThan(0.4);
    expect(polls / line.asked.length).toBeLessThan(0.7);
    const spoken = line.asked.map(({ address }) => (address < 100 ? 'n' : 'd')).join('');
    expect(spoken.slice(8)).not.toContain('ddd');
  });

  test('leaves a display that does not answer alone for longer and longer', async () => {
    const signs = new LineSigns([sign(100)], systemClock);
    const line = await onLine(signs, ({ address }) => address < 100);
    const telling = setInterval(
      () => signs.hear(message(100, Date.now(), 1), { retained: false }, systemClock.monoMs()),
      20,
    );
    await until(() => line.asked.filter(({ address }) => address === 100).length >= 2);
    clearInterval(telling);
    line.close();
    const polls = line.asked.filter(({ address }) => address < 100).length;
    expect(polls).toBeGreaterThan(20);
    expect(signs.report()[0]).toMatchObject({ answers: false, rows: ['blank'] });
  });
});

test('an older word, or a copy that was kept, does not take the place of a live one', () => {
  const signs = new LineSigns([sign(100)], systemClock);
  let asked = 0;
  signs.onSooner = () => (asked += 1);
  signs.hear(message(100, 5, 7), { retained: false }, systemClock.monoMs());
  signs.hear(message(100, 4, 8), { retained: false }, systemClock.monoMs());
  signs.hear(message(100, 9, 9), { retained: true }, systemClock.monoMs());
  signs.hear(message(101, 9, 9), { retained: false }, systemClock.monoMs());
  expect(asked).toBe(1);
  expect(signs.report()[0]).toMatchObject({ sign: 'sign-100', serial: null, rows: ['blank'] });
});
