import type { Card } from './card.ts';

/** What a driver wants to see only; kept on the phone. */
export interface Wishes {
  /** The stay costs nothing. */
  readonly free: boolean;
  /** Open now and at arrival. */
  readonly open: boolean;
  readonly walkMinutes: number | undefined;
}

export const NO_WISHES: Wishes = { free: false, open: false, walkMinutes: undefined };

export function grants(card: Card, { free, open, walkMinutes }: Wishes): boolean {
  const { price, verdict, atArrival, walk } = card;
  if (free && !(price?.minor === 0 && price.unknownMinutes === 0)) return false;
  if (open && (verdict.look === 'closed' || atArrival === 'closed')) return false;
  return walkMinutes === undefined || (walk !== undefined && walk.minutes <= walkMinutes);
}
