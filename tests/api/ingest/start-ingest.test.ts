import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import type { SettledMark } from './rig.ts';
import { JOURNAL, openRig } from './rig.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate'] });
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
});

const change = (seq: number, bay = 'lot-1-1', state = 'occupied') => ({
  kind: 'bay',
  seq,
  bay,
  state,
  sensedAt: 1_000 + seq,
  cause: 'sensor',
  confidence: 0.9,
});
const watched = (seq: number, until: number, line = 'line-1') => ({
  kind: 'observed',
  seq,
  line,
  bays: ['lot-1-1'],
  from: 0,
  until,
});

describe('ingest', () => {
  test('acknowledges only what is committed', async () => {
    await using rig = openRig();
    await rig.pass(0);
    rig.send([change(1), change(2)]);
    await rig.pass(0);
    expect(rig.lastMark()?.seq ?? 0).toBe(0);
    expect(rig.eventLog.lastPosition).toBe(0);
    await rig.pass(20);
    expect(rig.lastMark()).toEqual<SettledMark>({ seq: 2, observed: {} });
    expect(rig.eventLog.lastPosition).toBe(2);
  });

  test('acknowledges what is new once, when it is committed', async () => {
    await using rig = openRig();
    await rig.pass(20);
    rig.link.acks.length = 0;
    rig.send([change(1), watched(2, 50)]);
    await rig.pass(40);
    expect(rig.link.acks.map(({ gateway }) => gateway)).toEqual(['gw-1']);
    expect(rig.lastMark()).toEqual({ seq: 2, observed: { 2: 50 } });
  });

  test('announces its marks to every gateway when it starts, and to one that comes online', async () => {
    await using rig = openRig();
    await rig.pass(10);
    expect(rig.link.acks.map(({ gateway }) => gateway)).toEqual(['gw-1', 'gw-2']);
    rig.link.acks.length = 0;
    rig.status('online');
    await rig.pass(10);
    expect(rig.link.acks.map(({ gateway }) => gateway)).toEqual(['gw-1']);
    expect(rig.lastMark()).toEqual({ seq: 0, observed: {} });
    expect(rig.ingest.gateways.of('gw-1' as never)?.state).toBe('online');
  });

  test('counts every loss of a gateway that raves, and says one in 10 s, those of others apart', async () => {
    await using rig = openRig();
    const rave = () => {
      for (let at = 0; at < 50; at += 1) {
        const journal = (rig.ingest.counts.lost + at).toString(16).padStart(32, '0');
        rig.send([change(7)], { journal, firstHeld: 7 });
      }
    };
    const said = () => rig.alarms.filter((event) => event === 'ingest.events.lost').length;
    rave();
    rig.send([change(3)], { gateway: 'gw-2', journal: 'b'.repeat(32), firstHeld: 3 });
    await rig.pass(20);
    expect(rig.ingest.counts.lost).toBe(50 * 6 + 2);
    expect(said()).toBe(2);
    await rig.pass(10_000);
    rave();
    await rig.pass(20);
    expect(rig.ingest.counts.lost).toBe(100 * 6 + 2);
    expect(said()).toBe(3);
  });

  test('settles what is older than any single change that is kept, apart from the log', async () => {
    await using rig = openRig();
    rig.eventLog.seal(3_600_000, []);
    const late = change(1);
    const recent = { ...change(2), sensedAt: 3_600_000 };
    for (let n = 0; n < 2; n += 1) {
      rig.send([late, recent]);
      await rig.pass(20);
    }
    expect(rig.lastMark()?.seq).toBe(2);
    expect(rig.ingest.counts).toMatchObject({
      accepted: 1,
      deadLetters: { sealed: 1, conflict: 0 },
    });
    const [letter] = rig.eventLog.deadLetters(9, 'sealed');
    expect(letter).toMatchObject({ seq: 1, detail: expect.stringContaining('1970-01-01T01:00') });
    expect(() => rig.ingest.replay(letter?.id ?? '')).toThrow(/no single changes/);
    expect(rig.eventLog.recordsAfter(0, 9).map(({ record }) => record.seq)).toEqual([2]);
  });

  test('acknowledges a batch of duplicates again', async () => {
    await using rig = openRig();
    rig.send([change(1), watched(2, 50)]);
    await rig.pass(20);
    rig.link.acks.length = 0;
    rig.send([change(1), watched(2, 40)]);
    await rig.pass(20);
    expect(rig.lastMark()).toEqual({ seq: 2, observed: { 2: 50 } });
    expect(rig.ingest.counts).toMatchObject({ accepted: 2, duplicates: 2 });
  });

  test('settles an extended interval by its end, also when a newer one is open', async () => {
    await using rig = openRig();
    rig.send([watched(1, 50), watched(2, 60)]);
    await rig.pass(20);
    rig.send([watched(1, 55)]);
    await rig.pass(20);
    expect(rig.lastMark()).toEqual({ seq: 2, observed: { 1: 55, 2: 60 } });
  });

  test('a bad record costs one: it is kept aside with its reason and settled', async () => {
    await using rig = openRig();
    rig.send([change(1), { ...change(2), state: 'parked' }, 'noise', change(4)]);
    await rig.pass(20);
    expect(rig.lastMark()?.seq).toBe(4);
    expect(rig.eventLog.recordsAfter(0, 9).map(({ record }) => record.seq)).toEqual([1, 4]);
    expect(rig.eventLog.deadLetters(9).map(({ seq, reason }) => [seq, reason])).toEqual([
      [3, 'invalid'],
      [2, 'invalid'],
    ]);
    expect(rig.eventLog.deadLetters(9)[1]?.detail).toContain('state');
    rig.send([{ ...change(2), state: 'parked' }]);
    await rig.pass(20);
    expect(rig.eventLog.deadLetters(9)).toHaveLength(2);
    expect(rig.ingest.counts.deadLetters.invalid).toBe(2);
  });

  test('events that never got a time are in the log as a count, and of no bay', async () => {
    await using rig = openRig();
    const undated = { kind: 'undated', seq: 2, count: 7, sensedAt: 1_790_000_000_000 };
    rig.send([change(1), undated, change(3, 'lot-1-2')]);
    await rig.pass(20);
    expect(rig.lastMark()?.seq).toBe(3);
    expect(rig.eventLog.recordsAfter(0, 9)).toMatchObject([
      { record: { seq: 1 } },
      { record: undated, assigned: true },
      { record: { seq: 3 } },
    ]);
    rig.send([undated, { ...undated, count: 8 }]);
    await rig.pass(20);
    expect(rig.ingest.counts).toMatchObject({ duplicates: 1, deadLetters: { conflict: 1 } });
  });

  test('other content under a logged key is kept aside, alarmed, acknowledged and never applied', async () => {
    await using rig = openRig();
    rig.send([change(1)]);
    await rig.pass(20);
    rig.link.acks.length = 0;
    rig.send([change(1, 'lot-1-1', 'vacant')]);
    await rig.pass(20);
    expect(rig.lastMark()?.seq).toBe(1);
    expect(rig.eventLog.deadLetters(9)).toMatchObject([{ seq: 1, reason: 'conflict' }]);
    expect(rig.eventLog.recordsAfter(0, 9)).toMatchObject([{ record: { state: 'occupied' } }]);
    expect(rig.alarms).toContain('ingest.record.refused');
    expect(rig.ingest.counts.deadLetters.conflict).toBe(1);
  });

  test('records one loss for what the gateway no longer holds, and goes on', async () => {
    await using rig = openRig();
    rig.send([change(1)]);
    rig.send([change(40)], { firstHeld: 40 });
    await rig.pass(20);
    expect(rig.lastMark()?.seq).toBe(40);
    expect(rig.eventLog.losses()).toMatchObject([{ journal: JOURNAL, fromSeq: 2, toSeq: 40 }]);
    expect(rig.ingest.counts.lost).toBe(38);
  });

  test('an event for another gateway’s bay is logged, alarmed, and not live', async () => {
    await using rig = openRig();
    rig.send([change(1, 'lot-2-1')]);
    rig.observe({ 'lot-2-1': 0 }, 1);
    await rig.pass(20);
    expect(rig.eventLog.recordsAfter(0, 9)).toMatchObject([{ assigned: false }]);
    expect(rig.eventLog.bayStates()).toEqual([]);
    expect(rig.liveState.bay('lot-2-1' as never)?.state).toBe('unknown');
    expect(rig.alarms).toContain('ingest.record.unassigned');
    expect(rig.ingest.counts.unassigned).toBe(1);
  });

  test('a journal that another gateway claims is refused', async () => {
    await using rig = openRig();
    rig.send([change(1)]);
    await rig.pass(20);
    rig.send([change(2, 'lot-2-1')], { gateway: 'gw-2' });
    await rig.pass(20);
    expect(rig.eventLog.lastPosition).toBe(1);
    expect(rig.ingest.counts.foreignJournals).toBe(1);
  });

  test('a full disk is said once, keeps the map live, and loses nothing', async () => {
    await using rig = openRig();
    rig.disk.full = true;
    for (let round = 0; round < 10; round += 1) {
      rig.send([change(1), change(2)]);
      rig.observe({ 'lot-1-1': 0 }, 2);
      await rig.pass(1_000);
    }
    expect(rig.lastMark()?.seq).toBe(0);
    expect(rig.liveState.bay('lot-1-1' as never)?.state).toBe('occupied');
    expect(rig.ingest.logFailing).toBe(true);
    expect(rig.alarms.filter((alarm) => alarm === 'log.commit.failed')).toHaveLength(1);
    expect(rig.ingest.counts.commitFailures).toBeGreaterThan(1);

    rig.disk.full = false;
    await rig.pass(13_000);
    rig.send([change(1), change(2)]);
    await rig.pass(20);
    expect(rig.lastMark()?.seq).toBe(2);
    expect(rig.ingest.logFailing).toBe(false);
    expect(rig.alarms).toContain('log.commit.recovered');
  });

  test('a full queue drops the newest batch and counts it', async () => {
    await using rig = openRig({ queueMessages: 2 });
    for (const seq of [1, 2, 3]) rig.send([change(seq)]);
    await rig.pass(20);
    expect(rig.lastMark()?.seq).toBe(2);
    expect(rig.ingest.counts.queueDropped).toBe(1);
  });

  test('an older journal that is still held stands before the running one', async () => {
    await using rig = openRig();
    const older = 'b'.repeat(32);
    rig.send([change(1, 'lot-1-1', 'vacant')], { held: [older, JOURNAL] });
    rig.send([change(9)], { journal: older, held: [older, JOURNAL], firstHeld: 9 });
    rig.observe({ 'lot-1-1': 0 }, 1);
    await rig.pass(20);
    expect(rig.liveState.bay('lot-1-1' as never)?.state).toBe('vacant');
    expect(rig.eventLog.bayStates()).toMatchObject([{ state: 'vacant' }]);
  });
});
