import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { alarms } from '#contract/alarms.ts';
import { GatewayId, JournalId } from '#contract/ids.ts';
import { AlarmBoard } from '#runtime/alarm-board.ts';
import { diskConditions, isLow } from '#runtime/disk-space.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import type { GatewayStatus } from '#api/state/gateway-status.ts';
import { certificateConditions } from '#api/watch/certificates.ts';
import { ConditionMemory } from '#api/watch/conditions.ts';
import type { Seen } from '#api/watch/conditions.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

const gateway = GatewayId.parse('gw-1');
const journal = JournalId.parse('a'.repeat(32));

function status(heardAt: number, publishedAt = heardAt): GatewayStatus {
  const last: GatewayStatus['last'] = {
    v: 1,
    state: 'online',
    gateway,
    journal,
    held: [journal],
    software: 'x',
    simulated: true,
    startedAt: 0,
    publishedAt,
    unsettled: 0,
    lines: [],
  };
  return { gateway, state: 'online', heardAt, retained: false, last };
}

function seen(monoMs: number, changes: Partial<Seen> = {}): Seen {
  return {
    monoMs,
    brokerConnected: true,
    logFailing: undefined,
    ingestStalled: undefined,
    gateways: [status(1_000_000)],
    quarantined: [],
    history: { position: 10, target: 10, rebuilding: false, failed: undefined },
    deadLetters: 0,
    lost: 0,
    ...changes,
  };
}

const namesOf = (memory: ConditionMemory, what: Seen) =>
  memory.conditionsOf(what).map(({ alarm, subject }) => `${alarm} ${subject}`.trim());

describe('the api’s own conditions', () => {
  test('are none when all is well', () => {
    expect(namesOf(new ConditionMemory(), seen(0))).toEqual([]);
  });

  test.each<[string, Partial<Seen>]>([
    ['log_failing', { logFailing: 'disk full' }],
    ['ingest_stalled', { ingestStalled: '3 messages wait' }],
    ['broker_away', { brokerConnected: false }],
    ['clock_skew gw-1', { gateways: [status(1_000_000, 1_010_001)] }],
    ['clock_skew gw-1', { gateways: [status(1_000_000, 989_999)] }],
    ['gateway_silent gw-1', { gateways: [{ ...status(1_000), state: 'offline' }] }],
    [
      'view_behind',
      { history: { position: 0, target: 5_001, rebuilding: true, failed: undefined } },
    ],
    [
      'view_behind',
      { history: { position: 9, target: 9, rebuilding: false, failed: 'the disk is full' } },
    ],
  ])('include %s', (name, what) => {
    expect(namesOf(new ConditionMemory(), seen(0, what))).toEqual([name]);
  });

  test('call a gateway silent that still counts as online after 90 s without a word', () => {
    const memory = new ConditionMemory();
    expect(namesOf(memory, seen(0))).toEqual([]);
    expect(namesOf(memory, seen(90_000))).toEqual([]);
    expect(namesOf(memory, seen(90_001))).toEqual(['gateway_silent gw-1']);
    expect(namesOf(memory, seen(91_000, { gateways: [status(1_090_000)] }))).toEqual([]);
  });

  test('do not call every gateway silent because the broker is away', () => {
    const offline = { ...status(1_000), state: 'offline' } as const;
    const memory = new ConditionMemory();
    const found = namesOf(memory, seen(0, { brokerConnected: false, gateways: [offline] }));
    expect(found).toEqual(['broker_away']);
  });

  test('keep a growth of dead letters for ten minutes and one of losses for an hour', () => {
    const memory = new ConditionMemory();
    expect(namesOf(memory, seen(0, { deadLetters: 2, lost: 1 }))).toEqual([
      'dead_letters',
      'events_lost',
    ]);
    const same = { deadLetters: 2, lost: 1 };
    expect(namesOf(memory, seen(600_001, same))).toEqual(['gateway_silent gw-1', 'events_lost']);
    expect(namesOf(memory, seen(3_600_001, { ...same, gateways: [] }))).toEqual([]);
  });
});

