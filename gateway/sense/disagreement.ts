import type { DetectorState } from './detector.ts';
import { oddsNow } from './magnetic-vote.ts';
import { LONG_STAY_MS } from './stay-memory.ts';

/** A field that is less sure than this of its vehicle does not contradict. */
const SURE_ODDS = 1;

/** How the channels of a bay agree on its being occupied, for the judgement of latch-up. */
export function occupiedVotes(
  { distance, magnetic }: DetectorState,
  at: number,
): { disagree: boolean; occupiedForMs: number; longStayMs: number } {
  if (magnetic.belief !== 'occupied') {
    return { disagree: false, occupiedForMs: 0, longStayMs: LONG_STAY_MS };
  }
  const isOddlyLong = oddsNow(magnetic, at) < SURE_ODDS;
  const disagree = distance.validAt === undefined ? isOddlyLong : distance.belief === 'vacant';
  return { disagree, occupiedForMs: at - magnetic.since, longStayMs: LONG_STAY_MS };
}
