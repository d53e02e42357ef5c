import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import * as fc from 'fast-check';
import { deadlines } from '#contract/deadlines.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { LiveBeat, LiveDelta, LiveMessage, LiveSnapshot, LotLive } from '#contract/live.ts';
import { BackOff } from '#web/live/back-off.ts';
import { LiveBook } from '#web/live/live-book.ts';
import { LiveFeed } from '#web/live/live-feed.ts';
import type { SocketEvents } from '#web/live/live-feed.ts';
import { ServerClock } from '#web/live/server-clock.ts';

const lotLive = (vacant: number, observedAt: number | null = 1): LotLive => ({
  lot: 'a' as LotId,
  counts: [{ class: 'general', vacant, occupied: 1, unknown: 0 }],
  observedAt,
  fact: null,
});
const snapshotOf = (own: Partial<LiveSnapshot> = {}): LiveSnapshot => ({
  type: 'snapshot',
  stream: 's',
  channel: 'lots',
  seq: 5,
  at: 1_000,
  simulated: false,
  lots: [lotLive(5)],
  ...own,
});
const deltaOf = (seq: number, own: Partial<LiveDelta> = {}): LiveDelta => ({
  type: 'delta',
  stream: 's',
  channel: 'lots',
  seq,
  at: 1_000 + seq,
  lots: [lotLive(seq)],
  ...own,
});
const beatOf = (own: Partial<LiveBeat> = {}): LiveBeat => ({
  type: 'beat',
  stream: 's',
  at: 1_000,
  site: 'one',
  observedAt: {},
  ...own,
});

describe('the book of what the stream has said', () => {
  const vacantOf = (book: LiveBook) => book.lots.get('a' as LotId)?.counts[0]?.vacant;
  const opened = () => {
    const book = new LiveBook(new Map());
    book.apply(snapshotOf());
    return book;
  };

  test('takes deltas in their order, once each, and asks anew when one is missing', () => {
    const book = opened();
    expect(book.apply(deltaOf(6))).toBe('applied');
    expect(book.apply(deltaOf(6, { lots: [lotLive(99)] }))).toBe('ignored');
    expect(vacantOf(book)).toBe(6);
    expect(book.apply(deltaOf(8))).toBe('gap');
    expect(vacantOf(book)).toBe(6);
    expect(book.seqOf('lots')).toBeUndefined();
    expect(book.apply(snapshotOf({ seq: 8, lots: [lotLive(8)] }))).toBe('applied');
    expect(vacantOf(book)).toBe(8);
  });

  test('does not mix streams: of another stream only a snapshot counts', () => {
    const book = opened();
    expect(book.apply(deltaOf(6, { stream: 'other' }))).toBe('gap');
    expect(book.apply(beatOf({ stream: 'other' }))).toBe('gap');
    expect(book.apply(snapshotOf({ stream: 'other', seq: 1 }))).toBe('applied');
    expect([book.stream, book.seqOf('lots')]).toEqual(['other', 1]);
  });

  test('is not set back by a polled snapshot that the socket has overtaken', () => {
    const book = opened();
    book.apply(deltaOf(6));
    expect(book.apply(snapshotOf({ seq: 5, lots: [lotLive(5)] }))).toBe('ignored');
    expect(vacantOf(book)).toBe(6);
  });

  test('learns from a beat how old counts are, and of no lot that it does not know', () => {
    const book = opened();
    book.apply(beatOf({ observedAt: { a: 777, b: 5 } as Record<LotId, number> }));
    expect(book.lots.get('a' as LotId)?.observedAt).toBe(777);
    expect(book.lots.size).toBe(1);
  });

  test('does not unlearn by a beat that was made before, but follows a clock that was set back', () => {
    const observedAt = (at: number) => ({ a: at }) as Record<LotId, number>;
    const agesAfter = (at: number) => {
      const book = opened();
      book.apply(snapshotOf({ at: 10_000_000, lots: [lotLive(5, 9_999_000)] }));
      book.apply(beatOf({ at, observedAt: observedAt(at - 1_000) }));
      return book.lots.get('a' as LotId)?.observedAt;
    };
    expect(agesAfter(10_000_000 - 500)).toBe(9_999_000);
    expect(agesAfter(10_000_000 + 500)).toBe(9_999_500);
    expect(agesAfter(10_000_000 - 3_600_000)).toBe(10_000_000 - 3_601_000);
  });

  test('knows the bays of watched lots only, and none after a gap or after leaving', () => {
    const book = opened();
    const bays = [{ bay: 'a-1' as BayId, state: 'vacant' as const, since: 1 }];
    const channel = 'lot:a';
    const bay = () => book.bays.get('a-1' as BayId);
    expect(book.apply({ ...deltaOf(3), channel, lots: [], bays })).toBe('ignored');
    book.apply({ ...snapshotOf({ channel, seq: 3 }), lots: [], bays });
    expect(bay()).toBe('vacant');
    expect(book.apply({ ...deltaOf(5), channel, lots: [], bays })).toBe('gap');
    expect(bay()).toBeUndefined();
    book.apply({ ...snapshotOf({ channel, seq: 5 }), lots: [], bays });
    book.forget(channel);
    expect(bay()).toBeUndefined();
  });

  test('after any disorder of frames equals the newest that it took, and only grows', () => {
    const seqs = fc.array(fc.nat({ max: 20 }), { maxLength: 40 });
    fc.assert(
      fc.property(seqs, (sent) => {
        const book = opened();
        let newest = 5;
        for (const seq of sent) {
          const applied = book.apply(deltaOf(seq));
          if (applied === 'gap') break;
          if (applied === 'applied') newest += 1;
        }
        expect(vacantOf(book)).toBe(newest);
      }),
    );
  });
});

