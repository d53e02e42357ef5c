import type { BayId, LotId } from '#contract/ids.ts';
import type { EventLogReader, LoggedRecord } from '../log/event-log.ts';
import type { Placement, Placements } from '../site/placements.ts';
import { BayFold } from './bay-fold.ts';
import { BayPlaces } from './bay-places.ts';
import { bayTextOf, readBayText } from './fold-text.ts';
import { stayOf } from './stay-machine.ts';
import type { BayRow } from './view.ts';

/** A bay with its fold. */
export interface FoldedBay {
  readonly bay: BayId;
  places: BayPlaces;
  fold: BayFold;
}

/** Lots that a bay has moved between, with all their bays: their sums are made again together. */
export interface LotGroup {
  /** What their hours are summed under. */
  readonly hoursKeys: ReadonlySet<LotId>;
  readonly bays: readonly FoldedBay[];
}

/** Every bay that history knows: those of any version of the site, and those of the view. */
export class BayBoard {
  readonly #bays = new Map<BayId, FoldedBay>();
  #groups = new Map<LotId, LotGroup>();

  /**
   * undefined: the rows were written by another program, or by placements that say otherwise of what
   * is in the log up to there: the view must be made again.
   */
  static from(placements: Placements, rows: readonly BayRow[], log: ReadLog): BayBoard | undefined {
    const board = new BayBoard();
    for (const { bay, lot, fold } of rows) {
      const read = readBayText(fold);
      if (read === undefined) return undefined;
      const places = new BayPlaces(read.placements, lot);
      board.#bays.set(bay, { bay, places, fold: new BayFold(read.memory) });
    }
    return board.rearrange(placements, log) ? board : undefined;
  }

  /** A board on which nothing is folded yet. */
  static empty(placements: Placements): BayBoard {
    const board = new BayBoard();
    board.#place(placements);
    return board;
  }

  get all(): Iterable<FoldedBay> {
    return this.#bays.values();
  }
  get count(): number {
    return this.#bays.size;
  }
  get groups(): Iterable<LotGroup> {
    return new Set(this.#groups.values());
  }
  of(bay: BayId): FoldedBay | undefined {
    return this.#bays.get(bay);
  }
  groupOf({ places }: FoldedBay): LotGroup {
    const [key] = places.hoursKeys;
    const group = key && this.#groups.get(key);
    if (!group) throw new Error('every bay is in a group');
    return group;
  }

  /** False: what is folded already would be folded otherwise now; the board is of no use any more. */
  rearrange(placements: Placements, log: ReadLog): boolean {
    for (const [bay, placed] of placements) {
      const before = this.#bays.get(bay)?.places;
      if (isToldOtherwise(bay, before, placesOf(placed), log)) return false;
    }
    this.#place(placements);
    return true;
  }

  #place(placements: Placements): void {
    for (const [bay, placed] of placements) {
      const places = placesOf(placed);
      const known = this.#bays.get(bay);
      if (known) known.places = places;
      else this.#bays.set(bay, { bay, places, fold: new BayFold() });
    }
    this.#groups = groupsOf([...this.#bays.values()]);
  }
}

/** The log, as far as it is folded. */
interface ReadLog {
  readonly log: Pick<EventLogReader, 'recordsOfBay'>;
  readonly position: number;
}

function isToldOtherwise(
  bay: BayId,
  before: BayPlaces | undefined,
  after: BayPlaces,
  { log, position }: ReadLog,
): boolean {
  const from = before ? before.firstDifference(after) : 0;
  if (from === undefined) return false;
  const said = (places: BayPlaces | undefined, logged: LoggedRecord) => {
    const change = places?.changeOf(logged);
    const spans = places?.spansOf(logged) ?? [];
    const cells = places && [...spans.map((span) => span.from), ...(change ? [change.at] : [])];
    const lots = cells?.map((at) => places?.hoursKeyAt(at)) ?? [];
    return JSON.stringify([change, spans, lots]);
  };
  return log
    .recordsOfBay(bay, from, position)
    .some((logged) => said(before, logged) !== said(after, logged));
}

function placesOf(placed: readonly Placement[]): BayPlaces {
  const [first] = placed;
  if (!first) throw new Error('a bay of a site is somewhere');
  return new BayPlaces(placed, first.lot);
}

function groupsOf(bays: readonly FoldedBay[]): Map<LotId, LotGroup> {
  const groups = new Map<LotId, { hoursKeys: Set<LotId>; bays: FoldedBay[] }>();
  for (const bay of bays) {
    const { hoursKeys } = bay.places;
    const joined = { hoursKeys: new Set(hoursKeys), bays: [bay] };
    const met = new Set(hoursKeys.flatMap((key) => groups.get(key) ?? []));
    const [only] = met;
    if (only && met.size === 1 && hoursKeys.every((key) => only.hoursKeys.has(key))) {
      only.bays.push(bay);
      continue;
    }
    for (const group of met) {
      for (const key of group.hoursKeys) joined.hoursKeys.add(key);
      joined.bays.push(...group.bays);
    }
    for (const key of joined.hoursKeys) groups.set(key, joined);
  }
  return groups;
}

export function bayRowFrom({ bay, places, fold }: FoldedBay): BayRow {
  const { open } = fold;
  const lot = places.lotAt(open ? open.arrivedBefore : 0);
  return {
    bay,
    lot,
    fold: bayTextOf(fold.memory(), places),
    open: open && { order: open.order, stay: stayOf(bay, lot, open) },
  };
}
