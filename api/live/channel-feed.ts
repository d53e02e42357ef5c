import type { Channel, LiveDelta, LiveSnapshot } from '#contract/live.ts';
import { textFrameOf } from './text-frame.ts';
import type { TextFrame } from './text-frame.ts';

/** What a frame of a channel carries: lots, or bays. */
export type Entries = Pick<LiveDelta, 'lots' | 'bays'>;

export interface FeedSource {
  readonly channel: Channel;
  /** The present state of all that the channel carries. */
  all(): Entries;
  /** The present state of these. */
  some(ids: ReadonlySet<string>): Entries;
}

/** What frames say of where they come from. */
export interface StreamHead {
  readonly stream: string;
  readonly simulated: boolean;
}

/** `madeMs`: by the monotonic clock. */
export interface MadeFrame extends TextFrame {
  readonly madeMs: number;
}

interface NumberedFrame extends MadeFrame {
  readonly seq: number;
}

/** For clients that come back: the newest frames, in number, in age and in bytes. Oldest go first. */
export const kept = { frames: 600, forMs: 60_000, bytes: 1_048_576 } as const;

/** A snapshot is made once for all who come within this time, if nothing was sent meanwhile. */
const SNAPSHOT_MS = 1_000;

/**
 * One channel's numbered frames. Whatever changes between two frames is one entry with its newest
 * state, so that a frame's size is bounded by what the channel carries.
 */
export class ChannelFeed {
  readonly channel: Channel;
  readonly #source: FeedSource;
  readonly #head: StreamHead;
  readonly #changed = new Set<string>();
  readonly #ring: NumberedFrame[] = [];
  /** The last frame of the ring, as who lacks only that gets it. */
  #newest: readonly NumberedFrame[] = [];
  #ringBytes = 0;
  #seq = 0;
  #snapshot: NumberedFrame | undefined;
  #watchers = 0;
  #lastWatchedMs = Number.NEGATIVE_INFINITY;

  constructor(source: FeedSource, head: StreamHead) {
    this.channel = source.channel;
    this.#source = source;
    this.#head = head;
  }

  /** The number of the last frame; 0 before the first. */
  get seq(): number {
    return this.#seq;
  }

  get watchers(): number {
    return this.#watchers;
  }

  changed(id: string): void {
    this.#changed.add(id);
  }

  joined(): void {
    this.#watchers += 1;
  }

  left(nowMs: number): void {
    this.#watchers -= 1;
    this.#lastWatchedMs = nowMs;
  }

  /**
   * Makes a frame of what changed. While nobody has watched for longer than frames are kept,
   * nobody can resume: the number rises and no frame is made.
   */
  flush(at: number, nowMs: number): void {
    this.#forget(nowMs);
    if (this.#changed.size === 0) return;
    this.#seq += 1;
    const resumable = this.#watchers > 0 || nowMs - this.#lastWatchedMs < kept.forMs;
    if (resumable) {
      const { stream } = this.#head;
      const entries = this.#source.some(this.#changed);
      const { channel } = this;
      const delta: LiveDelta = { type: 'delta', stream, channel, seq: this.#seq, at, ...entries };
      const frame = textFrameOf(delta);
      const numbered = { seq: this.#seq, madeMs: nowMs, ...frame };
      this.#ring.push(numbered);
      this.#ringBytes += frame.wire.length;
      this.#forget(nowMs);
      this.#newest = this.#ring.length > 0 ? [numbered] : [];
    } else {
      this.#ring.length = 0;
      this.#newest = [];
      this.#ringBytes = 0;
    }
    this.#changed.clear();
  }

  /** The frames after `seq`; undefined when they are no longer, or never were, kept. */
  framesAfter(seq: number): readonly MadeFrame[] | undefined {
    if (seq === this.#seq) return [];
    // Nearly all of a crowd are one frame behind: none of them needs a list of its own.
    if (seq === this.#seq - 1 && this.#newest[0]?.seq === this.#seq) return this.#newest;
    const first = this.#ring[0]?.seq;
    if (first === undefined || seq + 1 < first || seq > this.#seq) return undefined;
    return this.#ring.slice(seq + 1 - first);
  }

  /** May already hold what the next frame will say: entries replace the former whole. */
  snapshot(at: number, nowMs: number): MadeFrame {
    const known = this.#snapshot;
    if (known && known.seq === this.#seq && nowMs - known.madeMs < SNAPSHOT_MS) return known;
    this.#snapshot = { seq: this.#seq, madeMs: nowMs, ...textFrameOf(this.present(at)) };
    return this.#snapshot;
  }

  present(at: number): LiveSnapshot {
    const { stream, simulated } = this.#head;
    const head = { stream, channel: this.channel, seq: this.#seq, at };
    return { type: 'snapshot', ...head, simulated, ...this.#source.all() };
  }

  #forget(nowMs: number): void {
    let drop = 0;
    for (const { madeMs, wire } of this.#ring) {
      const tooMany = this.#ring.length - drop > kept.frames || this.#ringBytes > kept.bytes;
      if (!tooMany && nowMs - madeMs < kept.forMs) break;
      this.#ringBytes -= wire.length;
      drop += 1;
    }
    if (drop > 0) this.#ring.splice(0, drop);
    if (this.#ring.length === 0) this.#newest = [];
  }
}
