import type { Uid } from '#contract/uid-search.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { ModbusMaster } from '../bus/modbus-master.ts';
import { giveNodeAddress } from './give-address.ts';
import { identifyNode } from './identify.ts';
import type { WalkPlace, WalkResult } from './walk.ts';

export interface PutRightEvent {
  readonly kind: 'moved';
  readonly uid: Uid;
  readonly from: number;
  readonly to: WalkPlace;
}

/** No bay's, and below the factory's: what a node has for a moment while others make room. */
const HIGHEST_SPARE = 246;

/**
 * Gives each bay node that a walk found over another's bay the address of the bay over which it
 * hangs. Throws RejectedError before anything is moved when one of them cannot be.
 */
export async function* putRight(
  master: ModbusMaster,
  { swapped }: Pick<WalkResult, 'swapped'>,
  taken: readonly number[],
): AsyncGenerator<PutRightEvent, void> {
  const moves: { uid: Uid; from: number; to: WalkPlace; spare: number }[] = [];
  let spare = HIGHEST_SPARE;
  for (const { at, saw } of swapped) {
    const node = await identifyNode(master, saw.address);
    if (node === undefined) {
      throw new RejectedError(
        'no_bay_node',
        `what hangs over ${at.name} (address ${saw.address}) is no bay node, or does not answer: change the two addresses in the site file instead`,
      );
    }
    while (taken.includes(spare)) spare -= 1;
    moves.push({ uid: node.uid, from: saw.address, to: at, spare });
    spare -= 1;
  }
  for (const { uid, from, spare: to } of moves) await giveNodeAddress(master, { uid, from, to });
  for (const { uid, from, to, spare: now } of moves) {
    await giveNodeAddress(master, { uid, from: now, to: to.address });
    yield { kind: 'moved', uid, from, to };
  }
}
