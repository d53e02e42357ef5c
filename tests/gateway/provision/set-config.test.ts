import { expect, test } from 'vitest';
import { FACTORY_LINK, labelOf, labelRegisters, linkRegisters } from '#contract/node-config.ts';
import { withMaster } from '#gateway/provision/line-access.ts';
import { readConfig, setConfig } from '#gateway/provision/set-config.ts';
import type { ConfigEvent } from '#gateway/provision/set-config.ts';
import { aNode, openProvisionRig } from './provision-rig.ts';
import type { ProvisionRig } from './provision-rig.ts';

const ADDRESS = 5;

async function set(
  rig: ProvisionRig,
  change: Parameters<typeof setConfig>[1]['config'],
): Promise<ConfigEvent[]> {
  const events: ConfigEvent[] = [];
  const options = { link: FACTORY_LINK, address: ADDRESS, config: change };
  for await (const event of setConfig(rig.access, options)) events.push(event);
  return events;
}

const read = (rig: ProvisionRig, link = FACTORY_LINK, address = ADDRESS) =>
  withMaster(rig.access, link, (master) => readConfig(master, address));

test('a configuration is staged, tried and confirmed over the new link', async () => {
  const far = { ...FACTORY_LINK };
  using rig = await openProvisionRig([aNode(far, { address: ADDRESS })], { far });
  const fast = { baud: 115_200, parity: 'none' } as const;
  const before = await read(rig);
  const wanted = { ...before, ...linkRegisters(fast), ...labelRegisters('a-014'), address: 7 };
  const events = await set(rig, wanted);
  expect(events.map(({ kind }) => kind)).toEqual(['staged', 'on-trial', 'confirmed']);
  rig.skip(3_600_000);
  const kept = await read(rig, fast, 7);
  expect(kept).toEqual(wanted);
  expect(labelOf(kept)).toBe('a-014');
});

test('a wrong baud rate bricks no node: it comes back, and that is said', async () => {
  const far = { ...FACTORY_LINK };
  // Whatever this side is set to, the line carries 19200 even.
  using rig = await openProvisionRig([aNode(far, { address: ADDRESS })], { far, follows: false });
  const before = await read(rig);
  const wrong = { ...before, ...linkRegisters({ baud: 9_600, parity: 'none' }) };
  const impatient = { ...rig, access: { ...rig.access, pause: async () => rig.skip(4_000) } };
  await expect(set(impatient, wrong)).rejects.toThrow(
    'it has gone back to what it had, and answers at address 5 as before',
  );
  expect(rig.opened.at(-1)).toEqual(FACTORY_LINK);
  expect(await read(rig)).toEqual(before);
});

test('what cannot be is refused by the node and changes nothing', async () => {
  const far = { ...FACTORY_LINK };
  using rig = await openProvisionRig([aNode(far, { address: ADDRESS })], { far });
  const before = await read(rig);
  await expect(set(rig, { ...before, distanceOnMm: 9_000 })).rejects.toThrow('refuses');
  expect(await read(rig)).toEqual(before);
  await expect(read(rig, FACTORY_LINK, 99)).rejects.toThrow('`line scan` shows who answers');
});

test('behind a serial server the speed is not touched: nothing could confirm it', async () => {
  const far = { ...FACTORY_LINK };
  using rig = await openProvisionRig([aNode(far, { address: ADDRESS })], { far });
  const config = { ...(await read(rig)), ...linkRegisters({ baud: 9_600, parity: 'even' }) };
  const access = { ...rig.access, isTunable: false };
  const steps = setConfig(access, { link: FACTORY_LINK, address: ADDRESS, config });
  await expect(steps.next()).rejects.toThrow('is set at its serial server');
});
