import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { deadlines } from '#contract/deadlines.ts';
import type { HealthState } from '#contract/health.ts';
import { openRig } from '../ingest/rig.ts';
import type { Rig } from '../ingest/rig.ts';

const aMessage = (state: HealthState, publishedAt = 1) => ({
  v: 1,
  line: 'line-1',
  publishedAt,
  simulated: true,
  lineFaultSince: null,
  sensors: [1, 2, 3, 4].map((n) => ({
    sensor: `lot-1-${n}-node`,
    bay: `lot-1-${n}`,
    state: n === 1 ? state : 'ok',
    reasons: n === 1 && state === 'faulty' ? ['stuck_value'] : [],
    since: 5,
    counters: {
      frames: 10,
      misses: 0,
      crcErrors: 0,
      resets: 0,
      supplyMv: 5_000,
      temperatureC: null,
      lastSeq: 9,
    },
  })),
});

let rig: Rig;
beforeEach(() => {
  vi.useFakeTimers();
  rig = openRig();
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
  vi.useRealTimers();
});

const sensor = (n = 1) => rig.ingest.sensors.all()[n - 1];
const tell = async (state: HealthState, retained = false) => {
  rig.link.deliver('health', 'gw-1', aMessage(state), retained);
  await rig.pass(10);
};

describe('what the api knows of a sensor', () => {
  test('is nothing before its gateway has spoken: offline, and never told', () => {
    expect(rig.ingest.sensors.countByState()).toMatchObject({ offline: 8, ok: 0 });
    expect(sensor()).toMatchObject({
      sensor: 'lot-1-1-node',
      bay: 'lot-1-1',
      lot: 'lot-1',
      gateway: 'gw-1',
      line: 'line-1',
      state: 'offline',
      reasons: ['silence'],
      since: null,
      counters: null,
      toldAt: null,
    });
  });

  test('is what its gateway tells of it', async () => {
    await tell('faulty');
    expect(sensor()).toMatchObject({ state: 'faulty', reasons: ['stuck_value'], since: 5 });
    expect(sensor(2)).toMatchObject({ state: 'ok', counters: { frames: 10, lastSeq: 9 } });
    expect(rig.ingest.sensors.countByState()).toEqual({
      faulty: 1,
      offline: 4,
      degraded: 0,
      maintenance: 0,
      ok: 3,
    });
  });

  test('is offline by the deadline after its gateway’s last word, and keeps the last counters', async () => {
    await tell('ok');
    await rig.pass(deadlines.apiUnknownMs - 20);
    expect(sensor()?.state).toBe('ok');
    await rig.pass(100);
    expect(sensor()).toMatchObject({ state: 'offline', reasons: ['silence'] });
    expect(sensor()?.counters?.frames).toBe(10);
    expect(sensor()?.since).toBe(sensor()?.toldAt);
  });

  test('lasts as long as its gateway speaks of anything', async () => {
    await tell('degraded');
    for (let n = 0; n < 10; n += 1) {
      rig.observe({}, 0);
      await rig.pass(deadlines.reportEveryMs);
    }
    expect(sensor()?.state).toBe('degraded');
  });

  test('is offline at once when the gateway goes', async () => {
    await tell('ok');
    rig.link.deliver('status', 'gw-1', { v: 1, state: 'offline', gateway: 'gw-1' });
    await rig.pass(10);
    expect(sensor()).toMatchObject({ state: 'offline', reasons: ['silence'] });
    await tell('ok');
    expect(sensor()?.state).toBe('ok');
  });

  test('is nothing of now in a message that the broker had kept', async () => {
    await tell('ok', true);
    expect(sensor()).toMatchObject({ state: 'offline', counters: { frames: 10 } });
    // The gateway speaks of bays, and has not told of its sensors yet.
    rig.observe({}, 0);
    await rig.pass(10);
    expect(sensor()?.state).toBe('offline');
    await tell('degraded');
    await tell('ok', true);
    expect(sensor()?.state).toBe('degraded');
  });

  test('is no more when a line that the site does not have is told of', async () => {
    rig.link.deliver('health', 'gw-1', { ...aMessage('ok'), line: 'line-9' });
    await rig.pass(10);
    expect(rig.ingest.sensors.all()).toHaveLength(8);
    expect(rig.ingest.sensors.countByState().ok).toBe(0);
  });
});
