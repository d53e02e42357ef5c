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

  /** The text of its next batch: first that it watched all the while, then changes, bay after bay. */
  batch(gateway: TellingGateway, events: number): { readonly text: string; readonly seq: number } {
    const records: object[] = [];
    if (gateway.seq === 0) {
      for (const { line, bays } of gateway.lines) {
        const [from, until] = [this.#startedAt, this.#startedAt + PAST_MS];
        records.push({ kind: 'observed', seq: (gateway.seq += 1), line, bays, from, until });
      }
    }
    for (let one = 0; one < events; one += 1) records.push(this.#change(gateway));
    const { journal, seq } = gateway;
    const publishedAt = this.#startedAt + PAST_MS;
    const message = { v: 1, journal, held: [journal], firstHeld: 1, publishedAt, records };
    return { text: JSON.stringify(message), seq };
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
