/** Neighbours must not ping together: of two groups one after the other, half a period apart. */
const GROUPS = 2;
/** A node's echo is in, and its sample ready, so long after it was told to ping. */
export const ECHO_MS = 120;

export const pingGroupOf = (address: number): number => address % GROUPS;

/**
 * When each node of a line is read in a period, in ms: those of a group spread over what is left of
 * the group's half after the echo. In the order of `addresses`.
 */
export function placesInRounds(addresses: readonly number[], periodMs: number): number[] {
  const halfMs = periodMs / GROUPS;
  return addresses.map((address, at) => {
    const group = pingGroupOf(address);
    const mates = addresses.filter((other) => pingGroupOf(other) === group).length;
    const before = addresses.slice(0, at).filter((other) => pingGroupOf(other) === group).length;
    return group * halfMs + ECHO_MS + (before * (halfMs - ECHO_MS)) / mates;
  });
}

/** Which group is told to ping next, and when; monotonic milliseconds. */
export class PingRounds {
  readonly #halfMs: number;
  #group = 0;
  #at: number;

  constructor(periodMs: number, startAt: number) {
    this.#halfMs = periodMs / GROUPS;
    this.#at = startAt;
  }

  get next(): { readonly group: number; readonly at: number } {
    return { group: this.#group, at: this.#at };
  }

  /** A line that is too slow for its period leaves rounds out, and never catches up in a burst. */
  pinged(at: number): void {
    this.#group = (this.#group + 1) % GROUPS;
    this.#at = Math.max(this.#at + this.#halfMs, at + ECHO_MS);
  }
}
