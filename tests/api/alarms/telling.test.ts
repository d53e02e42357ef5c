import * as fc from 'fast-check';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { AlarmMessage } from '#contract/alarm-record.ts';
import { MOST_TRIES } from '#api/alarms/alarm-teller.ts';
import { isQuietAt } from '#api/alarms/quiet-hours.ts';
import { CAUSE_EVERY_MS } from '#api/alarms/telling.ts';
import { TellerRig } from './teller-rig.ts';

let rig: TellerRig;
beforeEach(() => {
  rig = new TellerRig();
});
afterEach(() => rig[Symbol.dispose]());

describe('what is told', () => {
  test('of a dead line is one message, and one more when it is well again', async () => {
    rig.find('line_fault', 'gw/line-2');
    await rig.pass(120);
    expect(rig.said()).toEqual(['+line_fault gw/line-2']);
    expect(AlarmMessage.parse(rig.received[0]?.message)).toMatchObject({
      type: 'alarms',
      site: 'street',
      text: 'street: line_fault gw/line-2 (seen)',
      raised: [{ alarm: 'line_fault', severity: 'critical', clearedAt: null }],
    });
    await rig.pass(CAUSE_EVERY_MS / 1_000);
    rig.lose('line_fault', 'gw/line-2');
    await rig.pass(5);
    expect(rig.said()).toEqual(['+line_fault gw/line-2', '-line_fault gw/line-2']);
    await rig.pass(7_200);
    expect(rig.received).toHaveLength(2);
  });

  test('of a power cut that takes five gateways within seconds is one message', async () => {
    for (const at of [1, 2, 3, 4, 5]) {
      rig.find('gateway_silent', `gw-${at}`);
      await rig.pass(2);
    }
    await rig.pass(30);
    expect(rig.received).toHaveLength(1);
    expect(rig.received[0]?.message.raised).toHaveLength(5);
    expect(rig.received[0]?.message.text).toContain('and 2 more');
  });

  test('of one that comes and goes every minute is once an hour at most, and how it is then', async () => {
    for (let minute = 0; minute < 180; minute += 1) {
      if (minute % 2 === 0) rig.find('disk_low', 'data');
      else rig.lose('disk_low', 'data');
      await rig.pass(60);
    }
    expect(rig.received.length).toBeGreaterThan(1);
    expect(rig.received.length).toBeLessThanOrEqual(3);
  });

  test('of one that is over before it was told is nothing', async () => {
    rig.find('clock_skew', 'gw-1');
    await rig.pass(5);
    rig.lose('clock_skew', 'gw-1');
    await rig.pass(7_200);
    expect(rig.received).toEqual([]);
  });

  test('more than fifty at once are a number beside the first fifty', async () => {
    for (let at = 0; at < 70; at += 1) rig.find('sensor_faulty', `node-${at}`);
    await rig.pass(15);
    expect(rig.received).toHaveLength(1);
    expect(rig.received[0]?.message.raised).toHaveLength(50);
    expect(rig.received[0]?.message.left).toBe(20);
    await rig.pass(3_000);
    expect(rig.received).toHaveLength(1);
  });

  test('is told once, though the process starts again', async () => {
    rig.find('line_fault', 'gw/line-2');
    await rig.pass(20);
    rig.restart();
    await rig.pass(300);
    expect(rig.said()).toEqual(['+line_fault gw/line-2']);
    // Gone while nobody looked: found out once what held has had time to be found again.
    rig.restart();
    rig.lose('line_fault', 'gw/line-2');
    await rig.pass(60);
    expect(rig.operations.alarmBook.holding).toHaveLength(1);
    await rig.pass(CAUSE_EVERY_MS / 1_000);
    expect(rig.said()).toEqual(['+line_fault gw/line-2', '-line_fault gw/line-2']);
  });
});

test('whatever comes and goes, of one cause nothing more than once an hour, and the end is told', async () => {
  const happenings = fc.array(
    fc.record({
      subject: fc.constantFrom('a', 'b'),
      isThere: fc.boolean(),
      afterS: fc.integer({ min: 1, max: 1_500 }),
      broken: fc.boolean(),
    }),
    { minLength: 1, maxLength: 12 },
  );
  await fc.assert(
    fc.asyncProperty(happenings, async (all) => {
      using own = new TellerRig();
      for (const { subject, isThere, afterS, broken } of all) {
        own.broken = broken ? 'status 503' : undefined;
        if (isThere) own.find('sensor_faulty', subject);
        else own.lose('sensor_faulty', subject);
        await own.pass(afterS);
      }
      own.broken = undefined;
      await own.pass(2 * (CAUSE_EVERY_MS / 1_000));
      for (const subject of ['a', 'b']) {
        const told = own.received.flatMap(({ atMs, message: { raised, cleared } }) => [
          ...raised.filter((one) => one.subject === subject).map(() => ['+', atMs] as const),
          ...cleared.filter((one) => one.subject === subject).map(() => ['-', atMs] as const),
        ]);
        const pauses = told.slice(1).map(([, ms], at) => ms - (told[at]?.[1] ?? 0));
        expect(pauses.filter((ms) => ms < CAUSE_EVERY_MS)).toEqual([]);
        const holds = own.found.some((one) => one.subject === subject);
        expect(told.at(-1)?.[0] ?? '-').toBe(holds ? '+' : '-');
      }
    }),
    { numRuns: 25 },
  );
}, 60_000);