describe('the board of alarms', () => {
  function boardOn(clock: HandClock) {
    const said: [string, object][] = [];
    const write = (facts: object, event: string) => void said.push([event, facts]);
    const log: Log = { ...silentLog, info: write, warn: write, error: write };
    return { board: new AlarmBoard({ clock, log }), said };
  }
  const cause = 'not connected';
  const away = { alarm: 'broker_away', subject: '', cause } as const;

  test('raises what has lasted, once, and clears it with how long and how many looks', () => {
    const clock = new HandClock();
    const { board, said } = boardOn(clock);
    expect(board.look([away])).toBe('same');
    expect(board.active()).toEqual([]);
    clock.pass(alarms.broker_away.afterMs);
    expect(board.look([away])).toBe('changed');
    expect(board.active()).toMatchObject([{ alarm: 'broker_away', cause }]);
    clock.pass(1_000);
    expect(board.look([away])).toBe('same');
    expect(board.look([])).toBe('changed');
    expect(board.active()).toEqual([]);
    expect(said.map(([event]) => event)).toEqual([
      'alarm.condition.raised',
      'alarm.condition.cleared',
    ]);
    expect(said[1]?.[1]).toMatchObject({ alarm: 'broker_away', lastedMs: 11_000, looks: 3 });
    expect(board.raised().get('broker_away')).toBe(1);
  });

  test('says nothing of what passes before it counts', () => {
    const clock = new HandClock();
    const { board, said } = boardOn(clock);
    board.look([away]);
    clock.pass(9_999);
    board.look([]);
    clock.pass(9_999);
    board.look([away]);
    expect(said).toEqual([]);
  });

  test('keeps one alarm for each subject', () => {
    const clock = new HandClock();
    const { board } = boardOn(clock);
    const line = (subject: string) => ({ alarm: 'line_stalled', subject, cause: 'x' }) as const;
    board.look([line('line-1'), line('line-2')]);
    board.look([line('line-2')]);
    expect(board.active().map(({ subject }) => subject)).toEqual(['line-2']);
  });
});

describe('a disk', () => {
  const GIB = 1024 ** 3;
  test.each([
    [1.9 * GIB, 1_000 * GIB, true],
    [2.1 * GIB, 1_000 * GIB, false],
    [0.3 * GIB, 8 * GIB, true],
    [0.5 * GIB, 8 * GIB, false],
  ])('with %d of %d bytes free is low: %s', (free, total, low) => {
    expect(isLow(free, total)).toBe(low);
  });

  test('that cannot be asked says why', () => {
    expect(diskConditions('/nowhere/at/all')).toMatchObject([
      { alarm: 'disk_low', cause: expect.stringContaining('ENOENT') as string },
    ]);
  });
});

describe('a watched certificate', () => {
  test('raises an alarm before its end, after it, and when it cannot be read', () => {
    using temp = openTempFolder();
    const file = join(temp.path, 'broker.pem');
    const subject = '/CN=broker.test';
    const made = ['req', '-x509', '-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256'];
    const key = join(temp.path, 'key.pem');
    execFileSync(
      'openssl',
      [...made, '-nodes', '-days', '30', '-subj', subject, '-keyout', key, '-out', file],
      { stdio: 'ignore' },
    );
    const day = 86_400_000;
    const causesAt = (now: number) => certificateConditions([file], now).map(({ cause }) => cause);
    expect(causesAt(Date.now())).toEqual([]);
    expect(causesAt(Date.now() + 20 * day)).toEqual(['CN=broker.test ends in 9 days']);
    expect(causesAt(Date.now() + 40 * day)[0]).toMatch(/^CN=broker.test ended \d+ days ago$/);
    writeFileSync(file, 'not a certificate');
    expect(causesAt(Date.now())).toHaveLength(1);
  });
});
