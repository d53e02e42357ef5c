/** Wrong tries of one account from one source before it must wait: 1, 2, 4 … 60 s. */
const FREE_TRIES = 5;
/** Wrong tries of one source on any accounts before strangers there must wait. */
const SOURCE_FREE_TRIES = 20;
/** Wrong tries of one account from anywhere, after which a new source has one try at a time. */
const ACCOUNT_FREE_TRIES = 50;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 60_000;
/** A count is forgotten when nothing was added to it for this long. */
const FORGET_MS = 60 * 60_000;
const MOST_REMEMBERED = 4_096;

interface Failures {
  count: number;
  lastMs: number;
}

export interface Attempt {
  /** As it was given; whether there is such an account does not matter. */
  readonly account: string;
  /** An address, or the /48 that one subscriber of IPv6 may hold. */
  readonly source: string;
  /** This account logged in from this source before. */
  readonly isKnown: boolean;
}

/**
 * How long a login must wait after wrong ones. Nobody is locked out: a wait is a minute at most,
 * begins with the source's own last try, and an owner at a place that they logged in from before
 * waits only for their own mistakes. Times are monotonic milliseconds. Pure but for what it keeps.
 */
export class LoginDelay {
  readonly #pairs = new Map<string, Failures>();
  readonly #sources = new Map<string, Failures>();
  readonly #accounts = new Map<string, Failures>();

  /** Milliseconds until the next try is looked at; 0: now. */
  waitMs({ account, source, isKnown }: Attempt, nowMs: number): number {
    const pair = fresh(this.#pairs.get(pairOf(account, source)), nowMs);
    const ofPair = remaining(pair, FREE_TRIES, nowMs);
    if (isKnown) return ofPair;
    const ofSource = remaining(fresh(this.#sources.get(source), nowMs), SOURCE_FREE_TRIES, nowMs);
    const isGuessed = (fresh(this.#accounts.get(account), nowMs)?.count ?? 0) >= ACCOUNT_FREE_TRIES;
    const ofAccount =
      isGuessed && pair !== undefined ? Math.max(0, pair.lastMs + LONGEST_WAIT_MS - nowMs) : 0;
    return Math.max(ofPair, ofSource, ofAccount);
  }

  /** How many wrong tries stand against this one; an owner where they are known answers for their own. */
  wrongTries({ account, source, isKnown }: Attempt, nowMs: number): number {
    const own = fresh(this.#pairs.get(pairOf(account, source)), nowMs)?.count ?? 0;
    if (isKnown) return own;
    const ofSource = fresh(this.#sources.get(source), nowMs)?.count ?? 0;
    const ofAccount = fresh(this.#accounts.get(account), nowMs)?.count ?? 0;
    return ofSource + Math.min(ofAccount, ACCOUNT_FREE_TRIES);
  }

  failed({ account, source, isKnown }: Attempt, nowMs: number): void {
    count(this.#pairs, pairOf(account, source), nowMs);
    // An owner's own mistakes slow nobody else down.
    if (isKnown) return;
    count(this.#sources, source, nowMs);
    count(this.#accounts, account, nowMs);
  }

  succeeded({ account, source }: Attempt): void {
    this.#pairs.delete(pairOf(account, source));
  }
}

const pairOf = (account: string, source: string): string => `${source} ${account}`;

function fresh(failures: Failures | undefined, nowMs: number): Failures | undefined {
  return failures && nowMs - failures.lastMs < FORGET_MS ? failures : undefined;
}

function remaining(failures: Failures | undefined, freeTries: number, nowMs: number): number {
  const over = (failures?.count ?? 0) - freeTries;
  if (failures === undefined || over < 0) return 0;
  const wait = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** Math.min(over, 16));
  return Math.max(0, failures.lastMs + wait - nowMs);
}

function count(map: Map<string, Failures>, key: string, nowMs: number): void {
  const failures = { count: (fresh(map.get(key), nowMs)?.count ?? 0) + 1, lastMs: nowMs };
  map.delete(key);
  map.set(key, failures);
  const oldest = map.keys().next();
  if (map.size > MOST_REMEMBERED && !oldest.done) map.delete(oldest.value);
}
