import { describe, expect, test } from 'vitest';
import { encodeDistance } from '#contract/distance-frame.ts';
import { FACTORY_LINK, labelOf } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import { configBlock } from '#contract/registers.ts';
import { RangeNode } from '#firmware-sim/node/range-node.ts';
import { factoryConfig } from '#firmware-sim/node/factory-config.ts';
import { withMaster } from '#gateway/provision/line-access.ts';
import { replaceNode } from '#gateway/provision/replace-node.ts';
import type { Replaced, ReplaceEvent } from '#gateway/provision/replace-node.ts';
import { scanLine, scannedLinks } from '#gateway/provision/scan-line.ts';
import type { ScanResult } from '#gateway/provision/scan-line.ts';
import { toTheEnd } from '#gateway/provision/to-the-end.ts';
import { readConfig } from '#gateway/provision/set-config.ts';
import { fixedSenses } from '../../firmware-sim/senses.ts';
import { aNode, openProvisionRig } from './provision-rig.ts';
import type { FarLink, ProvisionRig } from './provision-rig.ts';

const scan = (
  rig: ProvisionRig,
  links: readonly Link[],
  addresses: readonly number[],
): Promise<ScanResult> => toTheEnd(scanLine(rig.access, { links, addresses }));

describe.concurrent('a scan of a line of which nothing is known', () => {
  test('finds the speed and the parity, and who answers at which address', async () => {
    const own = { baud: 38_400, parity: 'odd' } as const;
    const far: FarLink = { ...FACTORY_LINK };
    const node = aNode(far, { own, address: 1 });
    using rig = await openProvisionRig([node], { far });
    const links = scannedLinks([19_200, 38_400], ['none', 'odd']);
    const { found } = await scan(rig, links, [1, 2, 3]);
    expect(found).toEqual([
      { link: own, found: expect.objectContaining({ is: 'pbn1', uid: node.uid }) as object },
    ]);
  });

  test('names a sensor that speaks unasked', async () => {
    using rig = await openProvisionRig([]);
    const speaking = setInterval(() => rig.line.write(encodeDistance(1_953)), 100);
    try {
      const { found } = await scan(rig, scannedLinks([9_600]), [1]);
      expect(found[0]?.found).toEqual({ is: 'free-running', sensor: 'distance-frame' });
    } finally {
      clearInterval(speaking);
    }
  });

  test('says of a line where nobody answers that nobody does', async () => {
    using rig = await openProvisionRig([]);
    expect(await scan(rig, [FACTORY_LINK], [1, 2])).toEqual({ found: [] });
  });
});

test('all usual speeds and parities are tried, the likeliest first', () => {
  const links = scannedLinks();
  expect(links).toHaveLength(18);
  expect(links[0]).toEqual(FACTORY_LINK);
  expect(links.slice(-6).every(({ parity }) => parity === 'odd')).toBe(true);
});

describe.concurrent('a node that is replaced', () => {
  const LINE: Link = { baud: 115_200, parity: 'even' };
  const given = factoryConfig({ address: 3, link: LINE, mountMm: 2_600, label: 'from-the-site' });
  const replace = (rig: ProvisionRig, hear?: (event: ReplaceEvent) => void): Promise<Replaced> =>
    toTheEnd(replaceNode(rig.access, { link: LINE, address: 3, uid: undefined, given }), hear);
  const configAt = (rig: ProvisionRig) =>
    withMaster(rig.access, LINE, (master) => readConfig(master, 3));

  test('hands its address and its configuration to the new one, which keeps the bay', async () => {
    const far = { ...LINE };
    const old = aNode(far, { address: 3, label: 'a-003', mountMm: 3_100 });
    const fresh = aNode(far, { own: FACTORY_LINK });
    using rig = await openProvisionRig([old, fresh], { far });
    const before = await configAt(rig);
    const kinds: string[] = [];
    const done = await replace(rig, (event) => {
      kinds.push(event.kind);
      // Somebody takes it off its plug.
      if (event.kind === 'old-answers') rig.bus.setMuted(old, true);
    });
    expect(kinds).toEqual([
      'old-answers',
      'old-gone',
      'new-found',
      'addressed',
      'staged',
      'on-trial',
      'confirmed',
    ]);
    expect(done).toMatchObject({ oldUid: old.uid, newUid: fresh.uid, configOf: 'old node' });
    const after = await configAt(rig);
    expect(after).toEqual(before);
    expect([after.mountMm, labelOf(after)]).toEqual([3_100, 'a-003']);
  });

  test('and is dead already leaves what the site says of its bay', async () => {
    const far = { ...LINE };
    const fresh = aNode(far);
    using rig = await openProvisionRig([fresh], { far });
    const done = await replace(rig);
    expect(done).toMatchObject({ oldUid: undefined, newUid: fresh.uid, configOf: 'given' });
    expect(configBlock.encode(await configAt(rig))).toEqual(configBlock.encode(given));
  });

  test('by two new ones is asked back, and by none is said', async () => {
    const far = { ...LINE };
    using two = await openProvisionRig([aNode(far), aNode(far)], { far });
    await expect(replace(two)).rejects.toThrow('Say which with --uid');
    using none = await openProvisionRig([]);
    await expect(replace(none)).rejects.toThrow('no new node answers at the factory address');
  });

  test('and is no bay node is told what to do instead', async () => {
    const sensor = new RangeNode({
      kind: 'urm14',
      address: 3,
      senses: fixedSenses(),
      at: performance.now(),
    });
    using rig = await openProvisionRig([sensor]);
    await expect(replace(rig)).rejects.toThrow('node address --to 3');
  });
});
