import { describe, expect, test } from 'vitest';
import type { LineFault } from '#firmware-sim/node/fault-kinds.ts';
import type { BayNode } from '#firmware-sim/node/bay-node.ts';
import { checkLine } from '#gateway/provision/check-line.ts';
import type { SensorCheck } from '#gateway/provision/check-line.ts';
import { withMaster } from '#gateway/provision/line-access.ts';
import { findingsOf } from '#gateway/provision/line-causes.ts';
import { toTheEnd } from '#gateway/provision/to-the-end.ts';
import { fixedSenses } from '../../firmware-sim/senses.ts';
import { aNode, openProvisionRig } from './provision-rig.ts';

const LINK = { baud: 115_200, parity: 'even' } as const;

function aRow(count: number, supplyMv: (at: number) => number = () => 5_000): BayNode[] {
  return Array.from({ length: count }, (_, at) =>
    aNode(LINK, { address: at + 1, senses: fixedSenses({ supplyMv: supplyMv(at) }) }),
  );
}

/** What a real line with this wrong is found to have. */
async function checked(
  nodes: readonly BayNode[],
  {
    fault,
    share = 0,
    dead = [],
    rounds = 10,
  }: { fault?: LineFault; share?: number; dead?: readonly number[]; rounds?: number } = {},
): Promise<{ checks: SensorCheck[]; whats: string[]; looks: string[] }> {
  using rig = await openProvisionRig(nodes, { far: { ...LINK } });
  if (fault) rig.faults.set(fault, share);
  for (const at of dead) {
    const node = nodes[at];
    if (node) rig.bus.setMuted(node, true);
  }
  const sensors = nodes.map((_, at) => ({
    address: at + 1,
    kind: 'pbn1' as const,
    name: `bay ${at + 1}`,
  }));
  const { clock } = rig.access;
  const checks = await withMaster(rig.access, LINK, (master) =>
    toTheEnd(checkLine(master, { sensors, rounds, baud: LINK.baud, clock })),
  );
  const findings = findingsOf(checks);
  return {
    checks,
    whats: findings.map(({ what }) => what),
    looks: findings.map(({ look }) => look),
  };
}

describe.concurrent('a line check over a real line', () => {
  test('finds nothing wrong with a sound line, and how long its nodes think', async () => {
    const { checks, whats } = await checked(aRow(4), { rounds: 8 });
    expect(whats).toEqual([]);
    for (const { asked, answered, answerMs, supplyMv } of checks) {
      expect([asked, answered, supplyMv]).toEqual([8, 8, 5_000]);
      expect(answerMs[0]).toBeGreaterThanOrEqual(2);
    }
  });

  test('calls noise all along the line by its usual cause', async () => {
    const { whats, looks } = await checked(aRow(4), { fault: 'noise', share: 0.015, rounds: 14 });
    // A busy machine's answers take long, too, which is said after it.
    expect(whats[0]).toContain('all along the line');
    expect(looks[0]).toContain('termination or bias missing?');
  });

  test('calls late answers late, and who may hold them back', async () => {
    const { whats, looks } = await checked(aRow(4), { fault: 'late', share: 0.3 });
    expect(whats).toEqual([expect.stringContaining('come after their time')]);
    expect(looks[0]).toContain('latency timer');
  });

  test('names a dead node, and a line that ends too early', async () => {
    const one = await checked(aRow(4), { dead: [1], rounds: 2 });
    expect(one.whats).toEqual(['no answer from bay 2']);
    const rest = await checked(aRow(4), { dead: [2, 3], rounds: 2 });
    expect(rest.whats).toEqual(['no answer from bay 3 on']);
    expect(rest.looks[0]).toContain('the cable between bay 2 and bay 3');
    const none = await checked(aRow(2), { dead: [0, 1], rounds: 1 });
    expect(none.whats).toEqual(['none of 2 sensors answers']);
  });

  test('names the node from which the supply falls', async () => {
    const { whats, looks } = await checked(
      aRow(6, (at) => (at < 3 ? 5_000 : 4_900 - 150 * (at - 2))),
      { rounds: 2 },
    );
    expect(whats).toEqual(['supply falls from bay 5: 4.60 V, and 4.45 V at the end, of 5.00 V']);
    expect(looks[0]).toContain('feed from both ends');
  });

  test('recognises two nodes at one address', async () => {
    const nodes = aRow(3);
    const { whats } = await checked([...nodes, aNode(LINK, { address: 2 })], { rounds: 4 });
    expect(whats).toEqual(['no answer from bay 4', 'two sensors answer at address 2']);
  });
});

describe('what the figures mean', () => {
  const sound = (at: number): SensorCheck => ({
    address: at,
    kind: 'pbn1',
    name: `bay ${at}`,
    asked: 50,
    answered: 50,
    broken: 0,
    silent: 0,
    late: 0,
    answerMs: [3, 5, 20],
    supplyMv: 5_000,
    heardBroken: 0,
    isCrowd: false,
  });
  const row = (change: (at: number) => Partial<SensorCheck>) =>
    Array.from({ length: 8 }, (_, at) => ({ ...sound(at + 1), ...change(at + 1) }));
  const bad = { answered: 40, broken: 10 };
  const whatsOf = (checks: readonly SensorCheck[]) => findingsOf(checks).map(({ what }) => what);

  test.each([
    [
      'one bad node is its own joint',
      (at: number) => (at === 3 ? bad : {}),
      ['20.0 % of answers of bay 3'],
    ],
    [
      'errors from one on are the joint before it',
      (at: number) => (at >= 5 ? bad : {}),
      ['from bay 5 on'],
    ],
    ['one error is chance', (at: number) => (at === 3 ? { answered: 49, broken: 1 } : {}), []],
    [
      'a low supply in the middle of two feeds',
      (at: number) => (at === 4 || at === 5 ? { supplyMv: 4_500 } : {}),
      ['supply is lowest between bay 4 and bay 5'],
    ],
    [
      'one low supply is its joint',
      (at: number) => (at === 3 ? { supplyMv: 4_500 } : {}),
      ['bay 3 has 4.50 V'],
    ],
    [
      'a low supply everywhere is the power supply',
      () => ({ supplyMv: 4_500 }),
      ['the supply is 4.50 V at best'],
    ],
    ['sensors that do not measure it say nothing of it', () => ({ supplyMv: undefined }), []],
    [
      'slow answers are an adapter’s',
      () => ({ answerMs: Array.from({ length: 10 }, () => 70) }),
      ['answers take 70 ms'],
    ],
  ])('%s', (_what, change, expected) => {
    const whats = whatsOf(row(change));
    expect(whats).toHaveLength(expected.length);
    for (const [at, part] of expected.entries()) expect(whats[at]).toContain(part);
  });
});
