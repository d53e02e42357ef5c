import type { Calendar } from '#contract/calendar.ts';
import { deadlines } from '#contract/deadlines.ts';
import { anyCarCountsOf } from '#contract/headline.ts';
import { lotTimeAt } from '#contract/hours.ts';
import type { LotLive } from '#contract/live.ts';
import type { LadderInput, SignStep } from '#contract/sign-ladder.ts';
import type { Lot } from '#contract/site.ts';

/** How far the sources of facts are trusted: docs/signs.md. */
const FACT_CONFIDENCE = { counter: 0.95, attendant: 0.9, feed: 0.8 } as const;

export interface LotMoment {
  readonly lot: Lot;
  readonly live: LotLive | undefined;
  /** Out of service by an operator's word. */
  readonly isOutOfService: boolean;
  /** Of its sensors, 0 to 1. */
  readonly confidence: number;
  /** Epoch milliseconds. */
  readonly now: number;
  readonly calendar: Calendar;
}

/**
 * What there is to say of a lot: numbers for the ladder, or a word that somebody gave. `freshForMs`
 * and `wordForMs`: how long digits and words may still be shown, whoever dies meanwhile.
 */
export type LotCount = {
  readonly capacity: number;
  readonly freshForMs: number;
  readonly wordForMs: number;
} & ({ readonly input: LadderInput } | { readonly said: SignStep });

export function lotCountOf(moment: LotMoment): LotCount {
  const { lot, live, confidence, now } = moment;
  const open = isOpen(moment);
  const any = anyCarCountsOf(live?.counts ?? []);
  const sensed = any.vacant + any.occupied + any.unknown;
  const fact = live?.fact ?? undefined;
  const isCounted = any.unknown < sensed && live?.observedAt != null;
  if (isCounted || fact === undefined) {
    if (sensed === 0 && open && lot.properties.instrumented === 'none') {
      return { ...lasting(0), capacity: 0, said: { show: { kind: 'parking' }, cause: 'noCount' } };
    }
    const ageMs = live?.observedAt == null ? undefined : Math.max(0, now - live.observedAt);
    const { vacant, unknown } = any;
    return {
      ...lasting(ageMs ?? 0),
      capacity: sensed,
      input: { vacant, unknown, capacity: sensed, ageMs, confidence, open },
    };
  }
  const { capacity } = lot.properties;
  const leftMs = Math.max(1, fact.validUntil - now);
  const ageMs = Math.max(0, now - fact.sensedAt);
  const within = lasting(ageMs, leftMs);
  if (open && fact.vacant === undefined && fact.band !== undefined) {
    const { band } = fact;
    const show = band === 'full' ? ({ kind: 'full' } as const) : ({ kind: 'band', band } as const);
    const wordForMs = Math.min(deadlines.signBandMs, leftMs);
    const said: SignStep = { show, cause: band === 'full' ? 'noneVacant' : 'counted' };
    return { freshForMs: within.freshForMs, wordForMs, capacity, said };
  }
  if (open && fact.vacant === undefined) {
    return { ...within, capacity, said: { show: { kind: 'parking' }, cause: 'noData' } };
  }
  // More than a lot has cannot be free in it. A word lasts as long as its source says.
  const vacant = Math.min(fact.vacant ?? 0, capacity);
  const input: LadderInput = {
    vacant,
    unknown: 0,
    capacity,
    ageMs: Math.min(ageMs, deadlines.signBandMs),
    confidence: FACT_CONFIDENCE[fact.source],
    open,
  };
  return {
    freshForMs: within.freshForMs,
    wordForMs: Math.min(deadlines.signBandMs, leftMs),
    capacity,
    input,
  };
}

function lasting(
  ageMs: number,
  leftMs = Number.POSITIVE_INFINITY,
): Pick<LotCount, 'freshForMs' | 'wordForMs'> {
  return {
    freshForMs: Math.max(1, Math.min(deadlines.signNumberMs - ageMs, leftMs)),
    wordForMs: Math.max(1, Math.min(deadlines.signBandMs - ageMs, leftMs)),
  };
}

function isOpen({ lot, isOutOfService, now, calendar }: LotMoment): boolean {
  return !isOutOfService && lotTimeAt(lot.properties, now, calendar) !== 'closed';
}
