import { createHmac, randomBytes } from 'node:crypto';
import type { Role } from '#contract/topics.ts';
import type { Clock } from '#runtime/clock.ts';
import { verifySecret } from '#runtime/credentials.ts';
import type { ClientCredential } from '#runtime/credentials.ts';
import { HashQueue } from './hash-queue.ts';

export const LOGIN_REFUSALS = ['unknown_client', 'wrong_secret', 'backing_off', 'busy'] as const;
export type LoginRefusal = (typeof LOGIN_REFUSALS)[number];

export type Login =
  | { readonly kind: 'known'; readonly role: Role }
  | { readonly kind: 'refused'; readonly reason: LoginRefusal };

/** Wrong tries of one id from one address before it must wait: 1, 2, 4 … 30 s. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const MOST_REMEMBERED = 4_096;
/**
 * A gateway's secret comes from a file and is right: after one wrong secret an address is a suspect
 * for a minute, which costs it nothing but its turn while others wait.
 */
const SUSPECT_MS = 60_000;
/** Of one address; what it asks beyond that at the same time waits with the suspects. */
const MOST_UNDER_WAY = 1;

interface Failures {
  count: number;
  blockedUntil: number;
}

/** Checks secrets by their costly hash, each once: who comes again with the same one is known. */
export class Logins {
  readonly #clock: Clock;
  readonly #verify: typeof verifySecret;
  /** Makes what is remembered of a secret useless outside this run. */
  readonly #key = randomBytes(32);
  #credentials: ReadonlyMap<string, ClientCredential>;
  /** By client id: the digest of the secret that was right. */
  readonly #right = new Map<string, string>();
  /** Digests of secrets that were wrong, the oldest forgotten first. */
  readonly #wrong = new Set<string>();
  readonly #failures = new Map<string, Failures>();
  readonly #underWay = new Map<string, Promise<boolean | 'busy'>>();
  readonly #queue = new HashQueue();
  /** By address: when its last wrong secret was found to be so, monotonic milliseconds. */
  readonly #wrongAt = new Map<string, number>();
  readonly #underWayFrom = new Map<string, number>();

  constructor(
    credentials: ReadonlyMap<string, ClientCredential>,
    clock: Clock,
    verify: typeof verifySecret = verifySecret,
  ) {
    this.#credentials = credentials;
    this.#clock = clock;
    this.#verify = verify;
  }

  get credentials(): ReadonlyMap<string, ClientCredential> {
    return this.#credentials;
  }

  replace(credentials: ReadonlyMap<string, ClientCredential>): void {
    this.#credentials = credentials;
    for (const id of this.#right.keys()) if (!credentials.has(id)) this.#right.delete(id);
  }

  /** `address`: where the try comes from; a guesser elsewhere must not lock a gateway out. */
  async login(id: string, secret: Uint8Array, address: string): Promise<Login> {
    const credential = this.#credentials.get(id);
    if (credential === undefined) return { kind: 'refused', reason: 'unknown_client' };
    const digest = this.#digestOf(credential, secret);
    if (this.#right.get(id) === digest) return { kind: 'known', role: credential.role };

    const from = `${address} ${id}`;
    if (this.#wrong.has(digest)) return this.#failed(from);
    if (this.#clock.monoMs() < (this.#failures.get(from)?.blockedUntil ?? 0)) {
      return { kind: 'refused', reason: 'backing_off' };
    }
    const right = await this.#checkOnce(digest, secret, credential.hash, address);
    if (right === 'busy') return { kind: 'refused', reason: 'busy' };
    if (!right) {
      remember(this.#wrong, digest);
      this.#suspect(address);
      return this.#failed(from);
    }
    // The file may have changed while the hash was at work.
    if (this.#credentials.get(id)?.hash !== credential.hash) return this.#failed(from);
    this.#right.set(id, digest);
    this.#failures.delete(from);
    return { kind: 'known', role: credential.role };
  }

  #failed(from: string): Login {
    const failures = this.#failures.get(from) ?? { count: 0, blockedUntil: 0 };
    failures.count += 1;
    const over = failures.count - FREE_TRIES;
    if (over >= 0) {
      const waitMs = Math.min(LONGEST_WAIT_MS, FIRST_WAIT_MS * 2 ** over);
      failures.blockedUntil = this.#clock.monoMs() + waitMs;
    }
    this.#failures.delete(from);
    this.#failures.set(from, failures);
    const oldest = this.#failures.keys().next();
    if (this.#failures.size > MOST_REMEMBERED && !oldest.done) this.#failures.delete(oldest.value);
    return { kind: 'refused', reason: 'wrong_secret' };
  }

  #digestOf({ id, hash }: ClientCredential, secret: Uint8Array): string {
    return createHmac('sha256', this.#key).update(`${id}\0${hash}\0`).update(secret).digest('hex');
  }

  /** The same secret that is being checked already waits for that answer. */
  #checkOnce(
    digest: string,
    secret: Uint8Array,
    hash: string,
    address: string,
  ): Promise<boolean | 'busy'> {
    let check = this.#underWay.get(digest);
    if (check === undefined) {
      check = this.#check(secret, hash, address).finally(() => this.#underWay.delete(digest));
      this.#underWay.set(digest, check);
    }
    return check;
  }

  async #check(secret: Uint8Array, hash: string, address: string): Promise<boolean | 'busy'> {
    const already = this.#underWayFrom.get(address) ?? 0;
    this.#underWayFrom.set(address, already + 1);
    const isSuspect = already >= MOST_UNDER_WAY || this.#isSuspect(address);
    try {
      return await this.#queue.run(isSuspect, async () => this.#verify(secret, hash));
    } finally {
      const left = (this.#underWayFrom.get(address) ?? 1) - 1;
      if (left === 0) this.#underWayFrom.delete(address);
      else this.#underWayFrom.set(address, left);
    }
  }

  #isSuspect(address: string): boolean {
    const wrongAt = this.#wrongAt.get(address);
    return wrongAt !== undefined && this.#clock.monoMs() - wrongAt < SUSPECT_MS;
  }

  #suspect(address: string): void {
    // The latest last: the oldest is forgotten first.
    this.#wrongAt.delete(address);
    this.#wrongAt.set(address, this.#clock.monoMs());
    const oldest = this.#wrongAt.keys().next();
    if (this.#wrongAt.size > MOST_REMEMBERED && !oldest.done) this.#wrongAt.delete(oldest.value);
  }
}

function remember(set: Set<string>, value: string): void {
  set.add(value);
  const oldest = set.values().next();
  if (set.size > MOST_REMEMBERED && !oldest.done) set.delete(oldest.value);
}
