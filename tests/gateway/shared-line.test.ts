import { describe, expect, test } from 'vitest';
import { BayId } from '#contract/ids.ts';
import type { ModbusKind } from '#contract/sensor-kind.ts';
import { factoryConfig } from '#firmware-sim/node/factory-config.ts';
import { BayNode } from '#firmware-sim/node/bay-node.ts';
import type { BusNode } from '#firmware-sim/line/modbus-bus.ts';
import { RangeNode } from '#firmware-sim/node/range-node.ts';
import { pollingDriver } from '#gateway/bus/polling-driver.ts';
import { serialLine } from '#gateway/line/serial-line.ts';
import { systemClock } from '#runtime/clock.ts';
import { openLineRig } from '../firmware-sim/line-rig.ts';
import type { LineRig } from '../firmware-sim/line-rig.ts';
import { fixedSenses } from '../firmware-sim/senses.ts';
import { until } from '../support/until.ts';
import { aUid } from './provision/provision-rig.ts';

const bayOf = (address: number) => BayId.parse(`bay-${address}`);

interface Heard {
  readonly crowded: Set<string>;
  readonly samples: Map<string, number[]>;
  stop(): Promise<void>;
}

/** The driver of a running gateway on this line. */
async function poll(
  rig: LineRig,
  nodes: readonly { address: number; kind: ModbusKind }[],
  options: { baud: number; periodMs: number; pingsInTurn?: boolean },
): Promise<Heard> {
  const crowded = new Set<string>();
  const samples = new Map<string, number[]>();
  const driver = pollingDriver({
    ...options,
    nodes: nodes.map(({ address, kind }) => ({ bay: bayOf(address), kind, address })),
    offsetMs: 0,
    clock: systemClock,
    take: (bay, { seq = 0 }) => void samples.set(bay, [...(samples.get(bay) ?? []), seq]),
    trouble: (bay, { kind }) => void (kind === 'crowd' && crowded.add(bay)),
  });
  const open = serialLine({ path: rig.path, baud: options.baud, parity: 'even' });
  const line = await open({ bytes: (chunk) => driver.bytes(chunk), lost: () => undefined });
  driver.attach(line);
  return {
    crowded,
    samples,
    stop: async () => {
      driver.detach();
      await line.close();
    },
  };
}

function aNode(address: number, baud: number, change: { samplePeriodMs?: number } = {}) {
  const link = { baud, parity: 'even' } as const;
  const pinged: number[] = [];
  const senses = fixedSenses();
  const measured = senses.measure(0);
  senses.measure = (at: number) => {
    pinged.push(at);
    return measured;
  };
  const config = { ...factoryConfig({ address, link, mountMm: 2_600, label: '' }), ...change };
  const node = new BayNode({ uid: aUid(), config, link, senses, at: performance.now() });
  return { node, pinged };
}

const pbn1 = (...addresses: readonly number[]) =>
  addresses.map((address) => ({ address, kind: 'pbn1' as const }));

describe.concurrent('two sensors of one address on a running line', () => {
  test.each([19_200, 115_200])('are recognised by their UIDs at %i baud', async (baud) => {
    const nodes: BusNode[] = [3, 4, 4].map((address) => aNode(address, baud).node);
    using rig = await openLineRig(nodes, { baud });
    const heard = await poll(rig, pbn1(3, 4), { baud, periodMs: 300 });
    await until(() => heard.crowded.size > 0, { withinMs: 20_000 });
    await heard.stop();
    expect([...heard.crowded]).toEqual(['bay-4']);
    expect(heard.samples.get('bay-3')?.length).toBeGreaterThan(0);
  });

  test('are recognised by answering twice where they have no UID', async () => {
    const baud = 115_200;
    const kind = 'dyp-a2x';
    const at = performance.now();
    const nodes = [7, 8, 8].map(
      (address) => new RangeNode({ kind, address, senses: fixedSenses(), at }),
    );
    using rig = await openLineRig(nodes, { baud });
    const sensors = [7, 8].map((address) => ({ address, kind }) as const);
    const heard = await poll(rig, sensors, { baud, periodMs: 200 });
    await until(() => heard.crowded.size > 0, { withinMs: 20_000 });
    await heard.stop();
    expect([...heard.crowded]).toEqual(['bay-8']);
  });

  test('are not seen in one whose answers come late, cut and spoilt', async () => {
    const baud = 115_200;
    const nodes = [1, 2].map((address) => aNode(address, baud).node);
    using rig = await openLineRig(nodes, { baud });
    rig.faults.set('late', 0.2);
    rig.faults.set('cut', 0.1);
    rig.faults.set('noise', 0.003);
    const heard = await poll(rig, pbn1(1, 2), { baud, periodMs: 100 });
    const soundSamples = () => [...heard.samples.values()].flat().length;
    await until(() => soundSamples() > 24, { withinMs: 20_000 });
    await heard.stop();
    expect([...heard.crowded]).toEqual([]);
  });
});

test('nodes that ping in turn never ping with their neighbours, and each ping is read', async () => {
  const baud = 115_200;
  const nodes = [1, 2, 3, 4].map((address) => aNode(address, baud, { samplePeriodMs: 0 }));
  using rig = await openLineRig(
    nodes.map(({ node }) => node),
    { baud },
  );
  const heard = await poll(rig, pbn1(1, 2, 3, 4), { baud, periodMs: 600, pingsInTurn: true });
  await until(() => [1, 2, 3, 4].every((at) => (heard.samples.get(bayOf(at))?.length ?? 0) >= 5));
  await heard.stop();
  for (const address of [1, 2, 3, 4]) {
    const seqs = heard.samples.get(bayOf(address)) ?? [];
    // One sample a round, and none twice.
    const steps = seqs.slice(1).map((seq, at) => seq - (seqs[at] ?? 0));
    expect(steps.filter((step) => step !== 1).length).toBeLessThanOrEqual(1);
  }
  const [odd, even] = [0, 1].map((group) =>
    nodes.filter((_, at) => at % 2 === group).flatMap(({ pinged }) => pinged.slice(1)),
  );
  const apart = (odd ?? []).flatMap((one) => (even ?? []).map((other) => Math.abs(one - other)));
  expect(apart.length).toBeGreaterThan(10);
  expect(Math.min(...apart)).toBeGreaterThan(100);
});
