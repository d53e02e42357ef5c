import type { BayState } from '#contract/bay.ts';
import type { Placement } from '../site/placements.ts';
import type { FoldMemory } from './bay-fold.ts';
import type { BayPlaces } from './bay-places.ts';
import type { Order } from './order.ts';
import type { Span } from './spans.ts';
import type { Change, OpenStay } from './stay-machine.ts';

/** Changes with the meaning of what a view holds; another number in a view: it is made again. */
const FORMAT = 2;

const LETTER: Readonly<Record<BayState, string>> = { vacant: 'v', occupied: 'o', unknown: 'u' };
const STATE: Readonly<Record<string, BayState>> = { v: 'vacant', o: 'occupied', u: 'unknown' };

type OrderText = readonly [journal: number, seq: number];
type StayText = readonly [...OrderText, after: number, before: number, bridged: 0 | 1, open: 0 | 1];
interface MemoryText {
  readonly f: number;
  /** By which places it was folded; null: no version of the site knew the bay. */
  readonly places: readonly Placement[] | null;
  readonly known: string | undefined;
  readonly gap: number | undefined;
  readonly stay: StayText | undefined;
  readonly base: OrderText | undefined;
  readonly tail: readonly (readonly [...OrderText, state: string, at: number])[];
  readonly floor: number;
  readonly spans: readonly (readonly [number, number])[];
  readonly steps: readonly (readonly [number, number])[];
  readonly last: readonly [...OrderText, at: number] | undefined;
}

/** A fold's memory as short text: one goes into the view for every bay that changed. */
export function bayTextOf(memory: FoldMemory, places: BayPlaces): string {
  const { base, baseOrder, last } = memory;
  const text: MemoryText = {
    f: FORMAT,
    places: places.toJSON(),
    known: base.known && LETTER[base.known],
    gap: base.unknownAt,
    stay: base.stay && stayText(base.stay),
    base: baseOrder && [baseOrder.journal, baseOrder.seq],
    tail: memory.tail.map(({ order, state, at }) => [order.journal, order.seq, LETTER[state], at]),
    floor: memory.floor,
    spans: memory.spans.map(({ from, until }) => [from, until]),
    steps: memory.steps.map(({ from, until }) => [from, until]),
    last: last && [last.order.journal, last.order.seq, last.at],
  };
  return JSON.stringify(text);
}

export interface BayRead {
  readonly memory: FoldMemory;
  readonly placements: readonly Placement[] | undefined;
}

/** undefined: written by another version of this program. */
export function readBayText(written: string): BayRead | undefined {
  const text = JSON.parse(written) as MemoryText;
  if (text.f !== FORMAT) return undefined;
  return { memory: memoryFrom(text), placements: text.places ?? undefined };
}

function memoryFrom(text: MemoryText): FoldMemory {
  const known = text.known === undefined ? undefined : STATE[text.known];
  const { base, last } = text;
  return {
    base: {
      known: known === 'unknown' ? undefined : known,
      unknownAt: text.gap,
      stay: text.stay && stayFrom(text.stay),
    },
    baseOrder: base && orderFrom(base),
    tail: text.tail.map(([journal, seq, letter, at]): Change => ({
      order: { journal, seq },
      state: STATE[letter] ?? 'unknown',
      at,
    })),
    floor: text.floor,
    spans: text.spans.map(spanFrom),
    steps: text.steps.map(spanFrom),
    last: last && { order: { journal: last[0], seq: last[1] }, at: last[2] },
  };
}

const orderFrom = ([journal, seq]: OrderText): Order => ({ journal, seq });
const spanFrom = ([from, until]: readonly [number, number]): Span => ({ from, until });

function stayText({ order, arrivedAfter, arrivedBefore, bridged, openLeft }: OpenStay): StayText {
  const [isBridged, isOpen] = [bridged ? 1 : 0, openLeft ? 1 : 0] as const;
  return [order.journal, order.seq, arrivedAfter, arrivedBefore, isBridged, isOpen];
}

function stayFrom([journal, seq, arrivedAfter, arrivedBefore, bridged, open]: StayText): OpenStay {
  return {
    order: { journal, seq },
    arrivedAfter,
    arrivedBefore,
    bridged: bridged === 1,
    openLeft: open === 1,
  };
}
