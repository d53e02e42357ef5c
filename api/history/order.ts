/** A bay event's place in its bay's history: the gateway's journals in order, then seq. */
export interface Order {
  readonly journal: number;
  readonly seq: number;
}

/** Negative: `a` comes before `b`. */
export function compareOrder(a: Order, b: Order): number {
  return a.journal - b.journal || a.seq - b.seq;
}

/** One text for one place. */
export const orderKey = ({ journal, seq }: Order): string => `${journal}.${seq}`;