describe('the server’s clock, as the page knows it,', () => {
  const hands = { wall: 1_000_000, mono: 500 };
  const clock = { wallMs: () => hands.wall, monoMs: () => hands.mono };
  const pass = (mono: number, wall = mono) => {
    hands.mono += mono;
    hands.wall += wall;
  };
  beforeEach(() => Object.assign(hands, { wall: 1_000_000, mono: 500 }));

  test('runs on from the message with the least delay, whatever the phone’s clock says', () => {
    const server = new ServerClock(clock, 1_000_000);
    server.hear(2_000_000);
    pass(3_000);
    server.hear(2_002_000);
    expect(server.now()).toBe(2_003_000);
    pass(400);
    expect(server.now()).toBe(2_003_400);
    expect(server.contactAgeMs()).toBe(400);
  });

  test('counts the time that a phone has slept, though its monotonic clock stood still', () => {
    const server = new ServerClock(clock, 1_000_000);
    server.hear(2_000_000);
    pass(100, 90_000);
    expect(server.contactAgeMs()).toBe(90_000);
    expect(server.now()).toBe(2_090_000);
  });

  test('is found again within a minute of beats after the server’s own clock was set back', () => {
    const server = new ServerClock(clock, 1_000_000);
    server.hear(50_000_000);
    let at = 46_400_000;
    for (let beats = 0; beats < 30; beats += 1) {
      pass(deadlines.beatEveryMs);
      at += deadlines.beatEveryMs;
      server.hear(at);
      expect(server.now()).toBeGreaterThanOrEqual(at);
    }
    expect(server.now()).toBe(at);
  });

  test('takes a page from a cache for as old as it is', () => {
    const server = new ServerClock(clock, 1_000_000 - 60_000);
    expect(server.now()).toBe(1_000_000);
    expect(new ServerClock(clock, 1_000_000 + 60_000).now()).toBe(1_060_500);
  });
});

test('retries double, jitter and end at their longest', () => {
  const backOff = new BackOff(100, 1_000, () => 0.5);
  expect([1, 2, 3, 4, 5, 6].map(() => backOff.nextMs())).toEqual([
    100, 200, 400, 800, 1_000, 1_000,
  ]);
  backOff.reset();
  expect(backOff.nextMs()).toBe(100);
  fc.assert(
    fc.property(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), (random) => {
      const ms = new BackOff(100, 1_000, () => random).nextMs();
      expect(ms).toBeGreaterThanOrEqual(75);
      expect(ms).toBeLessThanOrEqual(125);
    }),
  );
});

