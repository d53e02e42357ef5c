/** One connection on its way in, from any listener. */
export interface Door {
  /** Its address, a whole IPv6 /48 counting as one: see `sourceOf`. */
  readonly source: string;
  /** It has sent its CONNECT. */
  readonly spoke: boolean;
  /** Ends it; `leave` follows. */
  readonly shut: () => void;
}

export interface DoorLimits {
  readonly maxConnections: number;
  /** Connections of one source that are not let in yet; who is let in counts no more. */
  readonly maxConnectionsPerAddress: number;
}

export const DOOR_REFUSALS = ['too_many_connections', 'too_many_from_address'] as const;
export type DoorRefusal = (typeof DOOR_REFUSALS)[number];

/**
 * Counts connections in total and by source. Where there are too many, the oldest that has said
 * nothing makes room: holding idle sockets open shuts nobody out. Only when all have spoken is the
 * new one refused.
 */
export class Doors {
  readonly #limits: DoorLimits;
  readonly #all = new Set<Door>();
  readonly #outside = new Map<string, Set<Door>>();

  constructor(limits: DoorLimits) {
    this.#limits = limits;
  }

  get size(): number {
    return this.#all.size;
  }

  /** A reason when the new connection must not stay; `evicted`: another one had to go for it. */
  enter(door: Door): { readonly refused?: DoorRefusal; readonly evicted: DoorRefusal[] } {
    const evicted: DoorRefusal[] = [];
    const same = this.#outside.get(door.source) ?? new Set();
    if (same.size >= this.#limits.maxConnectionsPerAddress) {
      if (!this.#evictFrom(same)) return { refused: 'too_many_from_address', evicted };
      evicted.push('too_many_from_address');
    }
    if (this.#all.size >= this.#limits.maxConnections) {
      if (!this.#evictFrom(this.#strangers())) return { refused: 'too_many_connections', evicted };
      evicted.push('too_many_connections');
    }
    this.#all.add(door);
    // An eviction may have emptied and dropped the set.
    const set = this.#outside.get(door.source) ?? new Set();
    set.add(door);
    this.#outside.set(door.source, set);
    return { evicted };
  }

  /** The client is known: it counts in total only. */
  letIn(door: Door): void {
    const same = this.#outside.get(door.source);
    same?.delete(door);
    if (same?.size === 0) this.#outside.delete(door.source);
  }

  leave(door: Door): void {
    this.#all.delete(door);
    this.letIn(door);
  }

  shutAll(): void {
    for (const door of this.#all) door.shut();
  }

  *#strangers(): Iterable<Door> {
    for (const same of this.#outside.values()) yield* same;
  }

  #evictFrom(doors: Iterable<Door>): boolean {
    for (const door of doors) {
      if (door.spoke) continue;
      this.leave(door);
      door.shut();
      return true;
    }
    return false;
  }
}

/** What counts as one source: an IPv4 address, or the /48 that one subscriber of IPv6 may hold. */
export function sourceOf(address: string | undefined): string {
  if (address === undefined) return 'unknown';
  const plain = address.startsWith('::ffff:') ? address.slice('::ffff:'.length) : address;
  if (!plain.includes(':')) return plain;
  const [head = '', tail] = plain.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : 8 - groups.length - after.length;
  const all = [...groups, ...Array.from({ length: Math.max(0, zeros) }, () => '0'), ...after];
  return `${all.slice(0, 3).join(':')}::/48`;
}
