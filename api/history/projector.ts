import { HOUR_MS } from '#contract/time.ts';
import { openBackoff } from '#runtime/backoff.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { EventLogReader, ExpiringLog } from '../log/event-log.ts';
import type { Placements } from '../site/placements.ts';
import { BayBoard } from './bay-board.ts';
import { buildView } from './build-view.ts';
import { GroupFold } from './group-fold.ts';
import type { HistoryStatus, Verification } from './history.ts';
import { LotSums } from './lot-sums.ts';
import { yieldToOthers } from './turns.ts';
import { expireHistory } from './expire-history.ts';
import { Waiters } from './waiters.ts';
import type { Expiry } from './waiters.ts';
import { verifyFollowing } from './verify.ts';
import { ViewDamagedError } from './view.ts';
import type { HistoryView, ViewEngine } from './view.ts';

export interface ProjectorParts {
  readonly eventLog: EventLogReader;
  readonly placements: Placements;
  readonly engine: ViewEngine;
  readonly clock: Clock;
  readonly log: Log;
}

/** Commits within this time go into the view together. */
const GROUP_MS = 500;
/** Records read in one go: the event loop belongs to others in between. */
const READ_RECORDS = 1_000;
/** Records written in one go at most. */
const GROUP_RECORDS = 50_000;
/** A view that fails so often in a row, for a reason that lies in it, is set aside. */
const MOST_FAILURES = 3;

/**
 * Carries the log into the view: runs apart from whoever commits, keeps its place in the view, and
 * starts again from there after any failure. A view that cannot be used is made again from the log.
 */
export class Projector {
  readonly #parts: ProjectorParts;
  readonly #log: Log;
  readonly #backoff = openBackoff(500, 30_000);
  readonly #running: Promise<void>;
  readonly #stopListening: () => void;
  readonly #waiters = new Waiters();
  #placements: Placements;
  /** The board knows them not yet. */
  #placementsAreNew = false;
  #view: HistoryView | undefined;
  /** The view, while it may be asked. */
  #answering: HistoryView | undefined;
  #position = 0;
  #failed: string | undefined;
  #failures = 0;
  #suspicion: Error | undefined;
  #rebuildWanted = false;
  #isBuilding = false;
  #isClosing = false;
  #timer: NodeJS.Timeout | undefined;
  #wake: () => void = () => undefined;

  constructor(parts: ProjectorParts) {
    this.#parts = parts;
    this.#placements = parts.placements;
    this.#log = parts.log;
    this.#stopListening = parts.eventLog.onCommitted(() => this.#wakeSoon());
    this.#running = this.#run();
  }

