import type { BayId, GatewayId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import { BayFold } from './bay-fold.ts';
import { foldMemoryOf, foldTextOf } from './fold-text.ts';
import { stayOf } from './stay-machine.ts';
import type { BayRow } from './view.ts';

/** A bay with its fold. */
export interface FoldedBay {
  readonly bay: BayId;
  readonly lot: LotId;
  /** Whose word on the bay counts, by the site file; undefined: nobody's any more. */
  readonly gateway: GatewayId | undefined;
  fold: BayFold;
}

/** Every bay that history knows: those of the site, and those that a view still tells of. */
export class BayBoard {
  readonly #bays = new Map<BayId, FoldedBay>();
  readonly #ofLot = new Map<LotId, FoldedBay[]>();

  /**
   * undefined: the rows were written by another program, or a bay has moved to another lot since:
   * the view must be made again.
   */
  static from(site: Site, rows: readonly BayRow[]): BayBoard | undefined {
    const board = new BayBoard();
    const gateways = new Map(
      site.gateways.flatMap(({ properties: { id, lines } }) =>
        lines.flatMap((line) => line.sensors.map(({ bay }) => [bay, id] as const)),
      ),
    );
    for (const { properties } of site.bays) {
      board.#add(properties.id, properties.lot, gateways.get(properties.id));
    }
    for (const { bay, lot, fold } of rows) {
      const memory = foldMemoryOf(fold);
      const entry = board.#bays.get(bay) ?? board.#add(bay, lot, undefined);
      if (memory === undefined || entry.lot !== lot) return undefined;
      entry.fold = new BayFold(memory);
    }
    return board;
  }

  get all(): Iterable<FoldedBay> {
    return this.#bays.values();
  }
  get count(): number {
    return this.#bays.size;
  }
  get lots(): Iterable<LotId> {
    return this.#ofLot.keys();
  }
  of(bay: BayId): FoldedBay | undefined {
    return this.#bays.get(bay);
  }
  ofLot(lot: LotId): readonly FoldedBay[] {
    return this.#ofLot.get(lot) ?? [];
  }

  #add(bay: BayId, lot: LotId, gateway: GatewayId | undefined): FoldedBay {
    const entry = { bay, lot, gateway, fold: new BayFold() };
    this.#bays.set(bay, entry);
    const ofLot = this.#ofLot.get(lot);
    if (ofLot) ofLot.push(entry);
    else this.#ofLot.set(lot, [entry]);
    return entry;
  }
}

export function bayRowFrom({ bay, lot, fold }: FoldedBay): BayRow {
  const { open } = fold;
  return {
    bay,
    lot,
    fold: foldTextOf(fold.memory()),
    open: open && { order: open.order, stay: stayOf(bay, lot, open) },
  };
}