describe('the feed', () => {
  let sockets: { events: SocketEvents; sent: string[]; closed: boolean }[] = [];
  let polled: string[] = [];
  let answer: () => Promise<string> = async () => Promise.reject(new Error('away'));
  const heard: LiveMessage[] = [];
  let applied: 'applied' | 'gap' = 'applied';
  let feed: LiveFeed | undefined;
  const open = () => {
    feed = new LiveFeed({
      openSocket: (events) => {
        const socket = { events, sent: [] as string[], closed: false };
        sockets.push(socket);
        return { send: (text) => socket.sent.push(text), close: () => (socket.closed = true) };
      },
      fetchSnapshot: async (channel) => {
        polled.push(channel);
        return answer();
      },
      watch: () => ({ type: 'watch', channels: [{ channel: 'lots' }] }),
      hear: (message) => {
        heard.push(message);
        return applied;
      },
      random: () => 0.5,
    });
    return feed;
  };
  const say = (message: LiveMessage) => sockets.at(-1)?.events.said(JSON.stringify(message));

  beforeEach(() => {
    vi.useFakeTimers();
    sockets = [];
    polled = [];
    heard.length = 0;
    applied = 'applied';
    answer = async () => Promise.reject(new Error('away'));
  });
  afterEach(() => {
    feed?.close();
    const left = vi.getTimerCount();
    vi.useRealTimers();
    if (left > 0) throw new Error(`${left} timers run on after the feed is closed`);
  });

  test('says what it wants when the socket opens, and is live from the first frame', () => {
    const live = open();
    sockets[0]?.events.opened();
    expect(sockets[0]?.sent).toEqual(['{"type":"watch","channels":[{"channel":"lots"}]}']);
    expect(live.kind).toBe('connecting');
    say(snapshotOf());
    expect(live.kind).toBe('live');
    sockets[0]?.events.said('nonsense');
    expect([live.rejected, heard.length]).toEqual([1, 1]);
  });

  test('asks anew after a gap, at most so often as the server allows', () => {
    open();
    sockets[0]?.events.opened();
    applied = 'gap';
    for (let seq = 0; seq < 20; seq += 1) say(deltaOf(seq));
    vi.advanceTimersByTime(2_000);
    expect(sockets[0]?.sent).toHaveLength(2);
  });

  test('gives up a socket that is silent for the deadline and opens another', () => {
    const live = open();
    say(snapshotOf());
    vi.advanceTimersByTime(deadlines.pageLostMs - 1);
    expect(sockets).toHaveLength(1);
    vi.advanceTimersByTime(1);
    expect(sockets[0]?.closed).toBe(true);
    expect(live.kind).toBe('connecting');
    sockets[0]?.events.said(JSON.stringify(deltaOf(6)));
    expect(heard).toHaveLength(1);
    vi.advanceTimersByTime(1_000);
    expect(sockets).toHaveLength(2);
  });

  test('polls while sockets fail again and again, and stops when one works', async () => {
    const live = open();
    answer = async () => JSON.stringify(snapshotOf());
    sockets[0]?.events.closed();
    await vi.advanceTimersByTimeAsync(600);
    sockets[1]?.events.closed();
    await vi.advanceTimersByTimeAsync(0);
    expect(polled).toEqual(['lots']);
    expect(live.kind).toBe('polling');
    await vi.advanceTimersByTimeAsync(deadlines.beatEveryMs + 100);
    expect(polled.length).toBeGreaterThan(1);
    say(snapshotOf());
    expect(live.kind).toBe('live');
    const soFar = polled.length;
    for (let beat = 0; beat < 10; beat += 1) {
      await vi.advanceTimersByTimeAsync(deadlines.beatEveryMs);
      say(beatOf());
    }
    expect(polled).toHaveLength(soFar);
  });

  test('with a server that is gone for an hour opens sockets ever more rarely', async () => {
    open();
    let seen = 0;
    for (let second = 0; second < 3_600; second += 1) {
      for (; seen < sockets.length; seen += 1) sockets[seen]?.events.closed();
      await vi.advanceTimersByTimeAsync(1_000);
    }
    expect(sockets.length).toBeGreaterThan(100);
    expect(sockets.length).toBeLessThan(3_600_000 / 15_000 + 20);
    expect(polled.length).toBeLessThan(3_600_000 / 15_000 + 20);
    expect(feed?.kind).toBe('connecting');
  });

  test('does not sit out its back-off when the network is back', () => {
    const live = open();
    sockets[0]?.events.closed();
    live.wake();
    expect(sockets).toHaveLength(2);
    live.wake();
    expect(sockets).toHaveLength(2);
  });
});
