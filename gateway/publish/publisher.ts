import { TOLD_ALARMS_MOST } from '#contract/alarms.ts';
import type { ToldAlarm } from '#contract/alarms.ts';
import { deadlines } from '#contract/deadlines.ts';
import type { GatewaySiteStatus } from '#contract/gateway-site.ts';
import type { GatewayId, LineId, SiteId } from '#contract/ids.ts';
import type { AckMessage } from '#contract/messages.ts';
import type { KeysOf, PayloadOf, TopicName } from '#contract/topics.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import type { Journal } from '../journal/journal.ts';
import type { WallTime } from '../journal/wall-time.ts';
import { agesOf, snapshotBays } from './messages.ts';
import type { LineView } from './messages.ts';
import { RecordFlow } from './record-flow.ts';
import { applyAck } from './settlement.ts';

export interface PublisherOptions {
  readonly link: MqttLink;
  readonly site: SiteId;
  readonly gateway: GatewayId;
  readonly software: string;
  readonly simulated: boolean;
  /** Read anew each time: the site may change. */
  readonly lines: readonly LineView[];
  /** What is wrong with the gateway itself now. */
  readonly alarms: () => readonly ToldAlarm[];
  /** What the status says of the site; undefined: nothing. */
  readonly siteStatus: () => GatewaySiteStatus | undefined;
  readonly journal: Journal;
  readonly wallTime: WallTime;
  readonly clock: Clock;
  readonly log: Log;
  /** The disk was restored: the journal has begun a new run, what was believed is to be decided anew. */
  readonly onNewRun: () => void;
  /** An api has started: it knows of this gateway what the broker kept, and nothing of now. */
  readonly onNewApi: () => void;
}

export interface PublisherCounts {
  acks: number;
  snapshots: number;
  /** Messages that the link could not take; records among them are sent again. */
  unsent: number;
}

/**
 * New events wait for others, so that they share a write and a message: `crowdMs` where `crowd` of
 * them are waiting by then, else `fewMs`, since most of what a few cost is the write itself.
 */
export const coalesce = { crowd: 32, crowdMs: 40, fewMs: 100 } as const;
/** While records wait, what changes on a line is told at most so often. */
const SNAPSHOT_EVERY_MS = 100;
const STATUS_EVERY_MS = 30_000;
const STATUS_SETTLE_MS = 500;
const TICK_MS = 500;
/** However many apis ask at once: a start of several costs one round of snapshots. */
const ASKED_EVERY_MS = 1_000;

/** Everything that leaves the gateway. */
export class Publisher implements Running {
  readonly counts: PublisherCounts = { acks: 0, snapshots: 0, unsent: 0 };
  readonly flow: RecordFlow;
  readonly #options: PublisherOptions;
  readonly #keys: { readonly site: SiteId; readonly gateway: GatewayId };
  readonly #changedLines = new Set<LineView>();
  /** When each line's last snapshot went out, monotonic. */
  readonly #snapshotAt = new WeakMap<LineView, number>();
  readonly #startedAt: number;
  readonly #ticker: NodeJS.Timeout;
  readonly #reporter: NodeJS.Timeout;
  /** Appended since the last write. */
  #waiting = 0;
  /** The last one did not send all that there was. */
  #leftSome = false;
  #pumpTimer: NodeJS.Timeout | undefined;
  #statusTimer: NodeJS.Timeout | undefined;
  #askedTimer: NodeJS.Timeout | undefined;
  #toldAt = Number.NEGATIVE_INFINITY;
  #statusAt = 0;
  #api: string | undefined;
  #doubtSaid: string | undefined;

