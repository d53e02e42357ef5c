import { deadlines } from './deadlines.ts';

/**
 * What a sign may say of a lot: the boldest word that is still true. No schema library here: the
 * sign's page decides with the same lines as the server.
 */

/** At most so many are free, the best first: 여유, 보통, 혼잡. The last one includes none at all. */
export const SIGN_BANDS = ['plenty', 'moderate', 'few'] as const;
export type SignBand = (typeof SIGN_BANDS)[number];

export type SignShow =
  /** Vacant bays open to any car, never more than there are; `band` is what remains of it by age. */
  | { readonly kind: 'number'; readonly vacant: number; readonly band: SignBand }
  | { readonly kind: 'band'; readonly band: SignBand }
  /** No bay open to any car is free. */
  | { readonly kind: 'full' }
  /** "P": here is a lot, and nothing is said of it. */
  | { readonly kind: 'parking' }
  /** Nobody may be led there. */
  | { readonly kind: 'closed' }
  | { readonly kind: 'blank' }
  /** Every part of the sign is lit, to be looked at by a person. */
  | { readonly kind: 'test' };

/** Why a sign shows what it shows; each step of the ladder has one. */
export const SIGN_CAUSES = [
  'counted',
  'noneVacant',
  'someUnknown',
  'bandUnsure',
  'tooManyUnknown',
  'doubtful',
  'delayed',
  'expired',
  'noData',
  'noCount',
  'outOfHours',
  'afterFull',
  'settling',
  'offset',
  'belowMinimum',
  'aboveMaximum',
  'override',
  'testPattern',
] as const;
export type SignCause = (typeof SIGN_CAUSES)[number];

export interface SignStep {
  readonly show: SignShow;
  readonly cause: SignCause;
}

/** Of the bays open to any car. `capacity`: how many of them are counted. */
export interface LadderInput {
  readonly vacant: number;
  readonly unknown: number;
  readonly capacity: number;
  /** Since the oldest counted bay was observed; undefined: nothing was ever observed. */
  readonly ageMs: number | undefined;
  /** How far what is counted may be trusted, 0 to 1. */
  readonly confidence: number;
  /** Whether a car may be in the lot now. */
  readonly open: boolean;
}

/** The rules, as shares of the capacity; `max(1, …)`: one unknown bay never silences a sign. */
export const ladderRules = {
  numberUnknownShare: 0.05,
  bandUnknownShare: 0.2,
  fullUnknownShare: 0.02,
  numberConfidence: 0.8,
  wordConfidence: 0.5,
  fewShare: 0.1,
  fewAtLeast: 3,
  moderateShare: 0.3,
  moderateAtLeast: 6,
  /** After 만차 digits come back from so many vacant bays on at once, else after the dwell. */
  backShare: 0.03,
  backAtLeast: 2,
  /** What was given up returns only after it has been true for so long. */
  dwellMs: 20_000,
} as const;

export function signBandOf(vacant: number, capacity: number): SignBand {
  const { fewShare, fewAtLeast, moderateShare, moderateAtLeast } = ladderRules;
  if (vacant <= Math.max(fewAtLeast, fewShare * capacity)) return 'few';
  return vacant <= Math.max(moderateAtLeast, moderateShare * capacity) ? 'moderate' : 'plenty';
}

/** The ladder without memory. */
export function ladderStepOf(input: LadderInput): SignStep {
  const { vacant, unknown, capacity, ageMs, confidence, open } = input;
  const rules = ladderRules;
  if (!open) return { show: { kind: 'closed' }, cause: 'outOfHours' };
  if (capacity <= 0 || ageMs === undefined) return parking('noData');
  if (ageMs > deadlines.signBandMs) return { show: { kind: 'blank' }, cause: 'expired' };
  if (!(confidence >= rules.wordConfidence)) return parking('doubtful');
  const isWithin = (share: number) => unknown <= Math.max(1, share * capacity);
  if (unknown >= capacity) return parking('noData');
  if (!(isWithin(rules.numberUnknownShare) || isWithin(rules.bandUnknownShare))) {
    return parking('tooManyUnknown');
  }
  const isTrusted = confidence >= rules.numberConfidence;
  if (vacant === 0 && isWithin(rules.fullUnknownShare) && isTrusted) {
    return { show: { kind: 'full' }, cause: 'noneVacant' };
  }
  const band = signBandOf(vacant, capacity);
  const isFresh = ageMs <= deadlines.signNumberMs;
  if (vacant > 0 && isWithin(rules.numberUnknownShare) && isTrusted && isFresh) {
    return { show: { kind: 'number', vacant, band }, cause: 'counted' };
  }
  if (signBandOf(vacant + unknown, capacity) !== band) return parking('bandUnsure');
  const cause = !isTrusted ? 'doubtful' : !isFresh ? 'delayed' : 'someUnknown';
  return { show: { kind: 'band', band }, cause };
}

