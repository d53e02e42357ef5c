import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FACTORY_LINK } from '#contract/node-config.ts';
import { uidText } from '#contract/uid-search.ts';
import type { BayNode } from '#firmware-sim/node/bay-node.ts';
import { serialLine } from '#gateway/line/serial-line.ts';
import { fixedSenses } from '../../firmware-sim/senses.ts';
import { openSerialServer } from '../serial-server.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { aNode, openProvisionRig, uidsOf } from './provision-rig.ts';
import type { ProvisionRig } from './provision-rig.ts';
import { built } from '../../support/built.ts';

const LINE = { baud: 115_200, parity: 'even' } as const;

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly said: string;
}

let folder: ReturnType<typeof openTempFolder>;
beforeAll(() => {
  folder = openTempFolder();
});
afterAll(() => folder[Symbol.dispose]());

const gateway = (...args: readonly string[]) => heardGateway(args, () => undefined);

/** The gateway's command line as a real process; `hear` gets each line that it notes meanwhile. */
function heardGateway(args: readonly string[], hear: (line: string) => void): Promise<Ran> {
  return new Promise((resolve) => {
    const command = [...built('gateway'), ...args];
    const child = execFile(process.execPath, command, { timeout: 80_000 }, (error, out, said) => {
      resolve({ code: typeof error?.code === 'number' ? error.code : error ? -1 : 0, out, said });
    });
    if (child.stderr) createInterface({ input: child.stderr }).on('line', hear);
  });
}

const at = (rig: ProvisionRig) => ['--port', rig.path, '--baud', '115200', '--parity', 'even'];

function aRow(count: number): { nodes: BayNode[]; senses: ReturnType<typeof fixedSenses>[] } {
  const senses = Array.from({ length: count }, () => fixedSenses());
  const nodes = senses.map((one, index) => aNode(LINE, { address: index + 1, senses: one }));
  return { nodes, senses };
}

