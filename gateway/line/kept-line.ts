import { openBackoff } from '#runtime/backoff.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import type { Line, OpenLine } from './line.ts';

/** What uses a line while it is there. */
export interface LineUser {
  attach(line: Line): void;
  detach(): void;
  bytes(chunk: Uint8Array): void;
}

export interface KeptLineOptions {
  readonly open: OpenLine;
  readonly user: LineUser;
  /** A line from which nothing was heard for this long is opened again. */
  readonly silenceMs: number;
  readonly clock: Clock;
  readonly log: Log;
}

/** A line that is opened again, for ever, after it was lost or fell silent. */
export interface KeptLine extends Running {
  readonly isOpen: boolean;
  /** Monotonic; since when it is open or absent. */
  readonly sinceMonoMs: number;
  readonly reopened: number;
  onChanged(listener: () => void): void;
}

const FIRST_RETRY_MS = 500;
/** An adapter that is put in again is open within 5 s; a try costs one look at a path. */
const MOST_RETRY_MS = 5_000;
/** A silent line is opened again less and less often: its sensors may just be without power. */
const MOST_SILENCE_FACTOR = 8;

export function keepLine(options: KeptLineOptions): KeptLine {
  const { open, user, silenceMs, clock, log } = options;
  const backoff = openBackoff(FIRST_RETRY_MS, MOST_RETRY_MS);
  const listeners: (() => void)[] = [];
  let line: Line | undefined;
  let opening: Promise<void> | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let silenceTimer: NodeJS.Timeout | undefined;
  let silenceFactor = 1;
  let heardAt = 0;
  let sinceMonoMs = clock.monoMs();
  let opens = 0;
  let absentSaid = false;
  let closed = false;

  function changed(): void {
    sinceMonoMs = clock.monoMs();
    for (const listener of listeners) listener();
  }

  async function tryOpen(): Promise<void> {
    let mine: Line | undefined;
    let lostBefore: string | undefined;
    try {
      mine = await open({
        bytes: (chunk) => {
          heardAt = clock.monoMs();
          silenceFactor = 1;
          // Only now: a port that opens and vanishes at once is still tried less and less often.
          backoff.reset();
          user.bytes(chunk);
        },
        lost: (reason) => {
          if (mine === undefined) lostBefore = reason;
          else if (line === mine) lose(reason);
        },
      });
    } catch (error) {
      if (!absentSaid) log.warn({ reason: messageOf(error) }, 'gateway.line.absent');
      absentSaid = true;
      return retry();
    }
    if (closed) return mine.close();
    if (lostBefore !== undefined) return retry();
    line = mine;
    opens += 1;
    absentSaid = false;
    heardAt = clock.monoMs();
    log.info({ opens }, 'gateway.line.open');
    user.attach(mine);
    watchSilence();
    changed();
  }

  function retry(): void {
    if (closed) return;
    retryTimer = setTimeout(() => {
      opening = tryOpen();
    }, backoff.nextMs());
  }

  function lose(reason: string): void {
    clearTimeout(silenceTimer);
    line = undefined;
    log.warn({ reason }, 'gateway.line.lost');
    user.detach();
    changed();
    retry();
  }

  function watchSilence(): void {
    const limitMs = silenceMs * silenceFactor;
    const leftMs = heardAt + limitMs - clock.monoMs();
    if (leftMs > 0) {
      silenceTimer = setTimeout(watchSilence, leftMs);
      return;
    }
    const silent = line;
    const heardBefore = heardAt;
    // After the event loop stood still this timer comes before the bytes that wait in the port, and
    // closing the port would throw them away: they are read in this turn.
    setImmediate(() => {
      if (silent === undefined || line !== silent) return;
      if (heardAt === heardBefore) giveUp(silent);
      else watchSilence();
    });
  }

  function giveUp(silent: Line): void {
    silenceFactor = Math.min(MOST_SILENCE_FACTOR, 2 * silenceFactor);
    lose('silent');
    silent.close().catch((error: unknown) => {
      log.warn({ reason: messageOf(error) }, 'gateway.line.closeFailed');
    });
  }

  opening = tryOpen();
  return {
    get isOpen() {
      return line !== undefined;
    },
    get sinceMonoMs() {
      return sinceMonoMs;
    },
    get reopened() {
      return Math.max(0, opens - 1);
    },
    onChanged: (listener) => void listeners.push(listener),
    close: async () => {
      closed = true;
      clearTimeout(retryTimer);
      clearTimeout(silenceTimer);
      await opening;
      const current = line;
      line = undefined;
      user.detach();
      await current?.close();
    },
  };
}
