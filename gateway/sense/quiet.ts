/**
 * How far a node's field moves between two samples while nothing happens: its noise, in whatever
 * unit it counts, learned apart for samples that are close together and far apart, since drift adds
 * to it. Of a node that speaks when something has changed most samples are changes: so each is a
 * running quantile of the smallest, from which noise has a known way to its median.
 */
export interface Quiet {
  readonly smallest: readonly Running[];
}

interface Running {
  readonly value: number;
  readonly count: number;
  /** The first changes, smallest first, until there are enough to begin with. */
  readonly first: readonly number[];
}

/** Samples up to 3 s, 30 s and 5 min apart, and farther. */
const APART_MS = [3_000, 30_000, 300_000] as const;
const SLOWEST_GAIN = 0.02;
/** Such that a fifth of all changes are smaller; of noise on three axes its median is 1.53 times that. */
const UP_SHARE = 0.25;
const SMALLER_SHARE = UP_SHARE / (1 + UP_SHARE);
const TO_MEDIAN = 1.53;
/** Of so many changes a quantile can be told. */
const LEAST_COUNT = 8;

const nothing: Running = { value: 0, count: 0, first: [] };

export const unheard: Quiet = {
  smallest: [...APART_MS, 0].map(() => nothing),
};

const kindOf = (apartMs: number): number => {
  let kind = 0;
  while (apartMs > (APART_MS[kind] ?? Number.POSITIVE_INFINITY)) kind += 1;
  return kind;
};

export function withChange(before: Quiet, change: number, apartMs: number): Quiet {
  const kind = kindOf(apartMs);
  const smallest = before.smallest.slice();
  smallest[kind] = stepped(smallest[kind] ?? nothing, change);
  return { smallest };
}

/** A running quantile by small steps of its own size, so that no unit matters. */
function stepped(before: Running, change: number): Running {
  // A change of exactly nothing is a counter that resolves no finer.
  if (change === 0) return before;
  const { value, count, first } = before;
  if (count < LEAST_COUNT) {
    // A vehicle may move as the node is heard first: from its step a quantile by small steps would
    // take minutes to come down to noise.
    const begun = [...first, change].toSorted((a, b) => a - b);
    const smaller = begun[Math.floor(SMALLER_SHARE * begun.length)] ?? change;
    return { value: smaller, count: count + 1, first: count + 1 < LEAST_COUNT ? begun : [] };
  }
  const gain = Math.max(SLOWEST_GAIN, 1 / (count + 1));
  const next =
    change > value
      ? Math.min(change, value * (1 + gain * UP_SHARE))
      : Math.max(change, value / (1 + gain));
  return { value: next, count: count + 1, first };
}

/** The median change of noise; undefined before enough was heard to know. */
export function quietOver({ smallest }: Quiet, apartMs: number): number | undefined {
  // Closer together it moves less; and what comes soon after another may be only changes.
  let least = leastFrom(smallest, kindOf(apartMs));
  for (let kind = smallest.length - 1; least === undefined && kind >= 0; kind -= 1) {
    least = leastFrom(smallest, kind);
  }
  return least === undefined ? undefined : TO_MEDIAN * least;
}

/** Of the kinds from this one on that are known. */
function leastFrom(smallest: Quiet['smallest'], kind: number): number | undefined {
  let least: number | undefined;
  for (let each = kind; each < smallest.length; each += 1) {
    const known = smallest[each];
    if (known === undefined || known.count < LEAST_COUNT) continue;
    if (least === undefined || known.value < least) least = known.value;
  }
  return least;
}
