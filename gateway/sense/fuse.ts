import type { Around, DetectorParameters, DetectorState } from './detector.ts';
import { forgetDistance, isOtherRoof, isTall } from './distance-vote.ts';
import type { DistanceVote, Known } from './distance-vote.ts';
import type { MagneticVote } from './magnetic-vote.ts';
import { hasIron, isThing, JUST_BEFORE_MS, leftOver } from './onset.ts';

/** Whether distances say anything now: without echo, a field that is sure takes over soon. */
export function sees(
  { belief, validAt }: DistanceVote,
  magnetic: MagneticVote,
  at: number,
  { confirmMs, unknownMs }: DetectorParameters,
): boolean {
  if (belief === 'unknown' || validAt === undefined) return false;
  const isFelt = magnetic.field.heardAt !== undefined && isSure(magnetic);
  return at - validAt <= (isFelt ? Math.min(unknownMs, 2 * confirmMs) : unknownMs);
}

export const isSure = (magnetic: MagneticVote): boolean =>
  magnetic.belief !== 'unknown' && magnetic.odds > 0;

/** A step so near to a change of the distance is the same vehicle's. */
export const SAME_CHANGE_MS = 8_000;
const SURE_ODDS = 2;
const ECHO_LOST_MS = 30_000;
const SURE_WITHOUT_ECHO = 3.5;

/** The state after a change of belief; undefined: it stays. */
export function decide(
  heard: DetectorState,
  at: number,
  parameters: DetectorParameters,
  around: Around,
): DetectorState | undefined {
  const { distance, magnetic, belief } = heard;
  if (sees(distance, magnetic, at, parameters)) {
    if (distance.belief === 'vacant') {
      return belief === 'vacant' ? undefined : believe(heard, 'vacant', distance.since, 'distance');
    }
    if (distance.belief === 'occupied' && belief !== 'occupied') {
      return decideOccupied(heard, at, around);
    }
    return hasChangedPlaces(heard)
      ? {
          ...believe(heard, 'vacant', magnetic.since, 'field'),
          onset: leftOver(magnetic.since, isTall(distance), magnetic),
        }
      : undefined;
  }
  const { belief: felt } = magnetic;
  if (felt === 'unknown' || !isSure(magnetic)) {
    const isOurs = belief !== 'unknown' && heard.by === 'field';
    return isOurs ? { ...heard, belief: 'unknown', since: at } : undefined;
  }
  if (isTired(magnetic, at) && (belief === 'unknown' || heard.by === 'field')) {
    return belief === 'unknown' ? undefined : { ...heard, belief: 'unknown', since: at };
  }
  if (felt === 'occupied' && distance.validAt !== undefined && magnetic.odds < SURE_WITHOUT_ECHO) {
    // A roof echoes: without one the field must be surer, and who stood there may have gone.
    const hasLostIt = belief === 'occupied' && at - distance.validAt > ECHO_LOST_MS;
    return hasLostIt ? { ...heard, belief: 'unknown', since: at } : undefined;
  }
  if (felt === belief) return undefined;
  const believed = believe(heard, felt, magnetic.since, 'field');
  // What was measured before is of another vehicle, or of none.
  return distance.belief === felt ? believed : { ...believed, distance: forgetDistance(distance) };
}

/** Most stays are over by then; of a vehicle that only a field tells of, more must be known. */
const PATIENCE_MS = 3_000_000;
const SURE_FOR_LONG = 6;

/**
 * A field that goes to and fro does not say which end is empty: who was missed coming is taken for
 * coming when it leaves. Where it may be so, nothing is said any more after a while.
 */
const isTired = ({ belief, since, odds }: MagneticVote, at: number): boolean =>
  belief === 'occupied' && at - since > PATIENCE_MS && odds < SURE_FOR_LONG;

/** A car has gone from under the sensor, and what is there now is no car. */
function hasChangedPlaces({ belief, since, distance, magnetic }: DetectorState) {
  return (
    belief === 'occupied' &&
    magnetic.belief === 'vacant' &&
    magnetic.since > since + SAME_CHANGE_MS &&
    magnetic.odds > SURE_ODDS &&
    isOtherRoof(distance)
  );
}

/** A distance without iron is a person, a cart or boxes, until it has lasted too long for those. */
function decideOccupied(
  heard: DetectorState,
  at: number,
  around: Around,
): DetectorState | undefined {
  const { onset, magnetic, distance, belief } = heard;
  if (onset === undefined) return believe(heard, 'occupied', distance.since, 'distance');
  if (magnetic.belief === 'occupied' && magnetic.since >= onset.since - JUST_BEFORE_MS) {
    // A car where a cart had been.
    return believe(heard, 'occupied', Math.max(onset.since, magnetic.since), 'both');
  }
  const tall = isTall(distance);
  const iron = hasIron(onset, magnetic, at, tall, around.whose);
  if (iron === 'cannot say') return believe(heard, 'occupied', onset.since, 'distance');
  if (iron === 'yes') return believe(heard, 'occupied', onset.since, 'both');
  switch (isThing(onset, at, tall)) {
    case 'passing':
      return undefined;
    case 'standing':
      return belief === 'unknown' ? undefined : { ...heard, belief: 'unknown', since: onset.since };
    case 'staying':
      return believe(heard, 'occupied', onset.since, 'distance');
  }
}

const believe = (
  heard: DetectorState,
  belief: Known,
  since: number,
  by: DetectorState['by'],
): DetectorState => ({ ...heard, belief, since, by });
