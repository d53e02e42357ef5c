import { between, logNormal } from './random.ts';
import type { Random } from './random.ts';

interface StayKind {
  /** Share of arrivals. */
  readonly share: number;
  readonly medianMs: number;
  /** Deviation of the logarithm. */
  readonly sigma: number;
}

const MINUTE_MS = 60_000;

/**
 * How long cars stand: picking up (median 5 min), shopping (45 min), working or living there
 * (400 min). The shares are ours: they make a mean stay of 32 min, so that 350 bays change about
 * eight times a minute at night and seventeen at noon.
 */
export const STAY_KINDS: readonly StayKind[] = [
  { share: 0.7, medianMs: 5 * MINUTE_MS, sigma: 0.6 },
  { share: 0.27, medianMs: 45 * MINUTE_MS, sigma: 0.6 },
  { share: 0.03, medianMs: 400 * MINUTE_MS, sigma: 0.4 },
];

/** Nobody parks and leaves faster than this. */
export const SHORTEST_STAY_MS = 30_000;

/** Mean of a log-normal: median · e^(σ²/2). */
const meanOf = ({ medianMs, sigma }: StayKind) => medianMs * Math.exp(sigma ** 2 / 2);

export const MEAN_STAY_MS = STAY_KINDS.reduce((sum, kind) => sum + kind.share * meanOf(kind), 0);

/** The length of one stay, in milliseconds. */
export function drawStayMs(random: Random): number {
  const { medianMs, sigma } = pick(random, ({ share }) => share);
  return Math.max(SHORTEST_STAY_MS, Math.round(logNormal(random, medianMs, sigma)));
}

/**
 * How much longer a car stays that is met standing at some instant: long stays are met more often
 * (length-biased: a log-normal's median moves to median · e^(σ²)), at any point of theirs.
 */
export function drawRestMs(random: Random): number {
  const { medianMs, sigma } = pick(random, (kind) => kind.share * meanOf(kind));
  const wholeMs = logNormal(random, medianMs * Math.exp(sigma ** 2), sigma);
  return Math.max(1, Math.round(between(random, 0, wholeMs)));
}

function pick(random: Random, weightOf: (kind: StayKind) => number): StayKind {
  const total = STAY_KINDS.reduce((sum, kind) => sum + weightOf(kind), 0);
  let left = random() * total;
  for (const kind of STAY_KINDS) {
    left -= weightOf(kind);
    if (left < 0) return kind;
  }
  return STAY_KINDS[0] as StayKind;
}