  constructor(options: PublisherOptions) {
    this.#options = options;
    const { link, site, gateway, journal, wallTime, clock } = options;
    this.#keys = { site, gateway };
    this.#startedAt = wallTime.wallOf(clock.monoMs());
    this.flow = new RecordFlow({
      journal,
      wallTime,
      clock,
      send: (message) => this.#publish('events', this.#keys, message),
    });
    link.subscribe('ack', this.#keys, ({ payload, retained }) => {
      // A kept copy says nothing of now; nobody should keep one.
      if (!retained) this.#hearAck(payload);
    });
    link.subscribe('command', this.#keys, ({ retained }) => {
      if (!retained) this.#hearAsked();
    });
    link.onUp(() => this.#greet());
    link.onDown(() => this.flow.down());
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
    this.#reporter = setInterval(() => this.#report(), deadlines.reportEveryMs);
  }

  /** Something was appended to the journal of this line. */
  appended(line: LineView): void {
    this.#changedLines.add(line);
    this.#waiting += 1;
    this.#pumpSoon();
  }

  /** A line was opened, lost, or fell silent; an alarm was raised or cleared. */
  statusChanged(): void {
    this.#statusTimer ??= setTimeout(() => {
      this.#statusTimer = undefined;
      this.#sendStatus();
    }, STATUS_SETTLE_MS);
  }

  /** The site has changed: what is true now, and nothing of lines that are gone. */
  siteChanged(gone: readonly LineId[]): void {
    const { link, lines } = this.#options;
    this.#changedLines.clear();
    if (!link.connected) return;
    for (const line of gone) {
      for (const name of ['snapshot', 'health'] as const) {
        const cleared = link.clearRetained(name, { ...this.#keys, line });
        cleared.catch((error: unknown) => this.#miss(error));
      }
    }
    this.#sendStatus();
    this.#sendSnapshots(lines);
    this.#pump();
  }

  /** Says goodbye; what is not settled stays in the journal. */
  async close(): Promise<void> {
    const { link, gateway, journal } = this.#options;
    clearInterval(this.#ticker);
    clearInterval(this.#reporter);
    clearTimeout(this.#pumpTimer);
    clearTimeout(this.#statusTimer);
    clearTimeout(this.#askedTimer);
    journal.flush({ marks: true });
    if (!link.connected) return;
    const offline = { v: 1, state: 'offline', gateway } as const;
    await link.publish('status', this.#keys, offline).catch((error: unknown) => this.#miss(error));
  }

  #tick(): void {
    const { clock, wallTime, log } = this.#options;
    const now = clock.monoMs();
    const { doubt } = wallTime;
    if (doubt !== this.#doubtSaid) {
      if (doubt) log.error({ doubt }, 'gateway.clock.untrusted');
      else log.info({}, 'gateway.clock.trusted');
      this.#doubtSaid = doubt;
    }
    this.#pumpUnlessSoon();
    if (now - this.#statusAt >= STATUS_EVERY_MS) this.#sendStatus();
  }

  #pump(): void {
    this.#waiting = 0;
    this.flow.pump();
    this.#leftSome = this.flow.isBehind;
    if (this.flow.holdsBack) this.#pumpSoon();
  }

  /**
   * What came since waits for its window's end: each write to the disk costs as much as a hundred
   * records, and settlements of a busy gateway would cut every window to half.
   */
  #pumpUnlessSoon(): void {
    if (this.#pumpTimer !== undefined) return;
    this.#pump();
    this.#tellAhead();
  }

  #pumpSoon(): void {
    const { crowd, crowdMs, fewMs } = coalesce;
    const pump = () => {
      this.#pumpTimer = undefined;
      this.#pump();
      this.#tellAhead();
    };
    this.#pumpTimer ??= setTimeout(() => {
      // A backlog keeps its pace, and what changes beside it has waited long enough.
      const areFew = this.#waiting < crowd && !this.#leftSome;
      if (areFew) this.#pumpTimer = setTimeout(pump, fewMs - crowdMs);
      else pump();
    }, crowdMs);
  }

  /** The live map must not wait for the backlog: snapshots tell meanwhile what has changed. */
  #tellAhead(): void {
    const { link, clock } = this.#options;
    // Once it is connected again, every line is told.
    if (!link.connected || !this.flow.isBehind) return this.#changedLines.clear();
    const before = clock.monoMs() - SNAPSHOT_EVERY_MS;
    const due = [...this.#changedLines].filter(
      (line) => (this.#snapshotAt.get(line) ?? before) <= before,
    );
    if (due.length > 0) this.#sendSnapshots(due);
    if (this.#changedLines.size > 0) this.#pumpSoon();
  }

  /** First what is true now, then the records. */
  #greet(): void {
    this.#sendStatus();
    this.#sendSnapshots(this.#options.lines);
    this.flow.up();
    this.#pump();
  }

  #hearAck(ack: AckMessage): void {
    const { journal, wallTime, log, onNewRun, onNewApi } = this.#options;
    this.counts.acks += 1;
    wallTime.hearApi(ack.apiAt);
    const { forward, again, beyond } = applyAck(journal, ack, log);
    if (beyond) {
      journal.beginRun();
      onNewRun();
    }
    // What was in flight went to an api that is gone; its next turn may be a minute away.
    const isOtherApi = this.#api !== undefined && ack.api !== this.#api;
    if (isOtherApi) this.flow.restart();
    else if (again || beyond) this.flow.rewind();
    for (const run of forward) this.flow.settled(run);
    journal.forgetSettledRows();
    // A gateway that dies often must not find its old journals owed again each time.
    if (forward.some((run) => run !== journal.running && run.settledSeq >= run.lastSeq)) {
      journal.flush({ marks: true });
    }
    if (ack.api !== this.#api) {
      this.#api = ack.api;
      this.#sendSnapshots(this.#options.lines);
      onNewApi();
    }
    this.#pumpUnlessSoon();
  }

  /** `snapshots` is the only command there is. */
  #hearAsked(): void {
    const waitMs = Math.max(0, this.#toldAt + ASKED_EVERY_MS - this.#options.clock.monoMs());
    this.#askedTimer ??= setTimeout(() => {
      this.#askedTimer = undefined;
      this.#toldAt = this.#options.clock.monoMs();
      this.#sendSnapshots(this.#options.lines);
      this.#options.onNewApi();
    }, waitMs);
  }

  #sendSnapshots(lines: readonly LineView[]): void {
    const { journal, clock, simulated, link } = this.#options;
    if (!link.connected) return;
    // A full disk holds the events back; what is true now goes on being told.
    journal.flush();
    const now = clock.monoMs();
    for (const line of lines) {
      this.#changedLines.delete(line);
      this.#snapshotAt.set(line, now);
      this.counts.snapshots += 1;
      this.#publish(
        'snapshot',
        { ...this.#keys, line: line.line },
        {
          v: 1,
          journal: journal.id,
          held: journal.heldIds,
          seq: journal.running.lastSeq,
          line: line.line,
          publishedAt: Math.round(clock.wallMs()),
          simulated,
          bays: snapshotBays(line, now),
        },
      );
    }
  }

  #sendStatus(): void {
    const { journal, clock, gateway, software, simulated, lines, alarms, link } = this.#options;
    const site = this.#options.siteStatus();
    this.#statusAt = clock.monoMs();
    if (!link.connected) return;
    this.#publish('status', this.#keys, {
      v: 1,
      state: 'online',
      gateway,
      journal: journal.id,
      held: journal.heldIds,
      software,
      simulated,
      startedAt: this.#startedAt,
      publishedAt: Math.round(clock.wallMs()),
      unsettled: journal.unsettled,
      lost: journal.counts.lost,
      undated: journal.counts.undated,
      lines: lines.map((line) => line.status()),
      alarms: alarms().slice(0, TOLD_ALARMS_MOST),
      ...(site && { site }),
    });
  }

  #report(): void {
    const { journal, clock, lines, link } = this.#options;
    if (!link.connected) return;
    // What waits only for its window is not behind.
    this.#pump();
    // The api calls no bay live whose newest event it may not have heard: while records wait, a
    // snapshot of every line, not of the changed ones alone, tells it that nothing is missing.
    if (this.flow.isBehind) this.#sendSnapshots(lines);
    this.#publish('observed', this.#keys, {
      v: 1,
      journal: journal.id,
      seq: journal.lastBaySeq,
      publishedAt: Math.round(clock.wallMs()),
      ages: agesOf(lines, clock.monoMs()),
    });
  }

  #publish<Name extends TopicName>(name: Name, keys: KeysOf<Name>, payload: PayloadOf<Name>): void {
    this.#options.link.publish(name, keys, payload).catch((error: unknown) => this.#miss(error));
  }

  #miss(error: unknown): void {
    if (!(error instanceof UnavailableError)) throw error;
    this.counts.unsent += 1;
    this.#options.log.debug({ reason: messageOf(error) }, 'gateway.message.unsent');
  }
}