  /** Throws UnavailableError('view_not_ready') while there is nothing to ask. */
  requireView(): HistoryView {
    if (this.#answering) return this.#answering;
    const { position, target } = this.status();
    const why = this.#failed ?? `${position} of ${target} records`;
    throw new UnavailableError('view_not_ready', `History is being rebuilt: ${why}`);
  }

  status(): HistoryStatus {
    return {
      position: this.#position,
      target: this.#parts.eventLog.lastPosition,
      rebuilding: this.#answering === undefined,
      failed: this.#failed,
    };
  }

  async caughtUp(): Promise<void> {
    this.#requireOpen();
    const waited = this.#waiters.untilAt(this.#parts.eventLog.lastPosition);
    this.#tellWaiting();
    this.#wake();
    await waited;
  }

  rebuild(): Promise<void> {
    if (!this.#isBuilding) {
      this.#answering = undefined;
      this.#rebuildWanted = true;
    }
    return this.caughtUp();
  }

  /** Holds the view against the log at the next moment at which it has caught up. */
  async verify(): Promise<Verification> {
    this.#requireOpen();
    const verified = this.#waiters.untilVerified();
    this.#wake();
    return verified;
  }

  /**
   * Seals the hours before `until` and removes what they were summed from, at the next moment at
   * which the view has caught up. Resolves with the number of events that went.
   */
  async expire(until: number, log: ExpiringLog): Promise<number> {
    this.#requireOpen();
    const expired = this.#waiters.untilExpired({ until, log });
    this.#wake();
    return expired;
  }

  /** Taken up between two groups; what was folded by other places is made again from the log. */
  changePlacements(placements: Placements): void {
    this.#placements = placements;
    this.#placementsAreNew = true;
    this.#wake();
  }

  /** A reader met an error that makes the file suspect. */
  suspect(error: Error): void {
    this.#suspicion = error;
    this.#wake();
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    this.#stopListening();
    this.#wake();
    await this.#running;
    clearTimeout(this.#timer);
    this.#answering = undefined;
    await this.#view?.close();
    this.#view = undefined;
    this.#waiters.giveUp(closed());
  }

  #requireOpen(): void {
    if (this.#isClosing) throw closed();
  }

  async #run(): Promise<void> {
    while (!this.#isClosing) {
      try {
        const board = await this.#open();
        if (board) await this.#follow(board);
      } catch (error) {
        await this.#recover(error);
      }
    }
  }

  /** The bays as the view left them; makes the view when it is not this log's. */
  async #open(): Promise<BayBoard | undefined> {
    const { eventLog, engine } = this.#parts;
    const view = (this.#view ??= await engine.open());
    const mark = await view.mark();
    const rows = mark && (await view.bays());
    this.#placementsAreNew = false;
    const read = { log: eventLog, position: mark?.position ?? 0 };
    const board = rows && BayBoard.from(this.#placements, rows, read);
    const isOurs = mark?.logId === eventLog.logId && mark.position <= eventLog.lastPosition;
    if (mark && board && isOurs && !this.#rebuildWanted) {
      this.#position = mark.position;
      this.#answering = view;
      return board;
    }
    return this.#build(view);
  }

  async #build(view: HistoryView): Promise<BayBoard | undefined> {
    const { eventLog, clock } = this.#parts;
    this.#answering = undefined;
    this.#isBuilding = true;
    this.#rebuildWanted = false;
    this.#position = 0;
    const startedAt = clock.monoMs();
    const position = eventLog.lastPosition;
    this.#log.info({ position }, 'history.view.rebuilding');
    await view.clear();
    this.#placementsAreNew = false;
    const board = BayBoard.empty(this.#placements);
    const isDone = await buildView({ log: eventLog, board, view }, position, {
      built: (bays) => (this.#position = Math.floor((position * bays) / board.count)),
      isStopped: () => this.#isClosing,
    });
    if (!isDone) return undefined;
    this.#isBuilding = false;
    this.#position = position;
    this.#answering = view;
    const tookMs = Math.round(clock.monoMs() - startedAt);
    this.#log.info({ position, bays: board.count, tookMs }, 'history.view.rebuilt');
    return board;
  }

  async #follow(board: BayBoard): Promise<void> {
    const sums = new LotSums();
    while (!this.#isClosing && !this.#rebuildWanted) {
      if (this.#suspicion) throw this.#suspicion;
      if (this.#placementsAreNew) {
        this.#placementsAreNew = false;
        const read = { log: this.#parts.eventLog, position: this.#position };
        if (!board.rearrange(this.#placements, read)) {
          this.#rebuildWanted = true;
          return;
        }
      }
      const hasMore = await this.#group(board, sums);
      this.#failures = 0;
      this.#failed = undefined;
      this.#backoff.reset();
      this.#tellWaiting();
      if (hasMore) continue;
      if (this.#waiters.expiry) await this.#expire(board, this.#waiters.expiry);
      else if (this.#waiters.wantsVerification) await this.#verify(board, sums);
      else await this.#untilWoken();
    }
  }

  /** Folds and writes one group; false: the log has no more for now. */
  async #group(board: BayBoard, sums: LotSums): Promise<boolean> {
    const { eventLog } = this.#parts;
    const view = this.#followed();
    const group = new GroupFold(eventLog, board, sums);
    const { lastPosition } = eventLog;
    let position = this.#position;
    let taken = 0;
    let read = READ_RECORDS;
    while (read === READ_RECORDS && taken < GROUP_RECORDS && !this.#isClosing) {
      const records = eventLog.recordsAfter(position, READ_RECORDS);
      for (const logged of records) group.take(logged);
      position = records.at(-1)?.position ?? position;
      read = records.length;
      taken += read;
      await yieldToOthers();
    }
    if (taken === 0) {
      // Positions without a record are no lag.
      this.#position = Math.max(this.#position, lastPosition);
      return false;
    }
    if (group.lateCount > 0) {
      this.#log.info({ bays: group.lateCount }, 'history.bay.refolded');
    }
    await view.write(await group.finish(view, position));
    this.#position = position;
    return read === READ_RECORDS;
  }

  async #expire(board: BayBoard, expiry: Expiry): Promise<void> {
    const { eventLog } = this.#parts;
    const isStopped = () => this.#isClosing;
    const parts = { eventLog, view: this.#followed(), board, position: this.#position, isStopped };
    this.#waiters.expired(expiry, await expireHistory(expiry, parts));
  }

  #followed(): HistoryView {
    if (!this.#view) throw new Error('no view to follow with');
    return this.#view;
  }

  async #verify(board: BayBoard, sums: LotSums): Promise<void> {
    const { eventLog, clock } = this.#parts;
    const view = this.#followed();
    const found = await verifyFollowing(
      { log: eventLog, view, placements: this.#placements, say: this.#log },
      {
        upTo: clock.wallMs() - HOUR_MS,
        position: () => this.#position,
        follow: async () => {
          while (await this.#group(board, sums));
        },
        isStopped: () => this.#isClosing,
      },
    );
    if (found) this.#waiters.verified(found);
  }

  async #recover(error: unknown): Promise<void> {
    this.#isBuilding = false;
    this.#failures += 1;
    this.#failed = messageOf(error);
    this.#suspicion = undefined;
    const isBroken = error instanceof UnavailableError && error.code === 'view_broken';
    const isDamaged =
      error instanceof ViewDamagedError || (isBroken && this.#failures >= MOST_FAILURES);
    const retryMs = this.#backoff.nextMs();
    const facts = { problem: this.#failed, isDamaged, failures: this.#failures, retryMs };
    this.#log.error(facts, 'history.view.failed');
    if (isDamaged) this.#answering = undefined;
    if (!isDamaged || this.#failures > MOST_FAILURES) await this.#pause(retryMs);
    this.#answering = undefined;
    try {
      await this.#view?.close();
      this.#view = undefined;
      if (isDamaged) await this.#parts.engine.setAside();
    } catch (closing) {
      this.#view = undefined;
      this.#log.error({ problem: messageOf(closing) }, 'history.view.closeFailed');
    }
  }

  #tellWaiting(): void {
    if (!this.#answering || this.#rebuildWanted || this.#placementsAreNew) return;
    this.#waiters.at(this.#position);
  }

  #wakeSoon(): void {
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#wake();
    }, GROUP_MS);
  }

  #untilWoken(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve;
      const isWanted = this.#waiters.any || this.#suspicion !== undefined || this.#placementsAreNew;
      if (this.#isClosing || this.#rebuildWanted || isWanted) resolve();
      else if (this.#parts.eventLog.lastPosition > this.#position) this.#wakeSoon();
    });
  }

  #pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.#wake = () => {
        if (!this.#isClosing) return;
        clearTimeout(timer);
        resolve();
      };
      this.#wake();
    });
  }
}

const closed = () => new UnavailableError('not_ready', 'history is closed');
