import { FACTORY_LINK } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import { FACTORY_ADDRESS } from '#contract/registers.ts';
import { uidText } from '#contract/uid-search.ts';
import type { Uid } from '#contract/uid-search.ts';
import type { BusNode } from '#firmware-sim/line/modbus-bus.ts';
import { BayNode } from '#firmware-sim/node/bay-node.ts';
import { factoryConfig } from '#firmware-sim/node/factory-config.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { serialLine } from '#gateway/line/serial-line.ts';
import type { LineAccess } from '#gateway/provision/line-access.ts';
import { systemClock } from '#runtime/clock.ts';
import { setTimeout as sleep } from 'node:timers/promises';
import { openLineRig } from '../../firmware-sim/line-rig.ts';
import type { LineRig } from '../../firmware-sim/line-rig.ts';
import { fixedSenses } from '../../firmware-sim/senses.ts';

/** How the far end's line is set now: what a node compares its own setting with. */
export interface FarLink {
  baud: number;
  parity: Link['parity'];
}

export interface ProvisionRig extends LineRig {
  readonly access: LineAccess;
  /** How often the line was opened, and as what. */
  readonly opened: Link[];
  /** Lets time pass at once, for the nodes and for whoever pauses. */
  skip(ms: number): void;
}

const random = openRandom(11, 'uids');

export const aUid = (): Uid => {
  const part = () => Math.floor(random() * 0x1_0000_0000);
  return { high: part(), middle: part(), low: part() };
};

/**
 * A node as it comes from the factory, unless it was given an address; it hears the line while that
 * is set as the node is: `own`, or as the line is now.
 */
export function aNode(
  link: Link,
  {
    own = link,
    address = FACTORY_ADDRESS,
    uid = aUid(),
    label = '',
    senses = fixedSenses(),
    mountMm = 2_600,
  }: {
    own?: Link;
    address?: number;
    uid?: Uid;
    label?: string;
    senses?: ReturnType<typeof fixedSenses>;
    mountMm?: number;
  } = {},
): BayNode {
  const config = factoryConfig({ address, link: own, mountMm, label });
  return new BayNode({ uid, config, link, senses, at: performance.now() });
}

export const uidsOf = (nodes: readonly { readonly uid: Uid }[]): string[] =>
  nodes.map(({ uid }) => uidText(uid)).toSorted();

/**
 * Nodes on a real pseudo-terminal, which carries any speed: `far` is how they hear the line, and
 * follows how it is opened unless `isTunable` is false.
 */
export async function openProvisionRig(
  nodes: readonly BusNode[],
  { far = { ...FACTORY_LINK }, follows = true }: { far?: FarLink; follows?: boolean } = {},
): Promise<ProvisionRig> {
  let skippedMs = 0;
  const rig = await openLineRig(nodes, { baud: far.baud, nowOf: (at) => at + skippedMs });
  const opened: Link[] = [];
  const clock = {
    wallMs: () => Date.now(),
    monoMs: () => systemClock.monoMs() + skippedMs,
  };
  const access: LineAccess = {
    name: rig.path,
    isTunable: true,
    clock,
    open: async (link, listener) => {
      opened.push(link);
      if (follows) Object.assign(far, link);
      return serialLine({ path: rig.path, ...link })(listener);
    },
    pause: async (ms) => {
      if (ms < 1_000) await sleep(ms);
      else skippedMs += ms;
    },
  };
  return {
    ...rig,
    access,
    opened,
    skip: (ms) => {
      skippedMs += ms;
    },
    [Symbol.dispose]: rig[Symbol.dispose],
  };
}
