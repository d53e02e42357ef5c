import { createHmac, randomBytes } from 'node:crypto';
import type { Role } from '#contract/topics.ts';
import type { Clock } from '#runtime/clock.ts';
import { verifySecret } from '#runtime/credentials.ts';
import type { ClientCredential } from '#runtime/credentials.ts';

export const LOGIN_REFUSALS = ['unknown_client', 'wrong_secret', 'backing_off', 'busy'] as const;
export type LoginRefusal = (typeof LOGIN_REFUSALS)[number];

export type Login =
  | { readonly kind: 'known'; readonly role: Role }
  | { readonly kind: 'refused'; readonly reason: LoginRefusal };

/** Each takes 16 MiB and a core: two leave the rest of the process its threads. */
const MOST_AT_ONCE = 2;
/** A city's gateways after a power cut; more are told to come again. */
const MOST_WAITING = 256;
/** Wrong tries of one id from one address before it must wait: 1, 2, 4 … 30 s. */
const FREE_TRIES = 5;
const FIRST_WAIT_MS = 1_000;
const LONGEST_WAIT_MS = 30_000;
const MOST_REMEMBERED = 4_096;

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
  readonly #waiting: (() => void)[] = [];
  #running = 0;

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
    const right = await this.#checkOnce(digest, secret, credential.hash);
    if (right === 'busy') return { kind: 'refused', reason: 'busy' };
    if (!right) {
      remember(this.#wrong, digest);
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
  #checkOnce(digest: string, secret: Uint8Array, hash: string): Promise<boolean | 'busy'> {
    let check = this.#underWay.get(digest);
    if (check === undefined) {
      check = this.#check(secret, hash).finally(() => this.#underWay.delete(digest));
      this.#underWay.set(digest, check);
    }
    return check;
  }

  async #check(secret: Uint8Array, hash: string): Promise<boolean | 'busy'> {
    if (this.#running >= MOST_AT_ONCE) {
      if (this.#waiting.length >= MOST_WAITING) return 'busy';
      await new Promise<void>((resolve) => void this.#waiting.push(resolve));
    } else this.#running += 1;
    try {
      return await this.#verify(secret, hash);
    } finally {
      // Who waits takes over this place, so that nobody can slip in between.
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running -= 1;
    }
  }
}

function remember(set: Set<string>, value: string): void {
  set.add(value);
  const oldest = set.values().next();
  if (set.size > MOST_REMEMBERED && !oldest.done) set.delete(oldest.value);
}