/** What the ladder must remember of a lot on a sign; instants are monotonic milliseconds. */
export interface LadderMemory {
  readonly step: SignStep;
  /** When 만차 was taken down last. */
  readonly leftFullMs: number | undefined;
  /** Since when more could be said than is shown. */
  readonly bolderSinceMs: number | undefined;
}

/**
 * The ladder with hysteresis and minimum dwell. Less is said at once, whatever was shown; more only
 * after it has been true for the dwell, where it was given up because of what was not known. After
 * 만차 the digits wait for a few vacant bays, and 만차 itself does not return within the dwell.
 */
export function ladderOf(
  input: LadderInput,
  before: LadderMemory | undefined,
  nowMs: number,
): LadderMemory {
  const step = ladderStepOf(input);
  const was = before?.step;
  const leaves = was?.show.kind === 'full' && step.show.kind !== 'full';
  const leftFullMs = leaves ? nowMs : before?.leftFullMs;
  const said = (next: SignStep): LadderMemory => ({
    step: next,
    leftFullMs,
    bolderSinceMs: undefined,
  });
  if (was === undefined || boldnessOf(step.show) === STATIC) return said(step);

  const { dwellMs, backShare, backAtLeast } = ladderRules;
  if (CAUTIOUS.has(was.cause) && boldnessOf(step.show) > boldnessOf(was.show)) {
    const bolderSinceMs = before?.bolderSinceMs ?? nowMs;
    if (nowMs - bolderSinceMs < dwellMs) {
      const show = heldOf(was.show, step.show);
      return { step: { show, cause: 'settling' }, leftFullMs, bolderSinceMs };
    }
  }
  const isAfterFull =
    was.show.kind !== 'full' && leftFullMs !== undefined && nowMs - leftFullMs < dwellMs;
  const back = Math.max(backAtLeast, backShare * input.capacity);
  if ((leaves || isAfterFull) && input.vacant < back) {
    return said({ show: { kind: 'band', band: 'few' }, cause: 'afterFull' });
  }
  return said(step);
}

/** What was shown meanwhile, unless by now even that would be too much. */
function heldOf(shown: SignShow, possible: SignShow): SignShow {
  const before = wordOf(shown);
  const now = wordOf(possible);
  if (before === undefined) return shown;
  if (now === undefined) return possible;
  return {
    kind: 'band',
    band: SIGN_BANDS.indexOf(before) > SIGN_BANDS.indexOf(now) ? before : now,
  };
}

const wordOf = (show: SignShow): SignBand | undefined => ('band' in show ? show.band : undefined);

/** Given up because of what was not known, which may come and go from second to second. */
const CAUTIOUS: ReadonlySet<SignCause> = new Set([
  'someUnknown',
  'bandUnsure',
  'tooManyUnknown',
  'doubtful',
  'settling',
]);

const STATIC = 0;

/** How much is promised to a driver. 만차 promises nothing, and is said like the least word. */
function boldnessOf(show: SignShow): number {
  switch (show.kind) {
    case 'number':
      return 1 + SIGN_BANDS.length;
    case 'band':
      return SIGN_BANDS.length - SIGN_BANDS.indexOf(show.band);
    case 'full':
      return 1;
    case 'parking':
    case 'closed':
    case 'blank':
    case 'test':
      return STATIC;
  }
}

const parking = (cause: SignCause): SignStep => ({ show: { kind: 'parking' }, cause });
