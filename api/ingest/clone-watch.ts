const WITHIN_MS = 60_000;
const MOST_RETURNS = 3;

interface Heard {
  order: number;
  /** When an earlier journal spoke again after a later one; monotonic milliseconds. */
  returns: number[];
}

/**
 * Tells one gateway that is started again and again from two that share an identity: each run has a
 * journal of its own, and a run that has ended never speaks again. Two that take the session from
 * each other do, wherever they are: more than 3 times within a minute is no late message.
 */
export class CloneWatch<Gateway> {
  readonly #heard = new Map<Gateway, Heard>();

  /** The running journal's order as the log gave it; true when there must be two gateways. */
  hear(gateway: Gateway, order: number, now: number): boolean {
    const heard = this.#heard.get(gateway);
    if (heard === undefined) {
      this.#heard.set(gateway, { order, returns: [] });
      return false;
    }
    const isReturn = order < heard.order;
    heard.order = order;
    if (!isReturn) return false;
    heard.returns = heard.returns.filter((at) => now - at < WITHIN_MS);
    heard.returns.push(now);
    return heard.returns.length > MOST_RETURNS;
  }
}
