import { describe, expect, test } from 'vitest';
import { FACTORY_LINK } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import { FACTORY_ADDRESS } from '#contract/registers.ts';
import { uidText } from '#contract/uid-search.ts';
import { RangeNode } from '#firmware-sim/node/range-node.ts';
import type { ModbusMaster } from '#gateway/bus/modbus-master.ts';
import { giveNodeAddress, giveSensorAddress } from '#gateway/provision/give-address.ts';
import { identify } from '#gateway/provision/identify.ts';
import { withMaster } from '#gateway/provision/line-access.ts';
import { searchBus } from '#gateway/bus/search-bus.ts';
import { findNodes } from '#gateway/bus/search.ts';
import type { SearchEnd } from '#gateway/bus/search.ts';
import { toTheEnd } from '#gateway/provision/to-the-end.ts';
import { fixedSenses } from '../../firmware-sim/senses.ts';
import { aNode, openProvisionRig, uidsOf } from './provision-rig.ts';
import type { ProvisionRig } from './provision-rig.ts';

const FAST: Link = { baud: 115_200, parity: 'even' };

const onLine = <T>(rig: ProvisionRig, link: Link, use: (master: ModbusMaster) => Promise<T>) =>
  withMaster(rig.access, link, use);

async function search(master: ModbusMaster, address = FACTORY_ADDRESS): Promise<SearchEnd> {
  return toTheEnd(findNodes(searchBus(master, address)));
}

const aSensor = (kind: 'urm14' | 'dyp-a2x' | 'mxs485', address: number) =>
  new RangeNode({ kind, address, senses: fixedSenses(), at: performance.now() });

describe.concurrent('new nodes on one line', () => {
  test('32 with the factory address are all found over a real line, and given addresses', async () => {
    const far = { ...FAST };
    const nodes = Array.from({ length: 32 }, () => aNode(far));
    using rig = await openProvisionRig(nodes, { far });
    await onLine(rig, FAST, async (master) => {
      const end = await search(master);
      expect(end).toMatchObject({ end: 'complete', hasStrangers: false });
      expect(uidsOf(end.nodes)).toEqual(uidsOf(nodes));
      for (const [at, { uid }] of end.nodes.slice(0, 3).entries()) {
        await giveNodeAddress(master, { uid, from: FACTORY_ADDRESS, to: at + 1 });
      }
      const [first] = end.nodes;
      expect(await identify(master, 1)).toMatchObject({ is: 'pbn1', uid: first?.uid });
      expect((await search(master)).nodes).toHaveLength(29);
    });
  }, 60_000);

  test('are found among nodes that have an address, at the speed they leave the factory with', async () => {
    const far = { ...FACTORY_LINK };
    const fresh = [aNode(far), aNode(far), aNode(far)];
    const others = [aNode(far, { address: 1 }), aNode(far, { address: 2 })];
    using rig = await openProvisionRig([...others, ...fresh], { far });
    await onLine(rig, FACTORY_LINK, async (master) => {
      expect(uidsOf((await search(master)).nodes)).toEqual(uidsOf(fresh));
    });
  });

  test('a silent line is searched in a moment, and no node is invented', async () => {
    using rig = await openProvisionRig([]);
    await onLine(rig, FACTORY_LINK, async (master) => {
      expect(await search(master)).toMatchObject({ nodes: [], asked: 2, end: 'complete' });
    });
  });
});

describe.concurrent('two nodes with one address', () => {
  test('are recognised, told apart by their UIDs, and parted', async () => {
    const far = { ...FACTORY_LINK };
    const twins = [aNode(far, { address: 9 }), aNode(far, { address: 9 })];
    using rig = await openProvisionRig(twins, { far });
    await onLine(rig, FACTORY_LINK, async (master) => {
      expect(await identify(master, 9)).toEqual({ is: 'crowd', address: 9 });
      const { nodes } = await search(master, 9);
      expect(uidsOf(nodes)).toEqual(uidsOf(twins));
      const [one, other] = nodes;
      if (!one || !other) throw new Error('expected both');
      await giveNodeAddress(master, { uid: one.uid, from: 9, to: 10 });
      expect(await identify(master, 9)).toMatchObject({ uid: other.uid });
      await expect(giveNodeAddress(master, { uid: other.uid, from: 9, to: 10 })).rejects.toThrow(
        `address 10 is taken by node ${uidText(one.uid)}`,
      );
    });
  });

  test('a UID that nobody has is said to be absent', async () => {
    using rig = await openProvisionRig([]);
    await onLine(rig, FACTORY_LINK, async (master) => {
      const uid = { high: 1, middle: 2, low: 3 };
      await expect(giveNodeAddress(master, { uid, from: FACTORY_ADDRESS, to: 4 })).rejects.toThrow(
        'is it still on the line and under power',
      );
    });
  });
});

describe.concurrent('sensors for sale', () => {
  test('are named by family, and one alone is given an address', async () => {
    const sensors = [aSensor('urm14', 11), aSensor('dyp-a2x', 12), aSensor('mxs485', 13)];
    using rig = await openProvisionRig(sensors);
    await onLine(rig, FACTORY_LINK, async (master) => {
      const found = [];
      for (const address of [11, 12, 13, 14]) found.push(await identify(master, address));
      expect(found.map((one) => (one?.is === 'range' ? one.family : one))).toEqual([
        'urm',
        'dyp-a2x',
        'mxs485',
        undefined,
      ]);
      await giveSensorAddress(master, { from: 11, to: 21 });
      expect(await identify(master, 11)).toBeUndefined();
      expect(await identify(master, 21)).toMatchObject({ is: 'range', family: 'urm' });
      await expect(giveSensorAddress(master, { from: 13, to: 22 })).rejects.toThrow('switches');
      await expect(giveSensorAddress(master, { from: 12, to: 21 })).rejects.toThrow('is taken');
    });
  });

  test('that answer together are recognised, and one at a time is asked for', async () => {
    using rig = await openProvisionRig([aSensor('urm14', 12), aSensor('dyp-a2x', 12)]);
    await onLine(rig, FACTORY_LINK, async (master) => {
      expect(await identify(master, 12)).toEqual({ is: 'crowd', address: 12 });
      await expect(giveSensorAddress(master, { from: 12, to: 21 })).rejects.toThrow(
        'connect them one at a time',
      );
    });
  });
});
