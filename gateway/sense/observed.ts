import type { BayId } from '#contract/ids.ts';

/**
 * Which bays of one line are being watched, and until when that is certain: pure, in the monotonic
 * clock's milliseconds. An interval never says of any bay in it more than that bay's own samples do.
 */
export interface Interval {
  readonly bays: readonly BayId[];
  readonly from: number;
  /** Never falls; `until` = `from` means that nothing is claimed yet. */
  readonly until: number;
}

/** A bay whose state is decided now. */
export interface DecidedBay {
  readonly bay: BayId;
  /** First evidence of its first state since it was last unknown. */
  readonly since: number;
  /** No later decision of this bay will have its first evidence before this. */
  readonly until: number;
}

/** The intervals that ended in this step, and the one that is open after it. */
export interface Tracked {
  readonly ended: readonly Interval[];
  readonly open: Interval | undefined;
}

/**
 * One step: the open interval grows; a bay that is no longer decided ends it for all, and the others
 * go on in a new one without a gap; a bay that joins starts a new one at its first evidence, as soon
 * as the others are certain until then.
 */
export function trackObserved(open: Interval | undefined, decided: readonly DecidedBay[]): Tracked {
  if (!open) return { ended: [], open: begin(decided, Number.NEGATIVE_INFINITY) };

  const members = new Set(open.bays);
  const staying = decided.filter(({ bay, since }) => members.has(bay) && since <= open.until);
  if (staying.length < open.bays.length) {
    const next: Interval = { bays: idsOf(staying), from: open.until, until: open.until };
    const after = staying.length === 0 ? undefined : next;
    const rest = trackObserved(after, decided);
    return { ended: [open, ...rest.ended], open: rest.open };
  }
  const until = Math.max(open.until, soonest(staying));
  const joining = decided.filter(({ bay, since }) => !members.has(bay) && since <= until);
  if (joining.length === 0) return { ended: [], open: { ...open, until } };

  const from = Math.max(open.until, ...joining.map(({ since }) => since));
  const bays = [...open.bays, ...idsOf(joining)];
  const grown = Math.max(from, Math.min(until, soonest(joining)));
  return { ended: [{ ...open, until: from }], open: { bays, from, until: grown } };
}

/** The latest of all that are decided sets the beginning. */
function begin(decided: readonly DecidedBay[], notBefore: number): Interval | undefined {
  if (decided.length === 0) return undefined;
  const from = Math.max(notBefore, ...decided.map(({ since }) => since));
  return { bays: idsOf(decided), from, until: Math.max(from, soonest(decided)) };
}

const idsOf = (decided: readonly DecidedBay[]): BayId[] => decided.map(({ bay }) => bay);
const soonest = (decided: readonly DecidedBay[]): number =>
  Math.min(...decided.map(({ until }) => until));
