/**
 * How far a node's field moves between two samples while nothing happens: its noise, in whatever
 * unit it counts, learned apart for samples that are close together and far apart, since drift adds
 * to it. Each is a running median, which arrivals and departures, being rare, hardly move.
 */
export interface Quiet {
  readonly medians: readonly Running[];
}

interface Running {
  readonly value: number;
  readonly count: number;
}

/** Samples up to 3 s, 30 s and 5 min apart, and farther. */
const APART_MS = [3_000, 30_000, 300_000] as const;
const SLOWEST_GAIN = 0.02;

export const unheard: Quiet = {
  medians: [...APART_MS, 0].map(() => ({ value: 0, count: 0 })),
};

const kindOf = (apartMs: number): number => {
  const kind = APART_MS.findIndex((most) => apartMs <= most);
  return kind < 0 ? APART_MS.length : kind;
};

export function withChange(before: Quiet, change: number, apartMs: number): Quiet {
  const kind = kindOf(apartMs);
  const medians = before.medians.slice();
  medians[kind] = stepped(medians[kind] ?? { value: 0, count: 0 }, change);
  return { medians };
}

/** A running median by small steps of its own size, so that no unit matters. */
function stepped({ value, count }: Running, change: number): Running {
  // A change of exactly nothing is a counter that resolves no finer.
  if (value === 0) return { value: change, count: change === 0 ? 0 : 1 };
  const gain = Math.max(SLOWEST_GAIN, 1 / (count + 1));
  const next = change > value ? Math.min(change, value * (1 + gain)) : value / (1 + gain);
  return { value: next, count: count + 1 };
}

/** undefined before enough was heard to know. */
export function quietOver({ medians }: Quiet, apartMs: number): number | undefined {
  const kind = kindOf(apartMs);
  const own = medians[kind];
  if (own !== undefined && own.count >= LEAST_COUNT) return own.value;
  // Farther apart it moves more, closer together less: the nearest that is known.
  for (let off = 1; off < medians.length; off += 1) {
    for (const near of [medians[kind + off], medians[kind - off]]) {
      if (near !== undefined && near.count >= LEAST_COUNT) return near.value;
    }
  }
  return undefined;
}

const LEAST_COUNT = 8;
