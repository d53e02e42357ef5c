import { describe, expect, test } from 'vitest';
import type { Channel } from '#contract/live.ts';
import { ChannelFeed, kept } from '#api/live/channel-feed.ts';
import { clientLimits, LiveClient } from '#api/live/live-client.ts';
import type { Beat, Pipe } from '#api/live/live-client.ts';
import { RateLimit } from '#api/live/rate-limit.ts';
import { inSlices } from '#api/live/slices.ts';
import { textFrameOf } from '#api/live/text-frame.ts';
import { readFrames } from './read-frames.ts';

const CHANNEL: Channel = 'lots';

function aFeed(): ChannelFeed {
  const source = { channel: CHANNEL, all: () => ({ lots: [] }), some: () => ({ lots: [] }) };
  return new ChannelFeed(source, { stream: 'run', simulated: true });
}

/** `madeMs`: monotonic; else made after everything. */
function aBeat(number: number, madeMs = Number.POSITIVE_INFINITY): Beat {
  return { number, madeMs, ...textFrameOf({ type: 'beat' }) };
}

/** A client's line whose reading is up to the test. */
class HeldPipe implements Pipe {
  readonly frames: Buffer[] = [];
  #left: (() => void)[] = [];
  bufferedBytes = 0;
  pings = 0;
  terminated = 0;
  closedWith: number | undefined;
  /** How many frames each write has. */
  readonly writes: number[] = [];
  #isCorked = false;

