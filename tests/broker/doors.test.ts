import { describe, expect, test } from 'vitest';
import { Doors, sourceOf } from '#broker/doors.ts';
import { RetainedQuota } from '#broker/retained-quota.ts';
import { TwinWatch } from '#broker/twin-watch.ts';
import { HandClock } from '../support/hand-clock.ts';

function aDoor(source: string) {
  const door = { source, spoke: false, isShut: false, shut: () => void (door.isShut = true) };
  return door;
}

describe('the doors', () => {
  test('the oldest silent connection of an address makes room for a new one', () => {
    const doors = new Doors({ maxConnections: 100, maxConnectionsPerAddress: 2 });
    const [first, second, third] = [aDoor('a'), aDoor('a'), aDoor('a')];
    first.spoke = true;
    for (const door of [first, second]) doors.enter(door);
    expect(doors.enter(third)).toEqual({ evicted: ['too_many_from_address'] });
    expect([first.isShut, second.isShut, third.isShut]).toEqual([false, true, false]);
    expect(doors.size).toBe(2);
  });

  test('a new connection is refused when all of its address wait for an answer', () => {
    const doors = new Doors({ maxConnections: 100, maxConnectionsPerAddress: 1 });
    doors.enter({ ...aDoor('a'), spoke: true });
    expect(doors.enter(aDoor('a')).refused).toBe('too_many_from_address');
    expect(doors.enter(aDoor('b')).refused).toBeUndefined();
  });

  test('who is let in does not count against its address', () => {
    const doors = new Doors({ maxConnections: 100, maxConnectionsPerAddress: 1 });
    for (let turn = 0; turn < 10; turn += 1) {
      const door = { ...aDoor('a'), spoke: true };
      expect(doors.enter(door).refused).toBeUndefined();
      doors.letIn(door);
    }
    expect(doors.size).toBe(10);
  });

  test('in total a stranger goes before a new one, and a client stays', () => {
    const doors = new Doors({ maxConnections: 2, maxConnectionsPerAddress: 10 });
    const [client, stranger] = [aDoor('a'), aDoor('b')];
    doors.enter(client);
    doors.letIn(client);
    doors.enter(stranger);
    expect(doors.enter(aDoor('c')).evicted).toEqual(['too_many_connections']);
    expect([client.isShut, stranger.isShut]).toEqual([false, true]);
  });

  test('a full house of clients refuses', () => {
    const doors = new Doors({ maxConnections: 1, maxConnectionsPerAddress: 10 });
    const client = aDoor('a');
    doors.enter(client);
    doors.letIn(client);
    expect(doors.enter(aDoor('b')).refused).toBe('too_many_connections');
    doors.leave(client);
    expect(doors.enter(aDoor('b')).refused).toBeUndefined();
  });
});

test.each([
  ['192.0.2.7', '192.0.2.7'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['2001:db8:7:1::5', '2001:db8:7::/48'],
  ['2001:db8:7:ffff:1:2:3:4', '2001:db8:7::/48'],
  ['::1', '0:0:0::/48'],
  ['2001:db8::1', '2001:db8:0::/48'],
  [undefined, 'unknown'],
])('%s counts as %s', (address, source) => expect(sourceOf(address)).toBe(source));

describe('retained messages', () => {
  test('a client owns so many topics, repeats are free, clearing makes room', () => {
    const quota = new RetainedQuota();
    expect([1, 2, 3].map((at) => quota.admit('gw-1', `t${at}`, 2))).toEqual([true, true, false]);
    expect(quota.admit('gw-1', 't1', 2)).toBe(true);
    expect(quota.admit('gw-2', 't3', 2)).toBe(true);
    quota.cleared('t2');
    quota.cleared('t2');
    expect(quota.admit('gw-1', 't4', 2)).toBe(true);
    expect(quota.size).toBe(3);
  });
});

describe('two with one credential', () => {
  test('three take-overs a minute are a bad line, the fourth is a clone', () => {
    const clock = new HandClock();
    const twins = new TwinWatch(clock);
    expect([1, 2, 3, 4].map(() => twins.tookOver('gw-1'))).toEqual([false, false, false, true]);
    expect(twins.isShutOut('gw-1')).toBe(true);
    expect(twins.isShutOut('gw-2')).toBe(false);
    clock.pass(60_000);
    expect(twins.isShutOut('gw-1')).toBe(false);
  });

  test('take-overs that are spread over time are none', () => {
    const clock = new HandClock();
    const twins = new TwinWatch(clock);
    for (let turn = 0; turn < 20; turn += 1) {
      clock.pass(20_001);
      expect(twins.tookOver('gw-1')).toBe(false);
    }
  });

  test('a new secret lifts it', () => {
    const twins = new TwinWatch(new HandClock());
    for (let turn = 0; turn < 4; turn += 1) twins.tookOver('gw-1');
    twins.forget('gw-1');
    expect(twins.isShutOut('gw-1')).toBe(false);
  });
});
