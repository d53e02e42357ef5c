import type { LotId } from '#contract/ids.ts';
import type { Placement } from '../site/placements.ts';

/** No lot's id has this sign in it. */
const PRIVATE_MARK = '~private';

/**
 * A lot's hours are those of the bays that everybody may see: sums with private ones in them would
 * leave, less what is seen of the others, what a single resident did. Private bays are summed
 * beside, under a key that no lot can have.
 */
export function hoursKeyOf({ lot, isPrivate }: Pick<Placement, 'lot' | 'isPrivate'>): LotId {
  return isPrivate === true ? (`${lot}${PRIVATE_MARK}` as LotId) : lot;
}
