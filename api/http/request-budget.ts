import type { Socket } from 'node:net';
import { RateLimit } from '../live/rate-limit.ts';
import { TryLaterError } from '../try-later.ts';
import type { Visit } from './visit.ts';

/** So many seconds' worth at once: a page with all its files costs some 20. */
const BURST_SECONDS = 10;
/** Who was refused this often more than answered is cut off. */
const REFUSALS_BEFORE_CUT = 100;
/** Clients behind a proxy whose budgets are remembered, the longest silent forgotten first. */
const MOST_REMEMBERED = 10_000;

interface Account {
  readonly budget: RateLimit;
  refusals: number;
}

/**
 * Budgets by what answers cost, for each connection: hundreds of phones behind one address have one
 * each, and one that floods is refused, then cut off, alone. Behind a trusted proxy connections are
 * the proxy's; there a client is told apart by its address and by how its browser describes itself.
 */
export class RequestBudget {
  readonly #perSecond: number;
  readonly #bySocket = new WeakMap<Socket, Account>();
  readonly #byClient = new Map<string, Account>();
  readonly #counts = { refused: 0, cut: 0 };

  /** In units of one cached answer. */
  constructor(perSecond: number) {
    this.#perSecond = perSecond;
  }

  get counts(): Readonly<{ refused: number; cut: number }> {
    return this.#counts;
  }

  /** Throws TryLaterError when there is not so much left; whoever goes on then is cut off. */
  spend(
    cost: number,
    socket: Socket,
    { address, isProxied }: Pick<Visit, 'address' | 'isProxied'>,
    traits: string,
    nowMs: number,
  ): void {
    const account = isProxied
      ? this.#clientAccount(`${address} ${traits}`, nowMs)
      : this.#socketAccount(socket, nowMs);
    if (account.budget.take(nowMs, cost)) {
      account.refusals = Math.max(0, account.refusals - 1);
      return;
    }
    account.refusals += 1;
    this.#counts.refused += 1;
    if (account.refusals > REFUSALS_BEFORE_CUT && !isProxied) {
      this.#counts.cut += 1;
      socket.destroy();
    }
    const waitMs = (1_000 * cost) / this.#perSecond;
    const message = `Ask less often: ${this.#perSecond} answers a second at most.`;
    throw new TryLaterError(message, waitMs);
  }

  #socketAccount(socket: Socket, nowMs: number): Account {
    const known = this.#bySocket.get(socket);
    if (known) return known;
    const account = this.#newAccount(nowMs);
    this.#bySocket.set(socket, account);
    return account;
  }

  #clientAccount(key: string, nowMs: number): Account {
    const account = this.#byClient.get(key) ?? this.#newAccount(nowMs);
    this.#byClient.delete(key);
    this.#byClient.set(key, account);
    const oldest = this.#byClient.keys().next();
    if (this.#byClient.size > MOST_REMEMBERED && !oldest.done) this.#byClient.delete(oldest.value);
    return account;
  }

  #newAccount(nowMs: number): Account {
    const budget = new RateLimit(BURST_SECONDS * this.#perSecond, this.#perSecond, nowMs);
    return { budget, refusals: 0 };
  }
}
