import type { BayId, GatewayId, JournalId, SiteId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { EffectiveSite } from '#contract/site-overlay.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import type { HeardMessage, MqttLink } from '#runtime/typed-mqtt.ts';
import { GroupCommit } from '../log/group-commit.ts';
import type { LogEntry } from '../log/log-entry.ts';
import type { EventLog } from '../log/open-event-log.ts';
import { GatewayStatuses } from '../state/gateway-status.ts';
import type { GatewayStatusReader } from '../state/gateway-status.ts';
import { SensorHealths } from '../state/sensor-health.ts';
import type { SensorHealthReader } from '../state/sensor-health.ts';
import type { LiveStateWriter } from '../state/live-state-writer.ts';
import { Acknowledger } from './acknowledge.ts';
import { assignmentsOf } from './assignment.ts';
import { CloneWatch } from './clone-watch.ts';
import { Following } from './following.ts';
import { newIntakeCounts } from './ingest-counts.ts';
import type { IngestCounts } from './ingest-counts.ts';
import { Intake } from './intake.ts';
import { MessageQueue } from './message-queue.ts';
import { replayDeadLetter } from './replay.ts';

/** The part of a link that ingest uses. */
export type IngestLink = Pick<MqttLink, 'publish' | 'subscribe' | 'onUp' | 'connected'>;

export interface IngestOptions {
  readonly site: Site;
  readonly closedBays?: ReadonlySet<BayId>;
  /** The site as it was at an instant; unless told, always the same. */
  readonly siteAt?: (at: number) => Site;
  readonly link: IngestLink;
  /** Whether this api takes the gateway's records in; unless told, each one's. Others are followed. */
  readonly isOwn?: (gateway: GatewayId) => boolean;
  readonly eventLog: EventLog;
  readonly liveState: LiveStateWriter;
  readonly clock: Clock;
  readonly log: Log;
  /** A commit group waits at most this long, in milliseconds; 10 unless told. */
  readonly groupMs?: number;
  /** A commit group of this many records is committed at once; 500 unless told. */
  readonly groupEvents?: number;
  /** Most messages, and most bytes of them, that wait; beyond it the newest is dropped. */
  readonly queueMessages?: number;
  readonly queueBytes?: number;
}

export interface Ingest extends Running {
  readonly counts: IngestCounts;
  readonly gateways: GatewayStatusReader;
  readonly sensors: SensorHealthReader;
  /** The log cannot be written now: nothing is acknowledged, live goes on. */
  readonly logFailing: boolean;
  /** Another site holds: its gateways and sensors are known from now on. */
  changeSite(now: EffectiveSite): void;
  /** Puts a dead letter into the log; throws RejectedError that says why it cannot. */
  replay(id: string): void;
}

type Waiting = { readonly bytes: number } & (
  | { readonly name: 'events'; readonly heard: HeardMessage<'events'> }
  | { readonly name: 'snapshot'; readonly heard: HeardMessage<'snapshot'> }
  | { readonly name: 'observed'; readonly heard: HeardMessage<'observed'> }
  | { readonly name: 'status'; readonly heard: HeardMessage<'status'> }
  | { readonly name: 'health'; readonly heard: HeardMessage<'health'> }
);

/** Subscribes to the site's gateways: live state, the log, acknowledgements. */
export function startIngest(options: IngestOptions): Ingest {
  const { site, link, eventLog, liveState, clock, log } = options;
  const siteId = site.header.site;
  const { journals } = eventLog;
  const intakeCounts = newIntakeCounts();
  let present = site;
  const isOwn = options.isOwn ?? (() => true);
  const gateways = new GatewayStatuses(site);
  const sensors = new SensorHealths(site, clock);
  sensors.changeSite(site, options.closedBays ?? new Set());
  const acknowledger = new Acknowledger({ site: siteId, link, eventLog, clock, log });
  const commits = new GroupCommit({
    eventLog,
    log,
    groupMs: options.groupMs ?? 10,
    groupEvents: options.groupEvents ?? 500,
    onSettled: (entries) => acknowledge(acknowledger, entries),
    onFailed: () => intake.commitFailed(),
  });
  const intake = new Intake({
    eventLog,
    commits,
    liveState,
    acknowledger,
    assignmentAt: assignmentsOf(options.siteAt ?? (() => site)),
    counts: intakeCounts,
    clock,
    log,
  });
  const following = new Following({ site, link, liveState, clock, log });
  const clones = new CloneWatch<GatewayId>();
  for (const journal of journals) liveState.knowJournal(journal.order, journal.committed);

  const orderOf = (gateway: GatewayId, id: JournalId): number | undefined => {
    const journal = journals.find(id);
    return journal?.gateway === gateway ? journal.order : undefined;
  };

  function hearRun(
    gateway: GatewayId,
    order: number,
    { retained, receivedMonoMs }: Pick<HeardMessage<'observed'>, 'retained' | 'receivedMonoMs'>,
  ): void {
    if (retained || !clones.hear(gateway, order, receivedMonoMs)) return;
    liveState.quarantine(gateway, 'identity_cloned');
  }

  function hearFollowedRun(
    gateway: GatewayId,
    journal: JournalId,
    heard: Pick<HeardMessage<'observed'>, 'retained' | 'receivedMonoMs'>,
  ): void {
    const order = following.orderOf(gateway, journal);
    if (order !== undefined) hearRun(gateway, order, heard);
  }

  function take(message: Waiting): void {
    const gateway = message.heard.keys['gateway'] as GatewayId;
    const { heard } = message;
    if (!heard.retained) sensors.hearWord(gateway, heard.receivedAt, heard.receivedMonoMs);
    switch (message.name) {
      case 'events': {
        const { payload, receivedAt } = message.heard;
        if (!isOwn(gateway)) {
          following.hearEvents(gateway, payload);
          break;
        }
        acknowledger.hold(gateway, payload.held);
        intake.take(gateway, payload, receivedAt);
        break;
      }
      case 'snapshot': {
        const { payload, retained } = message.heard;
        if (!isOwn(gateway)) {
          following.hearSnapshot(gateway, payload, message.heard);
          hearFollowedRun(gateway, payload.journal, message.heard);
          break;
        }
        // A kept one may be of a run long gone, and would teach its journal too late.
        if (!retained) intake.learn(gateway, payload.held);
        const order = orderOf(gateway, payload.journal);
        if (order !== undefined) {
          hearRun(gateway, order, message.heard);
          liveState.hearSnapshot(gateway, order, payload, message.heard);
        }
        break;
      }
      case 'observed': {
        const { payload } = message.heard;
        if (!isOwn(gateway)) {
          following.hearObserved(gateway, payload, message.heard);
          hearFollowedRun(gateway, payload.journal, message.heard);
          break;
        }
        const order = orderOf(gateway, payload.journal);
        if (order !== undefined) {
          hearRun(gateway, order, message.heard);
          liveState.hearObserved(gateway, order, payload, message.heard);
        }
        break;
      }
      case 'status': {
        const { payload, retained, receivedAt } = message.heard;
        gateways.hear(gateway, payload, receivedAt, retained);
        if (payload.state === 'offline') sensors.hearGone(gateway);
        if (payload.state === 'online' && isOwn(gateway)) {
          if (!retained) intake.learn(gateway, payload.held);
          acknowledger.hold(gateway, payload.held);
          acknowledger.due(gateway);
        }
        break;
      }
      case 'health': {
        const { payload, retained, receivedAt } = message.heard;
        sensors.hear(gateway, payload, receivedAt, retained);
        break;
      }
    }
    liveState.announce();
  }

  const queue = new MessageQueue<Waiting>(take, {
    messages: options.queueMessages ?? 2_000,
    bytes: options.queueBytes ?? 64 * 1024 * 1024,
  });
  const announceAll = () => {
    for (const { properties } of present.gateways) {
      if (isOwn(properties.id)) acknowledger.due(properties.id);
      else following.ask(properties.id);
    }
  };
  listen(link, siteId, queue);
  link.onUp(announceAll);
  if (link.connected) announceAll();

  return {
    get counts() {
      return {
        ...intakeCounts,
        deadLetters: { ...intakeCounts.deadLetters },
        queueDropped: queue.dropped,
        queueLength: queue.length,
        queueTaken: queue.taken,
        acksSent: acknowledger.counts.sent,
        acksUnsent: acknowledger.counts.unsent,
        commitGroups: commits.counts.committed,
        commitFailures: commits.counts.failures,
      };
    },
    gateways,
    sensors,
    changeSite: (now) => {
      present = now.site;
      gateways.changeSite(present);
      sensors.changeSite(present, now.closedBays);
      following.changeSite(present);
      announceAll();
    },
    get logFailing() {
      return commits.failing;
    },
    replay: (id) => {
      replayDeadLetter(eventLog, intake, id);
      liveState.announce();
    },
    close: async () => {
      queue.close();
      commits.close();
      acknowledger.close();
    },
  };
}

/** The callbacks only queue: a subscriber that works in them would stall the broker. */
function listen(link: IngestLink, site: SiteId, queue: MessageQueue<Waiting>): void {
  link.subscribe('events', { site }, (heard) => {
    queue.add(senderOf(heard), { name: 'events', heard, bytes: heard.bytes }, false);
  });
  link.subscribe('snapshot', { site }, (heard) => {
    queue.add(senderOf(heard), { name: 'snapshot', heard, bytes: heard.bytes }, true);
  });
  link.subscribe('observed', { site }, (heard) => {
    queue.add(senderOf(heard), { name: 'observed', heard, bytes: heard.bytes }, true);
  });
  link.subscribe('status', { site }, (heard) => {
    queue.add(senderOf(heard), { name: 'status', heard, bytes: heard.bytes }, true);
  });
  link.subscribe('health', { site }, (heard) => {
    queue.add(senderOf(heard), { name: 'health', heard, bytes: heard.bytes }, true);
  });
}

const senderOf = ({ keys }: Pick<HeardMessage<'events'>, 'keys'>): string => keys['gateway'] ?? '';

function acknowledge(acknowledger: Acknowledger, entries: readonly LogEntry[]): void {
  for (const entry of entries) {
    const { journal } = entry;
    if (entry.kind === 'observed') {
      acknowledger.dueInterval(journal, entry.record.seq, entry.record.until);
    } else acknowledger.due(journal.gateway);
  }
}
