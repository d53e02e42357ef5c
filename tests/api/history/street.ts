import type { BayState } from '#contract/bay.ts';
import type { JournalRecord } from '#contract/event.ts';
import { BayId, GatewayId, LineId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import type { Told } from './memory-log.ts';

/** 2026-03-02T00:00:00Z, a whole hour. */
export const T0 = Date.UTC(2026, 2, 2);
export const MINUTE = 60_000;
export const HOUR = 60 * MINUTE;

export const LOT = LotId.parse('lot-1');
export const BAY = BayId.parse('lot-1-1');
export const NEIGHBOUR = BayId.parse('lot-1-2');

/** Two lots with two bays each, or as asked. */
export function street(lots = 2, baysPerLot = 2): Site {
  using folder = openTempFolder();
  writeSmallSite(folder.path, { lots, baysPerLot });
  return readSiteFolder(folder.path);
}

/** Journals of one gateway: what it says of its bays, in order. */
export class Teller {
  readonly gateway: GatewayId;
  #journalOrder: number;
  #seq = 0;

  constructor(gateway = 'gw-1', journalOrder = 1) {
    this.gateway = GatewayId.parse(gateway);
    this.#journalOrder = journalOrder;
  }

  /** The gateway starts again. */
  restart(): void {
    this.#journalOrder += 1;
    this.#seq = 0;
  }

  bay(state: BayState, sensedAt: number, bay: BayId = BAY): Told {
    const cause = state === 'unknown' ? 'silence' : 'sensor';
    return this.#told((seq) => ({ kind: 'bay', seq, bay, state, sensedAt, cause, confidence: 1 }));
  }

  observed(from: number, until: number, bays: readonly BayId[] = [BAY]): Told {
    const line = LineId.parse('line-1');
    return this.#told((seq) => ({ kind: 'observed', seq, line, bays: [...bays], from, until }));
  }

  #told(record: (seq: number) => JournalRecord): Told {
    this.#seq += 1;
    const { gateway } = this;
    return { gateway, journalOrder: this.#journalOrder, record: record(this.#seq) };
  }
}

/** The same interval, observed longer. */
export function extended(told: Told, until: number): Told {
  if (told.record.kind !== 'observed') throw new Error('only intervals can be extended');
  return { ...told, record: { ...told.record, until } };
}
