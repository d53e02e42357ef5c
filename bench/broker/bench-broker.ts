import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { addClient } from '#runtime/credentials.ts';
import { openTempFolder } from '../../tests/support/temp-folder.ts';
import type { Report, Size } from '../report.ts';
import { Load } from './load.ts';

const GATEWAYS = 20;

interface Contender {
  readonly child: ChildProcess;
  readonly load: Load;
  readonly perS: number[];
  /** CPU of the broker's process for each message, microseconds. */
  readonly cpuUs: number[];
}

/** What our guards cost: our broker and a bare Aedes, each in its process, round by round in turn. */
export async function benchBroker({ isSmall }: Size): Promise<readonly Report[]> {
  const [rounds, each] = isSmall ? [2, 50] : [40, 250];
  using folder = openTempFolder();
  const file = join(folder.path, 'credentials.json');
  const ids = Array.from({ length: GATEWAYS }, (_, at) => `gw-${String(at + 1).padStart(2, '0')}`);
  const secrets = new Map<string, string>([['api', await addClient(file, 'api', 'api')]]);
  for (const id of ids) secrets.set(id, await addClient(file, id, 'gateway'));
  const open = async (kind: 'bare' | 'guarded'): Promise<Contender> => {
    const child = fork(join(import.meta.dirname, 'broker-child.ts'), [kind, file]);
    const { port } = await wordOf<{ port: number }>(child);
    const load = await Load.open(port, ids, (id) => secrets.get(id) ?? '');
    return { child, load, perS: [], cpuUs: [] };
  };
  const [bare, guarded] = [await open('bare'), await open('guarded')];
  try {
    for (const { load } of [bare, guarded]) await load.run(each);
    for (let round = 0; round < rounds; round += 1) {
      // Who goes first changes: what else the machine does is nobody's.
      const order = round % 2 === 0 ? [bare, guarded] : [guarded, bare];
      for (const contender of order) await measure(contender, each);
    }
  } finally {
    for (const { child, load } of [bare, guarded]) {
      load.close();
      child.kill('SIGKILL');
    }
  }
  const ratiosOf = (of: (contender: Contender) => readonly number[]) =>
    of(guarded).map((ours, round) => (100 * ours) / (of(bare)[round] ?? Number.NaN));
  const [throughput, cpu] = [ratiosOf(({ perS }) => perS), ratiosOf(({ cpuUs }) => cpuUs)];
  return [
    {
      bench: 'broker',
      about: `${GATEWAYS} gateways, QoS 1, 1,000 bytes, ${each * GATEWAYS} messages a round, ${rounds} rounds in turn`,
      figures: [
        {
          what: 'throughput of the bare one, round by round',
          value: median(throughput),
          unit: '%',
          bar: { atLeast: 85 },
          spread: [quantile(throughput, 0), quantile(throughput, 1)],
        },
        {
          what: 'CPU time of the bare one, for each message',
          value: median(cpu),
          unit: '%',
          spread: [quantile(cpu, 0), quantile(cpu, 1)],
        },
        {
          what: 'messages a second',
          value: median(guarded.perS),
          unit: '/s',
          bare: median(bare.perS),
        },
        {
          what: 'CPU time for each message',
          value: median(guarded.cpuUs),
          unit: 'µs',
          bare: median(bare.cpuUs),
        },
      ],
    },
  ];
}

async function measure({ child, load, perS, cpuUs }: Contender, each: number): Promise<void> {
  const before = await cpuOf(child);
  const tookMs = await load.run(each);
  const messages = each * GATEWAYS;
  cpuUs.push(((await cpuOf(child)) - before) / messages);
  perS.push((1_000 * messages) / tookMs);
}

async function cpuOf(child: ChildProcess): Promise<number> {
  child.send('cpu');
  return (await wordOf<{ cpuUs: number }>(child)).cpuUs;
}

async function wordOf<T>(child: ChildProcess): Promise<T> {
  const [word] = (await once(child, 'message')) as [T];
  return word;
}

const quantile = (values: readonly number[], share: number): number =>
  values.toSorted((a, b) => a - b)[Math.floor(share * (values.length - 1))] ?? Number.NaN;
const median = (values: readonly number[]): number => quantile(values, 0.5);
