import { cpSync, existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { vi } from 'vitest';
import type { BayState } from '#contract/bay.ts';
import { deadlines } from '#contract/deadlines.ts';
import type { BayId } from '#contract/ids.ts';
import { LineId, SiteId } from '#contract/ids.ts';
import { startIngest } from '#api/ingest/start-ingest.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import type { Random } from '#firmware-sim/world/random.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { Retention } from '#gateway/journal/retention.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import type { LineView } from '#gateway/publish/messages.ts';
import { Publisher } from '#gateway/publish/publisher.ts';
import type { Clock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { onDisk } from '../api/ingest/full-disk.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { readJournal, readLog } from './history-of.ts';
import type { Kept } from './history-of.ts';
import { GATEWAY, VirtualNetwork } from './virtual-network.ts';

/** Virtual time begins here. */
export const BEGIN_AT = Date.UTC(2026, 10, 24);
const KNOWN = ['vacant', 'occupied'] as const;
/** Memory, where there is some to mount: a sync then costs nothing, and nothing is proven by it. */
const DISKS = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

interface Crash {
  /** Its disk is as it was at the last backup. */
  readonly restored?: boolean;
  /** It has another, empty disk. */
  readonly replaced?: boolean;
}

/**
 * A gateway's journal and publisher, a network, ingest and log: the real ones, in one process and in
 * virtual time. `vi`'s timers must be faked by the caller, the clock's too.
 */
export class VirtualWorld {
  readonly network: VirtualNetwork;
  readonly disk = { full: false };
  readonly random: Random;
  /** The gateway's disk is, or was, one that an earlier gateway had. */
  wasRestored = false;
  /** By the gateway's clock, what its wall clock is wrong by. */
  skewMs = 0;
  readonly #folder = mkdtempSync(join(DISKS, 'binjari-'));
  readonly #site;
  readonly #bays: readonly BayId[];
  readonly #states = new Map<BayId, BayState>();
  #gateway: ReturnType<VirtualWorld['startGateway']>;
  #api: ReturnType<VirtualWorld['startApi']>;

  constructor(seed: number) {
    this.random = openRandom(seed, 'world');
    this.network = new VirtualNetwork(openRandom(seed, 'network'));
    vi.spyOn(Math, 'random').mockImplementation(openRandom(seed, 'jitter'));
    writeSmallSite(this.#folder, { lots: 1, baysPerLot: 4 });
    this.#site = readSiteFolder(this.#folder);
    this.#bays = this.#site.bays.map((bay) => bay.properties.id);
    this.#gateway = this.startGateway();
    this.#api = this.startApi();
  }

  get journal(): Journal {
    return this.#gateway.journal;
  }

  get bays(): readonly BayId[] {
    return this.#bays;
  }

  startGateway() {
    const bootAt = Date.now();
    const clock: Clock = {
      wallMs: () => Date.now() + this.skewMs,
      monoMs: () => Date.now() - bootAt,
    };
    const wallTime = new WallTime(clock, BEGIN_AT - 86_400_000);
    const journal = new Journal(join(this.#folder, 'gateway'), wallTime, silentLog);
    const keepSettledMs = 86_400_000;
    const retention = new Retention(journal, { keepSettledMs, maxBytes: 2 ** 30 }, silentLog);
    this.#states.clear();
    let openSeq: number | undefined;
    const line: LineView = {
      line: LineId.parse('line-1'),
      bays: () =>
        this.#bays.map((bay) => ({
          bay,
          state: this.#states.get(bay) ?? 'unknown',
          sensedAt: Date.now(),
          observedAtMono: this.#states.has(bay) ? clock.monoMs() : undefined,
          confidence: 0.9,
        })),
      status: () => ({
        line: LineId.parse('line-1'),
        state: 'open',
        since: BEGIN_AT,
        sensors: 4,
        answering: 4,
        framesHeard: 0,
        framesBad: 0,
        bytesDiscarded: 0,
        timeouts: 0,
        lateAnswers: 0,
        retries: 0,
        reopened: 0,
      }),
      health: () => ({ lineFaultSince: undefined, sensors: [] }),
    };
    const link = this.network.open(GATEWAY, clock);
    const publisher = new Publisher({
      link,
      site: SiteId.parse('small'),
      gateway: GATEWAY,
      software: 'test',
      simulated: true,
      lines: [line],
      journal,
      wallTime,
      clock,
      log: silentLog,
      alarms: () => [],
      siteStatus: () => undefined,
      onNewApi: () => undefined,
      onNewRun: () => {
        openSeq = undefined;
        this.#states.clear();
      },
    });
    const watch = () => {
      const now = clock.monoMs();
      const stepped = wallTime.check() === 'changed';
      const isCut = journal.takeCut();
      if (openSeq !== undefined && (stepped || isCut || journal.hasOrphanedInterval)) {
        journal.extend(openSeq, now, { ends: true });
        openSeq = undefined;
      }
      if (openSeq !== undefined) journal.extend(openSeq, now);
      else if (this.#states.size === this.#bays.length) {
        openSeq = journal.appendObserved(line.line, this.#bays, now - 1, now);
        publisher.appended(line);
      }
    };
    const timers = [
      setInterval(watch, 1_000),
      setInterval(() => journal.flush({ marks: true }), deadlines.markEveryMs),
      setInterval(() => retention.prune(clock.wallMs()), 60_000),
    ];
    const reconnect = setInterval(() => {
      if (this.isNetworkUp) link.up();
    }, 3_000);
    return {
      journal,
      link,
      line,
      clock,
      publisher,
      stop: () => {
        for (const timer of [...timers, reconnect]) clearInterval(timer);
      },
    };
  }

  isNetworkUp = true;

  startApi() {
    const clock: Clock = { wallMs: () => Date.now(), monoMs: () => Date.now() };
    const link = this.network.open('api', clock);
    const site = this.#site;
    const folder = join(this.#folder, 'api', 'log');
    const eventLog = onDisk(this.disk, openEventLog(folder, { clock, log: silentLog }));
    const restored = { bays: eventLog.bayStates(), facts: eventLog.lotFacts() };
    const liveState = openLiveState({ site, clock, restored });
    const ingest = startIngest({ site, link, eventLog, liveState, clock, log: silentLog });
    const reconnect = setInterval(() => {
      if (this.isNetworkUp) link.up();
    }, 2_000);
    return { link, eventLog, liveState, ingest, stop: () => clearInterval(reconnect) };
  }

  /** A car comes or goes. */
  change(bay: BayId, at = KNOWN[this.#states.get(bay) === 'vacant' ? 1 : 0]): void {
    const { journal, clock, publisher, line } = this.#gateway;
    this.#states.set(bay, at);
    const sensedMono = clock.monoMs();
    journal.appendBay({ bay, state: at, cause: 'sensor', confidence: 0.9, sensedMono });
    publisher.appended(line);
  }

  /** Its process is gone at once: what was not flushed is lost, as it never happened. */
  async crashGateway({ restored, replaced }: Crash = {}): Promise<void> {
    const { journal, link, publisher, stop } = this.#gateway;
    stop();
    journal.database.close();
    await link.close();
    // Its timers, as the end of a process takes them; there is no journal to write to any more.
    await publisher.close().catch(() => undefined);
    if (restored) {
      this.#restore('gateway');
      this.wasRestored = true;
    }
    if (replaced) rmSync(join(this.#folder, 'gateway'), { recursive: true });
    this.#gateway = this.startGateway();
  }

  async crashApi({ restored }: Pick<Crash, 'restored'> = {}): Promise<void> {
    const { link, eventLog, liveState, ingest, stop } = this.#api;
    stop();
    eventLog.close();
    await ingest.close();
    liveState.close();
    await link.close();
    if (restored) this.#restore('api');
    this.#api = this.startApi();
  }

  /** What a backup holds, taken while nobody writes. */
  backUp(name: 'gateway' | 'api'): void {
    this.#gateway.journal.flush({ marks: true });
    const copy = join(this.#folder, `${name}.copy`);
    rmSync(copy, { recursive: true, force: true });
    cpSync(join(this.#folder, name), copy, { recursive: true });
  }

  #restore(name: 'gateway' | 'api'): void {
    const copy = join(this.#folder, `${name}.copy`);
    if (!existsSync(copy)) return;
    rmSync(join(this.#folder, name), { recursive: true });
    cpSync(copy, join(this.#folder, name), { recursive: true });
  }

  get isConnected(): boolean {
    return this.#gateway.link.connected;
  }

  get isSettled(): boolean {
    const { journal } = this.#gateway;
    return journal.unsettled === 0 && journal.runs.every((run) => run.settledSeq >= run.lastSeq);
  }

  kept(): { readonly log: Kept; readonly journal: Kept } {
    return {
      log: readLog(join(this.#folder, 'api')),
      journal: readJournal(join(this.#folder, 'gateway')),
    };
  }

  get api() {
    return this.#api;
  }

  stateOf(bay: BayId): BayState {
    return this.#states.get(bay) ?? 'unknown';
  }

  async close(): Promise<void> {
    const { journal, link, publisher, stop } = this.#gateway;
    stop();
    await publisher.close();
    await link.close();
    journal.close();
    const { eventLog, liveState, ingest } = this.#api;
    this.#api.stop();
    await ingest.close();
    liveState.close();
    eventLog.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }
}
