import { FACTORY_LINK } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import { FACTORY_ADDRESS } from '#contract/registers.ts';
import type { ConfigRegisters } from '#contract/registers.ts';
import { isSameUid, uidText } from '#contract/uid-search.ts';
import type { SearchAnswer, Uid } from '#contract/uid-search.ts';
import { RejectedError } from '#runtime/errors.ts';
import { giveNodeAddress, severalAt } from './give-address.ts';
import { identify } from './identify.ts';
import { withMaster } from './line-access.ts';
import type { LineAccess } from './line-access.ts';
import { searchBus } from '../bus/search-bus.ts';
import { findNodes } from '../bus/search.ts';
import { readConfig, setConfig } from './set-config.ts';
import type { ConfigEvent } from './set-config.ts';
import { toTheEnd } from './to-the-end.ts';

export type ReplaceEvent =
  /** Its configuration was read; it has to leave the line now. */
  | { readonly kind: 'old-answers'; readonly uid: Uid }
  | { readonly kind: 'old-gone' }
  | { readonly kind: 'new-found'; readonly uid: Uid; readonly link: Link }
  | { readonly kind: 'addressed' }
  | ConfigEvent;

export interface Replaced {
  /** undefined: it did not answer any more. */
  readonly oldUid: Uid | undefined;
  readonly newUid: Uid;
  readonly config: ConfigRegisters;
  /** The old node's own, or what was given for a node that does not answer. */
  readonly configOf: 'old node' | 'given';
}

const LOOK_EVERY_MS = 1_000;
const MOST_LOOKS = 600;

/**
 * Puts a new node into an old one's place: its address, its configuration. The old one is waited
 * for to leave the line where it still answers; the new one is found by `uid`, or by being the only
 * new one. Throws RejectedError that says what to look at.
 */
export async function* replaceNode(
  access: LineAccess,
  {
    link,
    address,
    uid,
    given,
  }: {
    readonly link: Link;
    readonly address: number;
    readonly uid: Uid | undefined;
    /** For an old node that does not answer any more; undefined: nothing is known of it. */
    readonly given: ConfigRegisters | undefined;
  },
): AsyncGenerator<ReplaceEvent, Replaced> {
  const old = await readOld(access, link, address, uid);
  if (old?.isAlreadyThere === false) {
    yield { kind: 'old-answers', uid: old.uid };
    await untilSilent(access, link, address);
    yield { kind: 'old-gone' };
  }
  const known = old?.isAlreadyThere === true ? (given ?? old.config) : (old?.config ?? given);
  if (known === undefined) {
    throw new RejectedError(
      'nothing_known',
      `nobody answers at ${address}, and nothing says how the old node was set: name the site folder (--site) or what \`line sheet --json\` printed (--saved)`,
    );
  }
  const config = { ...known, address };
  if (old?.isAlreadyThere !== true) {
    const fresh = await findFresh(access, link, uid);
    yield { kind: 'new-found', uid: fresh.uid, link: fresh.link };
    await withMaster(access, fresh.link, (master) =>
      giveNodeAddress(master, { uid: fresh.uid, from: FACTORY_ADDRESS, to: address }),
    );
    yield { kind: 'addressed' };
    yield* setConfig(access, { link: fresh.link, address, config });
    const configOf = old ? 'old node' : 'given';
    return { oldUid: old?.uid, newUid: fresh.uid, config, configOf };
  }
  yield* setConfig(access, { link, address, config });
  return { oldUid: undefined, newUid: old.uid, config, configOf: 'given' };
}

/** Who has the place now; a command that was broken off may have put the new node there already. */
async function readOld(
  access: LineAccess,
  link: Link,
  address: number,
  uid: Uid | undefined,
): Promise<{ uid: Uid; config: ConfigRegisters; isAlreadyThere: boolean } | undefined> {
  return withMaster(access, link, async (master) => {
    const there = await identify(master, address);
    if (there === undefined) return undefined;
    if (there.is === 'crowd') throw severalAt(address);
    if (there.is !== 'pbn1') {
      throw new RejectedError(
        'no_bay_node',
        `the sensor at ${address} is no bay node, and keeps no configuration: take it off, connect the new one alone, and give it the address with \`node address --to ${address}\``,
      );
    }
    const isAlreadyThere = uid !== undefined && isSameUid(there.uid, uid);
    return { uid: there.uid, config: await readConfig(master, address), isAlreadyThere };
  });
}

async function untilSilent(access: LineAccess, link: Link, address: number): Promise<void> {
  for (let looked = 0; looked < MOST_LOOKS; looked += 1) {
    await access.pause(LOOK_EVERY_MS);
    const there = await withMaster(access, link, (master) => identify(master, address));
    if (there === undefined) return;
  }
  throw new RejectedError(
    'still_there',
    `the old node still answers at ${address}: take it off the line, then run the command again`,
  );
}

/** New nodes listen as the factory set them, or as the line is set. */
async function findFresh(
  access: LineAccess,
  link: Link,
  uid: Uid | undefined,
): Promise<{ readonly uid: Uid; readonly link: Link }> {
  const isFactory = link.baud === FACTORY_LINK.baud && link.parity === FACTORY_LINK.parity;
  const links = isFactory || !access.isTunable ? [link] : [link, FACTORY_LINK];
  const fresh: { uid: Uid; link: Link }[] = [];
  for (const each of links) {
    for (const node of await newNodes(access, each)) fresh.push({ uid: node.uid, link: each });
  }
  const wanted = fresh.filter((one) => uid === undefined || isSameUid(one.uid, uid));
  const [only, ...others] = wanted;
  if (only !== undefined && others.length === 0) return only;
  const list = fresh.map((one) => uidText(one.uid)).join(', ');
  if (only !== undefined) {
    throw new RejectedError('several_new', `several new nodes: ${list}. Say which with --uid`);
  }
  throw new RejectedError(
    'no_new_node',
    fresh.length > 0
      ? `the node that was named is not among the new ones: ${list}`
      : `no new node answers at the factory address ${FACTORY_ADDRESS}: is it on the line and under power? One that had an address before is found by \`line scan\``,
  );
}

async function newNodes(access: LineAccess, link: Link): Promise<readonly SearchAnswer[]> {
  return withMaster(access, link, async (master) => {
    const { nodes } = await toTheEnd(findNodes(searchBus(master, FACTORY_ADDRESS)));
    return nodes;
  });
}
