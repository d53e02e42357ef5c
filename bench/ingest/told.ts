import { JournalId } from '#contract/ids.ts';
import type { BayId, GatewayId } from '#contract/ids.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { Site } from '#contract/site-check.ts';

/** A bay changes this often, sensed: nothing that a car could not do. */
const CHANGE_EVERY_MS = HOUR_MS / 2;
const PAST_MS = 400 * HOUR_MS;

export interface TellingGateway {
  readonly id: GatewayId;
  readonly journal: JournalId;
  readonly bays: readonly BayId[];
  readonly lines: readonly { readonly line: string; readonly bays: readonly BayId[] }[];
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

  /** Behind what was seen in it, as a gateway tells: nothing then comes late. */
  #watched(gateway: TellingGateway): object[] {
    const turns = gateway.changes / gateway.bays.length;
    const until = this.#startedAt + turns * CHANGE_EVERY_MS;
    const from = until - CHANGE_EVERY_MS;
    return gateway.lines.map(({ line, bays }) => {
      return { kind: 'observed', seq: (gateway.seq += 1), line, bays, from, until };
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
