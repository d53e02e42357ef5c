import { randomBytes } from 'node:crypto';
import type { GatewayId, JournalId, LineId, SiteId } from '#contract/ids.ts';
import type { EventsMessage, ObservedMessage, SnapshotMessage } from '#contract/messages.ts';
import type { Site } from '#contract/site-check.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import { Journals } from '../log/journals.ts';
import type { Heard, LiveStateWriter } from '../state/live-state-writer.ts';
import { bayOf, parseRecord } from './accept.ts';
import { placeRecords } from './place-records.ts';

/** Beyond the orders that any log gives, so that live state takes no journal for another. */
const AFTER_ALL_LOGS = 2 ** 40;
const ASK_EVERY_MS = 5_000;

export interface FollowingOptions {
  readonly site: Site;
  readonly link: Pick<MqttLink, 'publish' | 'connected'>;
  readonly liveState: Pick<
    LiveStateWriter,
    'doubtBay' | 'hearLoss' | 'hearObserved' | 'hearRecord' | 'hearSnapshot'
  >;
  readonly clock: Clock;
  readonly log: Log;
}

/** The running journal of a gateway, as far as it was heard. */
interface Followed {
  readonly order: number;
  heardTo: number;
  /** What the last report said was the newest: not heard by the next, it was missed. */
  reportedTo: number;
  /** Up to where the snapshot of each line was. */
  readonly lines: Map<LineId, number>;
}

/**
 * Live state of gateways whose records another api takes in: nothing is logged and nothing is
 * acknowledged. What was missed is settled by the other and never comes again, so that a gap is
 * closed by asking for snapshots.
 */
export class Following {
  readonly #options: FollowingOptions;
  readonly #run = randomBytes(8).toString('hex');
  readonly #journals = new Journals(AFTER_ALL_LOGS);
  readonly #followed = new Map<GatewayId, Followed>();
  readonly #askedMs = new Map<GatewayId, number>();
  #linesOf: ReadonlyMap<GatewayId, readonly LineId[]>;

  constructor(options: FollowingOptions) {
    this.#options = options;
    this.#linesOf = linesOfGateways(options.site);
  }

  changeSite(site: Site): void {
    this.#linesOf = linesOfGateways(site);
  }

  /** Its order among the journals that were heard of; undefined: it is another's, or never heard of. */
  orderOf(gateway: GatewayId, id: JournalId): number | undefined {
    const journal = this.#journals.find(id);
    return journal?.gateway === gateway ? journal.order : undefined;
  }

  hearEvents(gateway: GatewayId, { journal, held, records }: EventsMessage): void {
    const { liveState } = this.#options;
    this.#journals.learn(gateway, held.includes(journal) ? held : [...held, journal]);
    const order = this.orderOf(gateway, journal);
    if (order === undefined) return;
    const followed = this.#following(gateway, order);
    for (const { seq, sent } of placeRecords(records, followed?.heardTo ?? 0)) {
      if (seq === undefined) continue;
      const parsed = parseRecord(sent);
      if (parsed.ok) liveState.hearRecord(gateway, order, parsed.record);
      else liveState.doubtBay(gateway, order, seq, bayOf(sent));
      if (followed && seq === followed.heardTo + 1) followed.heardTo = seq;
    }
  }

  hearSnapshot(gateway: GatewayId, message: SnapshotMessage, heard: Heard): void {
    const { liveState } = this.#options;
    // A kept one may be of a run long gone, and would teach its journal too late.
    if (!heard.retained) this.#journals.learn(gateway, message.held);
    const order = this.orderOf(gateway, message.journal);
    if (order === undefined) return;
    liveState.hearSnapshot(gateway, order, message, heard);
    const followed = heard.retained ? undefined : this.#following(gateway, order);
    if (!followed) return;
    followed.lines.set(message.line, message.seq);
    const seqs = (this.#linesOf.get(gateway) ?? []).map((line) => followed.lines.get(line) ?? -1);
    const wholeTo = seqs.length === 0 ? -1 : Math.min(...seqs);
    if (wholeTo <= followed.heardTo) return;
    // Every line was told as of here or later: what came before says nothing more of now.
    followed.heardTo = wholeTo;
    liveState.hearLoss(order, wholeTo);
  }

  hearObserved(gateway: GatewayId, message: ObservedMessage, heard: Heard): void {
    if (heard.retained) return;
    const order = this.orderOf(gateway, message.journal);
    if (order === undefined) return this.ask(gateway);
    this.#options.liveState.hearObserved(gateway, order, message, heard);
    const followed = this.#following(gateway, order);
    if (!followed) return;
    if (followed.reportedTo > followed.heardTo) this.ask(gateway);
    followed.reportedTo = message.seq;
  }

  /** For what is true now; not again within 5 s. */
  ask(gateway: GatewayId): void {
    const { link, site, clock, log } = this.#options;
    const nowMs = clock.monoMs();
    const askedMs = this.#askedMs.get(gateway) ?? Number.NEGATIVE_INFINITY;
    if (!link.connected || nowMs - askedMs < ASK_EVERY_MS) return;
    this.#askedMs.set(gateway, nowMs);
    const keys: { site: SiteId; gateway: GatewayId } = { site: site.header.site, gateway };
    const message = { v: 1, command: 'snapshots', api: this.#run } as const;
    link.publish('command', keys, message).catch((error: unknown) => {
      log.debug({ gateway, reason: messageOf(error) }, 'ingest.command.unsent');
    });
  }

  /** The gateway's present run; undefined: this journal is of an earlier one. */
  #following(gateway: GatewayId, order: number): Followed | undefined {
    const known = this.#followed.get(gateway);
    if (known && known.order >= order) return known.order === order ? known : undefined;
    const followed = { order, heardTo: 0, reportedTo: 0, lines: new Map<LineId, number>() };
    this.#followed.set(gateway, followed);
    return followed;
  }
}

function linesOfGateways(site: Site): Map<GatewayId, LineId[]> {
  return new Map(
    site.gateways.map(({ properties: { id, lines } }) => [id, lines.map((line) => line.id)]),
  );
}
