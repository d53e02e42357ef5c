import type { BayState } from '#contract/bay.ts';
import type { BayId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import type { Order } from './order.ts';

/** A bay event as the fold needs it; `at` is its sensedAt. */
export interface Change {
  readonly order: Order;
  readonly state: BayState;
  readonly at: number;
}

/** Where a stay stands in its bay's history: the event that began it. */
export interface OpenStay {
  readonly order: Order;
  readonly arrivedAfter: number;
  readonly arrivedBefore: number;
  readonly bridged: boolean;
  readonly openLeft: boolean;
}

export interface ClosedStay extends OpenStay {
  readonly departedAfter: number;
  readonly departedBefore: number;
  readonly anomalous: boolean;
}

/** What is known of a bay after some of its events. */
export interface BayKnown {
  /** The last state that was not `unknown`; undefined: there was none yet. */
  readonly known: Exclude<BayState, 'unknown'> | undefined;
  /** Nothing is known since; undefined: the last state still holds. */
  readonly unknownAt: number | undefined;
  /** There while `known` is occupied. */
  readonly stay: OpenStay | undefined;
}

export const NOTHING_KNOWN: BayKnown = { known: undefined, unknownAt: undefined, stay: undefined };

/** The state in which the last event left the bay. */
export function stateOf({ known, unknownAt }: BayKnown): BayState {
  return known === undefined || unknownAt !== undefined ? 'unknown' : known;
}

export interface Step {
  readonly next: BayKnown;
  readonly closed: ClosedStay | undefined;
  readonly began: OpenStay | undefined;
}

/**
 * One event further, by the rules of stays: a gap bounds the change that it hides, occupied on both
 * of its sides is one bridged stay, an arrival on an occupied bay closes the open stay as anomalous.
 * Times come from the events; no stay ends before it begins, whatever the clock did.
 */
export function step(before: BayKnown, { order, state, at }: Change): Step {
  const { known, unknownAt, stay } = before;
  const nothing = { closed: undefined, began: undefined };
  if (state === 'unknown') {
    const next = known === undefined ? before : { ...before, unknownAt: unknownAt ?? at };
    return { next, ...nothing };
  }
  if (state === 'vacant') {
    const closed = stay && closedAt(stay, unknownAt, at, false);
    const next: BayKnown = { known: 'vacant', unknownAt: undefined, stay: undefined };
    return { next, closed, began: undefined };
  }
  if (stay && unknownAt !== undefined) {
    const bridged = { ...stay, bridged: true };
    return { next: { known: 'occupied', unknownAt: undefined, stay: bridged }, ...nothing };
  }
  const began: OpenStay = {
    order,
    arrivedAfter: Math.min(at, unknownAt ?? at),
    arrivedBefore: at,
    bridged: false,
    openLeft: known === undefined,
  };
  const next: BayKnown = { known: 'occupied', unknownAt: undefined, stay: began };
  return { next, closed: stay && closedAt(stay, undefined, at, true), began };
}

function closedAt(
  stay: OpenStay,
  unknownAt: number | undefined,
  at: number,
  anomalous: boolean,
): ClosedStay {
  const departedBefore = Math.max(at, stay.arrivedBefore);
  const lastSeen = Math.max(unknownAt ?? departedBefore, stay.arrivedBefore);
  // Spelled out: a spread costs several times as much, and every stay passes here.
  return {
    order: stay.order,
    arrivedAfter: stay.arrivedAfter,
    arrivedBefore: stay.arrivedBefore,
    bridged: stay.bridged,
    openLeft: stay.openLeft,
    departedAfter: Math.min(lastSeen, departedBefore),
    departedBefore,
    anomalous,
  };
}

/** A stay as readers see it; an open one has no departure. */
export function stayOf(bay: BayId, lot: LotId, stay: OpenStay | ClosedStay): Stay {
  const { arrivedAfter, arrivedBefore, bridged, openLeft } = stay;
  const end = 'departedAfter' in stay ? stay : undefined;
  return {
    bay,
    lot,
    arrivedAfter,
    arrivedBefore,
    departedAfter: end?.departedAfter ?? null,
    departedBefore: end?.departedBefore ?? null,
    bridged,
    anomalous: end?.anomalous ?? false,
    openLeft,
  };
}
