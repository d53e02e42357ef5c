import type { DetectorParameters, DetectorState } from './detector.ts';
import { sees } from './fuse.ts';
import { LONG_STAY_MS } from './stay-memory.ts';

/** A field that is less sure than this of its vehicle does not contradict. */
const SURE_ODDS = 1;

/** How the channels of a bay agree on its being occupied, for the judgement of latch-up. */
export function occupiedVotes(
  { belief, distance, magnetic }: DetectorState,
  at: number,
  parameters: DetectorParameters,
): { disagree: boolean; occupiedForMs: number; longStayMs: number } {
  if (magnetic.belief !== 'occupied') {
    return { disagree: false, occupiedForMs: 0, longStayMs: LONG_STAY_MS };
  }
  // A bay that is openly unknown is not latched.
  const isOddlyLong = belief === 'occupied' && magnetic.odds < SURE_ODDS;
  const isSeen = sees(distance, magnetic, at, parameters);
  const disagree = isSeen ? distance.belief === 'vacant' : isOddlyLong;
  return { disagree, occupiedForMs: at - magnetic.since, longStayMs: LONG_STAY_MS };
}