  send(frame: Buffer, left: () => void): void {
    this.frames.push(frame);
    if (this.#isCorked) this.writes.push((this.writes.pop() ?? 0) + 1);
    else this.writes.push(1);
    this.bufferedBytes += frame.length;
    this.#left.push(left);
  }

  /** The network takes all that waits. */
  drain(): void {
    this.bufferedBytes = 0;
    for (const left of this.#left.splice(0)) left();
  }

  cork(): void {
    this.writes.push(0);
    this.#isCorked = true;
  }

  uncork(): void {
    this.#isCorked = false;
  }

  ping(): void {
    this.pings += 1;
  }

  close(code: number): void {
    this.closedWith = code;
  }

  terminate(): void {
    this.terminated += 1;
  }
}

function aClient() {
  const pipe = new HeldPipe();
  const counts = { framesSent: 0, skips: 0, cut: 0 };
  const world = { monoMs: 0 };
  const clock = { wallMs: () => 0, monoMs: () => world.monoMs };
  const client = new LiveClient(pipe, clientLimits, counts, clock);
  const feed = aFeed();
  const feeds = new Map([[CHANNEL, feed]]);
  const watch = (seq?: number) =>
    client.watch(
      {
        type: 'watch',
        stream: 'run',
        channels: [{ channel: CHANNEL, ...(seq !== undefined && { seq }) }],
      },
      'run',
      feeds,
    );
  const change = () => {
    feed.changed('a');
    feed.flush(0, world.monoMs);
    client.advance();
  };
  const types = () =>
    pipe.frames.flatMap(readFrames).map((text) => {
      const { type, seq } = JSON.parse(text) as { type: string; seq?: number };
      return `${type} ${seq ?? ''}`.trim();
    });
  return { client, pipe, counts, world, feed, watch, change, types };
}

describe('a channel keeps for those who come back', () => {
  test('as many frames as it says, the newest', () => {
    const feed = aFeed();
    feed.joined();
    for (let at = 0; at < kept.frames + 50; at += 1) {
      feed.changed('a');
      feed.flush(at, at);
    }
    expect(feed.seq).toBe(kept.frames + 50);
    expect(feed.framesAfter(49)).toBeUndefined();
    expect(feed.framesAfter(50)).toHaveLength(kept.frames);
    expect(feed.framesAfter(feed.seq)).toEqual([]);
    expect(feed.framesAfter(feed.seq + 1)).toBeUndefined();
  });

  test('frames no older, and no more bytes, than it says', () => {
    const feed = aFeed();
    feed.joined();
    feed.changed('a');
    feed.flush(0, 0);
    expect(feed.framesAfter(0)).toHaveLength(1);
    feed.flush(1, kept.forMs);
    expect(feed.framesAfter(0)).toBeUndefined();

    const wide = 'x'.repeat(kept.bytes / 10);
    const source = { channel: CHANNEL, all: () => ({}), some: () => ({ bays: [wide] }) as object };
    const heavy = new ChannelFeed(source, { stream: 'run', simulated: true });
    heavy.joined();
    for (let at = 0; at < 30; at += 1) {
      heavy.changed('a');
      heavy.flush(at, at);
    }
    const bytes = [21, 22].map((seq) =>
      heavy.framesAfter(seq)?.reduce((n, f) => n + f.bytes.length, 0),
    );
    expect(bytes).toEqual([expect.any(Number), expect.any(Number)]);
    expect(Math.max(...bytes.map((n) => n ?? 0))).toBeLessThanOrEqual(kept.bytes);
    expect(heavy.framesAfter(19)).toBeUndefined();
  });

  test('nothing while nobody watches; its numbers go on all the same', () => {
    const feed = aFeed();
    feed.joined();
    feed.left(0);
    for (const at of [1, kept.forMs + 1]) {
      feed.changed('a');
      feed.flush(at, at);
    }
    expect(feed.seq).toBe(2);
    expect(feed.framesAfter(1)).toBeUndefined();
  });
});

describe('a client', () => {
  test('that is shown out and goes on talking is cut off', () => {
    const { client, pipe } = aClient();
    client.refuse(1008, 'no');
    expect([pipe.closedWith, pipe.terminated]).toEqual([1008, 0]);
    client.refuse(1008, 'no');
    expect(pipe.terminated).toBe(1);
  });

  test('that resumes on the same connection is not sent twice what is on its way', () => {
    const { watch, change, types } = aClient();
    watch();
    change();
    change();
    watch(0);
    expect(types()).toEqual(['snapshot 0', 'delta 1', 'delta 2']);
    change();
    expect(types().at(-1)).toBe('delta 3');
  });

  test('is given what a round has for it in one write', () => {
    const { client, feed, pipe, types, watch } = aClient();
    watch();
    feed.changed('a');
    feed.flush(0, 0);
    client.turn(aBeat(1));
    expect(types()).toEqual(['snapshot 0', 'delta 1', 'beat']);
    expect(pipe.writes).toEqual([1, 2]);
  });

  test('that does not keep up is skipped over, and is sent the present when it has drained', () => {
    const { watch, change, pipe, counts, types } = aClient();
    watch();
    pipe.bufferedBytes = clientLimits.skipBytes + 1;
    for (let n = 0; n < 5; n += 1) change();
    expect(types()).toEqual(['snapshot 0']);
    expect(counts.skips).toBe(5);
    pipe.drain();
    expect(types()).toEqual(['snapshot 0', 'snapshot 5']);
  });

  test('that lets too much wait is cut off', () => {
    const { watch, change, pipe, counts } = aClient();
    watch();
    pipe.bufferedBytes = clientLimits.cutBytes + 1;
    change();
    expect(pipe.terminated).toBe(1);
    expect(counts.cut).toBe(1);
  });

  test('that takes nothing for ten seconds is cut off, however little waits', () => {
    const { client, watch, pipe, world } = aClient();
    watch();
    world.monoMs = clientLimits.stuckMs;
    client.beat(aBeat(1));
    expect(pipe.terminated).toBe(0);
    world.monoMs += 1;
    client.beat(aBeat(2));
    expect(pipe.terminated).toBe(1);
  });

  test('is told no beat before it was told what the beat ages, nor one that is older than that', () => {
    const { client, watch, change, pipe, world, types } = aClient();
    client.beat(aBeat(1));
    expect(pipe.frames).toEqual([]);
    world.monoMs = 500;
    watch();
    client.beat(aBeat(1, 499));
    expect(types()).toEqual(['snapshot 0']);
    client.beat(aBeat(1, 500));
    expect(types()).toEqual(['snapshot 0', 'beat']);

    pipe.bufferedBytes = clientLimits.skipBytes + 1;
    world.monoMs = 2_000;
    change();
    pipe.drain();
    expect(types().at(-1)).toBe('snapshot 1');
    client.beat(aBeat(2, 1_999));
    expect(types().at(-1)).toBe('snapshot 1');
  });

  test('is pinged every half minute, and cut off when it does not answer in ten seconds', () => {
    const { client, pipe, world } = aClient();
    const beatAt = (monoMs: number, number: number) => {
      world.monoMs = monoMs;
      client.beat(aBeat(number));
      pipe.drain();
    };
    beatAt(29_000, 1);
    expect(pipe.pings).toBe(0);
    beatAt(30_000, 2);
    expect(pipe.pings).toBe(1);
    client.ponged();
    beatAt(41_000, 3);
    beatAt(60_000, 4);
    expect([pipe.pings, pipe.terminated]).toEqual([2, 0]);
    beatAt(70_001, 5);
    expect(pipe.terminated).toBe(1);
  });
});

test('a client may speak five times at once, then five times a second', () => {
  const rate = new RateLimit(5, 5, 0);
  const taken = (nowMs: number) =>
    Array.from({ length: 7 }, () => rate.take(nowMs)).filter(Boolean);
  expect(taken(0)).toHaveLength(5);
  expect(taken(199)).toHaveLength(0);
  expect(taken(400)).toHaveLength(2);
  expect(taken(60_000)).toHaveLength(5);
});

test('telling thousands lets others have their turn', async () => {
  let turns = 0;
  let isDone = false;
  const turn = () => {
    turns += 1;
    if (!isDone) setImmediate(turn);
  };
  setImmediate(turn);
  const told: number[] = [];
  await inSlices(
    Array.from({ length: 40 }, (_, n) => n),
    2,
    (n) => {
      const until = performance.now() + 1;
      while (performance.now() < until);
      told.push(n);
    },
  );
  isDone = true;
  expect(told).toHaveLength(40);
  expect(turns).toBeGreaterThan(10);
});