describe('a receiver that does not take it', () => {
  test('is tried with growing pauses, then left alone, and told an hour later', async () => {
    rig.broken = 'status 500';
    rig.find('line_fault', 'gw/line-2');
    await rig.pass(60);
    expect(rig.teller.outlet()).toMatchObject({ waiting: 1, failing: { reason: 'status 500' } });
    await rig.pass(1_500);
    expect(rig.tries).toBe(MOST_TRIES);
    expect(rig.teller.outlet()).toMatchObject({ givenUp: 1, waiting: 0, failing: { tries: 8 } });
    rig.broken = undefined;
    await rig.pass(1_800);
    expect(rig.received).toEqual([]);
    await rig.pass(3_600);
    expect(rig.said()).toEqual(['+line_fault gw/line-2']);
    expect(rig.teller.outlet()).toMatchObject({ failing: null, givenUp: 1 });
  });

  test('gets the same id while it is told the same, and in one message what came meanwhile', async () => {
    const ids: string[] = [];
    rig.deliver = async (id) => {
      ids.push(id);
      return { delivered: false, detail: 'status 500' };
    };
    rig.find('gateway_silent', 'gw-1');
    await rig.pass(40);
    expect(ids.length).toBeGreaterThan(1);
    expect(new Set(ids).size).toBe(1);
    rig.find('gateway_silent', 'gw-2');
    rig.deliver = undefined;
    await rig.pass(60);
    expect(rig.said()).toEqual(['+gateway_silent gw-1, +gateway_silent gw-2']);
    expect(rig.teller.outlet()).toMatchObject({ failing: null, waiting: 0 });
  });
});

describe('in quiet hours', () => {
  test('only what is critical is told, and the rest at their end', async () => {
    using night = new TellerRig({
      quietHours: '22:00-06:30',
      startMs: Date.parse('2026-11-27T23:00:00+09:00'),
    });
    night.find('disk_low', 'data');
    night.find('line_fault', 'gw/line-1');
    await night.pass(600);
    expect(night.said()).toEqual(['+line_fault gw/line-1']);
    await night.pass(7.5 * 3_600);
    expect(night.said()).toEqual(['+line_fault gw/line-1', '+disk_low data']);
    expect(night.received[1]?.atMs).toBeGreaterThanOrEqual(7.5 * 3_600_000);
  }, 60_000);

  test.each([
    ['22:00-06:30', '2026-11-27T22:00:00+09:00', true],
    ['22:00-06:30', '2026-11-28T06:29:59+09:00', true],
    ['22:00-06:30', '2026-11-28T06:30:00+09:00', false],
    ['22:00-06:30', '2026-11-28T21:59:59+09:00', false],
    ['12:00-13:00', '2026-11-28T12:30:00+09:00', true],
    ['12:00-13:00', '2026-11-28T13:00:00+09:00', false],
    ['12:00-12:00', '2026-11-28T12:00:00+09:00', false],
    ['', '2026-11-28T12:00:00+09:00', false],
  ])('%s at %s: %s', (span, at, isQuiet) => {
    expect(isQuietAt(span, Date.parse(at), 'Asia/Seoul')).toBe(isQuiet);
  });
});

test('an alarm is acknowledged by whom and with what words, and stays so until it is over', async () => {
  rig.find('line_fault', 'gw/line-2');
  await rig.pass(1);
  const book = () => rig.operations.alarmBook;
  const no = book().holding[0]?.no ?? 0;
  expect(book().acknowledge(no, 'user:kim', 'on my way')).toMatchObject({ no });
  expect(book().acknowledge(no + 1, 'user:kim', '')).toBeUndefined();
  rig.restart();
  await rig.pass(1);
  expect(book().holding[0]?.acknowledged).toMatchObject({ by: 'user:kim', note: 'on my way' });
  await rig.pass(130);
  rig.lose('line_fault', 'gw/line-2');
  await rig.pass(1);
  expect(book().holding).toEqual([]);
  expect(book().over(5)).toMatchObject([{ no, acknowledged: { note: 'on my way' } }]);
  // It comes again: another alarm, that nobody knows of yet.
  rig.find('line_fault', 'gw/line-2');
  await rig.pass(1);
  expect(book().holding).toMatchObject([{ acknowledged: null }]);
  expect(book().holding[0]?.no).toBeGreaterThan(no);
});
