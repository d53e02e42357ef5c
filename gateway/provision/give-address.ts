import { FC } from '#contract/modbus.ts';
import { rangeMaps } from '#contract/range-registers.ts';
import { TAKE_ADDRESS } from '#contract/registers.ts';
import { isSameUid, uidText, uidWords } from '#contract/uid-search.ts';
import type { Uid } from '#contract/uid-search.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { ModbusMaster } from '../bus/modbus-master.ts';
import { identify, identifyNode, RANGE_FAMILIES } from './identify.ts';
import type { Occupant } from './identify.ts';
import { lineLost } from '../line/line-lost.ts';

/** The write names one node and one address: to say it twice does no harm. */
const TRIES = 3;

/**
 * Gives the PBN-1 node of this UID, which now listens to `from`, the address `to`, and sees to it
 * that it answers there. Throws RejectedError when the address is taken or the node does not obey.
 */
export async function giveNodeAddress(
  master: ModbusMaster,
  { uid, from, to }: { readonly uid: Uid; readonly from: number; readonly to: number },
): Promise<void> {
  const there = await identify(master, to);
  if (there?.is === 'pbn1' && isSameUid(there.uid, uid)) return;
  if (there !== undefined) throw addressTaken(there);
  const request = {
    fc: FC.writeMany,
    address: from,
    register: TAKE_ADDRESS.register,
    values: [to, ...uidWords(uid)],
  } as const;
  for (let tried = 0; tried < TRIES; tried += 1) {
    const exchange = await master.request(request);
    if (exchange.kind === 'lost') throw lineLost();
    if (exchange.kind === 'exception') {
      throw new RejectedError('refused', `node ${uidText(uid)} refuses the address ${to}`);
    }
    // Whether it obeyed is seen at its new address, also when its word was lost.
    const node = await identifyNode(master, to);
    if (node && isSameUid(node.uid, uid)) return;
  }
  throw new RejectedError(
    'no_answer',
    `node ${uidText(uid)} does not answer at ${from}, nor at ${to}: is it still on the line and under power? \`line find\` lists who is there`,
  );
}

/**
 * Gives the only sensor for sale at `from` the address `to`. Throws RejectedError where that cannot
 * be, or is not seen to have worked.
 */
export async function giveSensorAddress(
  master: ModbusMaster,
  { from, to }: { readonly from: number; readonly to: number },
): Promise<void> {
  const sensor = await identify(master, from);
  if (sensor === undefined) {
    throw new RejectedError(
      'no_answer',
      `nobody answers at ${from}: is the sensor under power, and are its A and B the right way round? \`line scan\` tries every speed`,
    );
  }
  if (sensor.is === 'crowd') throw severalAt(from);
  const register =
    sensor.is === 'range' ? rangeMaps[RANGE_FAMILIES[sensor.family].kind].address : undefined;
  if (register === undefined) {
    throw new RejectedError(
      'not_settable',
      sensor.is === 'range'
        ? `the ${RANGE_FAMILIES[sensor.family].label} has switches for its address: set them to ${to}`
        : `what answers at ${from} is no sensor whose address can be set from here`,
    );
  }
  const there = await identify(master, to);
  if (there !== undefined) throw addressTaken(there);
  const exchange = await master.request({ fc: FC.writeOne, address: from, register, value: to });
  if (exchange.kind === 'lost') throw lineLost();
  if ((await identify(master, to))?.is === 'range') return;
  throw new RejectedError(
    'not_seen',
    `the address ${to} was written, and the sensor does not answer there yet: switch its supply off and on, then look with \`line scan\``,
  );
}

/** More than one sensor at an address: said the same way everywhere. */
export function severalAt(address: number): RejectedError {
  return new RejectedError(
    'several',
    `more than one sensor answers at ${address}, one over the other. Bay nodes: \`line find --address ${address}\` tells them apart. Others: connect them one at a time`,
  );
}

function addressTaken(there: Occupant): RejectedError {
  const who =
    there.is === 'pbn1'
      ? `node ${uidText(there.uid)}`
      : there.is === 'crowd'
        ? 'several sensors'
        : 'another sensor';
  return new RejectedError(
    'address_taken',
    `address ${there.address} is taken by ${who}: choose another, or give that one another first`,
  );
}
