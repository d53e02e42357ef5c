import { JournalId } from '#contract/ids.ts';
import type { BayId, GatewayId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { Site } from '#contract/site-check.ts';

/** A bay changes this often, sensed: nothing that a car could not do. */
const CHANGE_EVERY_MS = HOUR_MS / 2;
const PAST_MS = 400 * HOUR_MS;

interface WatchedLine {
  readonly line: string;
  readonly bays: readonly BayId[];
  /** Of its observed interval, which stays open while the line watches the same bays. */
  seq: number | undefined;
}

export interface TellingGateway {
  readonly id: GatewayId;
  readonly journal: JournalId;
  readonly bays: readonly BayId[];
  readonly lines: readonly WatchedLine[];
  seq: number;
  changes: number;
}

/** Gateways that were cut off for long and now tell what they have: batches as they publish them. */
export class Telling {
  readonly gateways: readonly TellingGateway[];
  readonly #startedAt: number;

  constructor(site: Site, now: number) {
    this.#startedAt = now - PAST_MS;
    this.gateways = site.gateways.map(({ properties: { id, lines } }, at) => {
      const journal = JournalId.parse(String(at + 1).padStart(32, '0'));
      const own = lines.map(({ id: line, sensors }) => ({
        line,
        seq: undefined,
        bays: sensors.flatMap((sensor) => ('bay' in sensor ? [sensor.bay] : [])),
      }));
      const bays = own.flatMap((each) => each.bays);
      return { id, journal, bays, lines: own, seq: 0, changes: 0 };
    });
  }

  /** The text of its next batch: changes, bay after bay, and when all have had theirs, that they were watched. */
  batch(gateway: TellingGateway, events: number): { readonly text: string; readonly seq: number } {
    const records: object[] = [];
    for (let one = 0; one < events; one += 1) {
      records.push(this.#change(gateway));
      if (gateway.changes % gateway.bays.length === 0) records.push(...this.#watched(gateway));
    }
    const { journal, seq } = gateway;
    const publishedAt = this.#startedAt + PAST_MS;
    const message = { v: 1, journal, held: [journal], firstHeld: 1, publishedAt, records };
    return { text: JSON.stringify(message), seq };
  }

  /**
   * Behind what was seen in it, as a gateway tells: nothing then comes late. The interval of a line
   * is extended under its own key; a new one would say that its bays are others now.
   */
  #watched(gateway: TellingGateway): object[] {
    const turns = gateway.changes / gateway.bays.length;
    const until = this.#startedAt + turns * CHANGE_EVERY_MS;
    return gateway.lines.map((watched) => {
      watched.seq ??= gateway.seq += 1;
      const { line, bays, seq } = watched;
      return { kind: 'observed', seq, line, bays, from: this.#startedAt, until };
    });
  }

  #change(gateway: TellingGateway): object {
    const { bays, changes } = gateway;
    const turn = Math.floor(changes / bays.length);
    const bay = bays[changes % bays.length];
    gateway.changes += 1;
    return {
      kind: 'bay',
      seq: (gateway.seq += 1),
      bay,
      state: turn % 2 === 0 ? 'occupied' : 'vacant',
      sensedAt: this.#startedAt + turn * CHANGE_EVERY_MS + (changes % bays.length) * 1_000,
      cause: 'sensor',
      confidence: 0.997,
    };
  }
}
