import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { BayId } from '#contract/ids.ts';
import { openRig } from './rig.ts';
import type { Rig } from './rig.ts';

const RUN = 'b'.repeat(32);
const NEXT_RUN = 'c'.repeat(32);
const bays = [1, 2, 3, 4].map((n) => BayId.parse(`lot-2-${n}`));

let rig: Rig;
beforeEach(() => {
  vi.useFakeTimers();
  rig = openRig({ isOwn: (gateway) => gateway !== 'gw-2' });
});
afterEach(async () => {
  await rig[Symbol.asyncDispose]();
  vi.useRealTimers();
});

const AT = 1_000;
const change = (seq: number, state: 'occupied' | 'vacant', bay = bays[0]) => ({
  kind: 'bay',
  seq,
  bay,
  state,
  sensedAt: AT + seq,
  cause: 'sensor',
  confidence: 0.9,
});

function deliver(name: 'snapshot' | 'observed', message: object, retained = false): void {
  const publishedAt = Date.now();
  rig.link.deliver(name, 'gw-2', { v: 1, journal: RUN, publishedAt, ...message }, retained);
}

function snapshot(seq: number, state: 'occupied' | 'vacant', more: object = {}, retained = false) {
  const told = bays.map((bay) => ({ bay, state, sensedAt: AT, ageMs: 100, confidence: 0.9 }));
  const head = { held: [RUN], line: 'line-1', simulated: true };
  deliver('snapshot', { ...head, seq, bays: told, ...more }, retained);
}

const report = (seq: number, journal = RUN) =>
  deliver('observed', { journal, seq, ages: Object.fromEntries(bays.map((bay) => [bay, 100])) });

const send = (...records: object[]) =>
  rig.send(records, { gateway: 'gw-2', journal: RUN, held: [RUN] });

const states = () => bays.map((bay) => rig.liveState.bay(bay)?.state);
const all = (state: string) => bays.map(() => state);

/** Long enough for every deadline, with a report each 5 s. */
async function passReported(seq: number): Promise<void> {
  for (let at = 0; at < 4; at += 1) {
    await rig.pass(5_000);
    report(seq);
  }
  await rig.pass(300);
}

describe('a gateway of another api', () => {
  test('is live by its snapshots, events and reports, and neither logged nor acknowledged', async () => {
    snapshot(40, 'vacant');
    await rig.pass(10);
    send(change(41, 'occupied'));
    await passReported(41);
    expect(states()).toEqual(['occupied', ...all('vacant').slice(1)]);
    expect(rig.eventLog.lastPosition).toBe(0);
    expect(rig.link.acks.filter(({ gateway }) => gateway === 'gw-2')).toEqual([]);
    expect([...rig.eventLog.journals]).toEqual([]);
  });

  test('is unknown 15 s after its last report', async () => {
    snapshot(40, 'vacant');
    await passReported(40);
    expect(states()).toEqual(all('vacant'));
    for (let at = 0; at < 31; at += 1) await rig.pass(500);
    rig.liveState.sweep();
    expect(states()).toEqual(all('unknown'));
  });

  test('is asked for snapshots at the start, and again when a change was missed', async () => {
    expect(rig.link.asked).toEqual(['gw-2']);
    snapshot(40, 'vacant');
    await passReported(40);
    expect(rig.link.asked).toHaveLength(1);
    // 41 was settled elsewhere and never comes.
    send(change(42, 'occupied', bays[1]));
    await passReported(42);
    expect(rig.link.asked.length).toBeGreaterThanOrEqual(2);
    expect(states()).toEqual(['unknown', 'occupied', 'unknown', 'unknown']);
    snapshot(42, 'occupied');
    await rig.pass(10);
    expect(states()).toEqual(all('occupied'));
    const asked = rig.link.asked.length;
    await passReported(42);
    expect(states()).toEqual(all('occupied'));
    expect(rig.link.asked).toHaveLength(asked);
  });

  test('is never live by what the broker kept', async () => {
    snapshot(40, 'vacant', {}, true);
    await rig.pass(10);
    expect(states()).toEqual(all('unknown'));
  });

  test('is asked when it reports from a run that nobody has told of, at most every 5 s', async () => {
    await rig.pass(5_000);
    for (let at = 0; at < 10; at += 1) {
      report(3, NEXT_RUN);
      await rig.pass(100);
    }
    expect(rig.link.asked).toEqual(['gw-2', 'gw-2']);
  });

  test('has begun anew when it tells of a later run, whose numbers are lower', async () => {
    snapshot(40, 'vacant');
    await rig.pass(10);
    snapshot(2, 'occupied', { journal: NEXT_RUN, held: [RUN, NEXT_RUN] });
    await rig.pass(10);
    send(change(41, 'vacant'));
    await rig.pass(10);
    expect(states()).toEqual(all('occupied'));
  });
});