describe.concurrent('the commands of a line, as a real process', () => {
  test('find lists new nodes, gives them addresses, and config shows and sets them', async () => {
    // A pseudo-terminal carries any speed: at the factory's, the line is searched once.
    const nodes = [aNode(FACTORY_LINK), aNode(FACTORY_LINK), aNode(FACTORY_LINK)];
    using rig = await openProvisionRig(nodes);
    const line = ['--port', rig.path];
    const found = await gateway('line', 'find', ...line, '--assign', '1-32', '--json');
    expect(found).toMatchObject({ code: 0 });
    const list = JSON.parse(found.out) as { uid: string; address: number }[];
    expect(list.map(({ uid }) => uid)).toEqual(uidsOf(nodes));
    expect(list.map(({ address }) => address)).toEqual([1, 2, 3]);

    const wrong = await gateway(
      'node',
      'config',
      'set',
      ...line,
      '--addresses',
      '2',
      'mount=1',
      'baud=7',
    );
    expect(wrong.code).toBe(78);
    expect(wrong.said).toContain('mount=1: expected NAME=VALUE');
    expect(wrong.said).toContain('baud=7: expected 1200, 2400');
    const set = await gateway(
      'node',
      'config',
      'set',
      ...line,
      '--addresses',
      '2',
      'mountMm=3000',
      'label=a-002',
    );
    expect(set).toMatchObject({ code: 0 });
    const shown = await gateway('node', 'config', 'show', ...line, '--addresses', '2');
    expect(shown.out).toMatch(/^mountMm +3000 /m);
    expect(shown.out).toMatch(/^label +a-002 /m);
    expect(set.out).toContain(shown.out.split('\n')[0]?.split('check sum ')[1] ?? 'no check sum');

    const located = await gateway('node', 'locate', ...line, '--address', '2');
    expect(located.out).toBe('the node at 2 blinks for a minute\n');
    const blinking = nodes.filter((node) => node.isLocating(performance.now()));
    expect(blinking.map(({ uid }) => uidText(uid))).toEqual([list[1]?.uid]);
  }, 150_000);

  test('a scan and a check say what is there in columns, and a dead node by name', async () => {
    const { nodes } = aRow(3);
    using rig = await openProvisionRig(nodes, { far: { ...LINE } });
    const [second] = nodes.slice(1);
    if (second) rig.bus.setMuted(second, true);
    const scan = await gateway('line', 'scan', ...at(rig), '--addresses', '1-3');
    expect(scan.code).toBe(0);
    expect(scan.out.split('\n').filter((line) => line.startsWith('115200 even'))).toHaveLength(2);
    const check = await gateway('line', 'check', ...at(rig), '--addresses', '1-3', '--rounds', '4');
    expect(check.code).toBe(1);
    expect(check.out).toMatch(/^address 1 +1 +\d of 4 +0 +\d +\d +\d+ … \d+ +5\.00 V$/m);
    expect(check.out).toContain('no answer from address 2\n  look at: its supply and its plug');
  }, 150_000);

  test('a walk names swapped nodes and puts them right; the sheet keeps it on one page', async () => {
    const { nodes, senses } = aRow(4);
    using rig = await openProvisionRig(nodes, { far: { ...LINE } });
    const walkFile = join(folder.path, 'walk.json');
    // Nodes 2 and 3 hang over each other's bays. Whoever walks goes on when they were seen.
    const walker = walkAlong([0, 2, 1, 3], senses);
    const args = ['line', 'walk', ...at(rig), '--addresses', '1-4', '--put-right'];
    const walk = await heardGateway([...args, '--out', walkFile], walker);
    expect(walk.said).toContain('next address 4');
    expect(walk.out).toContain('address 2 and address 3 are swapped');
    expect(walk.out).toContain('the node over address 3 had address 2, and now has 3');
    expect(walk.code).toBe(1);

    const page = join(folder.path, 'sheet.html');
    const sheet = await gateway(
      'line',
      'sheet',
      ...at(rig),
      '--addresses',
      '1-4',
      '--rounds',
      '3',
      '--json',
      '--walk',
      walkFile,
      '--out',
      page,
    );
    expect(sheet.code).toBe(0);
    const html = readFileSync(page, 'utf8');
    for (const uid of uidsOf(nodes)) expect(html).toContain(uid);
    expect(html).toContain('address 2 and address 3 are swapped');
    const rows = (JSON.parse(sheet.out) as { rows: { uid: string }[] }).rows.map(({ uid }) => uid);
    expect(rows).toEqual([0, 2, 1, 3].map((of) => nodes[of] && uidText(nodes[of].uid)));

    // The third node dies; a new one gets what the sheet kept of it.
    const dead = nodes[1];
    if (dead) rig.bus.setMuted(dead, true);
    writeFileSync(join(folder.path, 'saved.json'), sheet.out);
    const replaced = await gateway(
      'node',
      'replace',
      ...at(rig),
      '--address',
      '3',
      '--saved',
      join(folder.path, 'saved.json'),
    );
    expect(replaced.code).toBe(1);
    expect(replaced.said).toContain('no new node answers at the factory address 247');
  }, 150_000);

  test('a line that somebody has is left alone, and nobody on a line is said', async () => {
    using rig = await openProvisionRig([]);
    const line = await serialLine({ path: rig.path, ...LINE })({
      bytes: () => undefined,
      lost: () => undefined,
    });
    const busy = await gateway('line', 'scan', ...at(rig));
    expect(busy).toMatchObject({ code: 69, out: '' });
    expect(busy.said).toContain('most likely a gateway that runs: stop that one first');
    await line.close();
    const nobody = await gateway('node', 'locate', ...at(rig), '--address', '9');
    expect(nobody.code).toBe(1);
    expect(nobody.said).toContain('no configuration comes from address 9');
    const absent = await gateway(
      'line',
      'check',
      '--port',
      join(folder.path, 'none'),
      '--addresses',
      '1',
    );
    expect(absent.code).toBe(69);
    expect(absent.said).toContain('is the adapter plugged in');
    expect((await gateway('line', 'check', '--address', '0')).code).toBe(2);
  }, 150_000);

  test('a line behind a serial server is worked on over TCP', async () => {
    const { nodes } = aRow(2);
    using rig = await openProvisionRig(nodes, { far: { ...LINE } });
    const server = await openSerialServer();
    const port = await serialLine({ path: rig.path, ...LINE })({
      bytes: (chunk) => server.send(chunk),
      lost: () => undefined,
    });
    server.onWritten((chunk) => void port.write(chunk));
    const where = ['--port', `tcp://127.0.0.1:${server.port}`, '--baud', '115200'];
    const check = await gateway('line', 'check', ...where, '--addresses', '1-2', '--rounds', '3');
    server.unplug();
    await port.close();
    expect(check.out).toContain('Nothing wrong was found.');
    expect(check.code).toBe(0);
  }, 150_000);
});

/** Holds a plate under one sensor after the other, and goes on when the command says so. */
function walkAlong(order: readonly number[], senses: readonly { distanceMm: number }[]) {
  const floors = senses.map(({ distanceMm }) => distanceMm);
  let turn = 0;
  return (line: string) => {
    if (!/^begin|: seen/.test(line)) return;
    const under = order[turn];
    turn += 1;
    for (const [index, one] of senses.entries()) {
      one.distanceMm = index === under ? 1_000 : (floors[index] ?? 0);
    }
  };
}
