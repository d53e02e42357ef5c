import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { Command } from 'commander';
import { textOf } from './report.ts';
import type { Report, Size } from './report.ts';

type Bench = (size: Size) => AsyncIterable<Report> | Promise<readonly Report[]>;

/** Each measures one thing that this program exists for, and is loaded when it is asked for. */
const benches: Readonly<Record<string, () => Promise<Bench>>> = {
  broker: async () => (await import('./broker/bench-broker.ts')).benchBroker,
  chain: async () => (await import('./chain/bench-chain.ts')).benchChain,
  city: async () => (await import('./city/bench-city.ts')).benchCity,
  edge: async () => (await import('./edge/bench-edge.ts')).benchEdge,
  history: async () => (await import('./history/bench-history.ts')).benchHistory,
  ingest: async () => (await import('./ingest/bench-ingest.ts')).benchIngest,
  start: async () => (await import('./start/bench-start.ts')).benchStart,
  viewers: async () => (await import('./viewers/bench-viewers.ts')).benchViewers,
  web: async () => (await import('./web/bench-web.ts')).benchWeb,
};

const program = new Command('bench')
  .description('Measures, against a bare part or a peer in the same run.')
  .argument('[names...]', `which: ${Object.keys(benches).join(', ')}; none: all`)
  .option('--json <file>', 'write the figures there, too')
  .option('--small', 'a smoke test: runs everything, means nothing')
  .option('--profile <folder>', 'CPU profiles of the parts that run in processes of their own')
  .action(run);

interface Options {
  readonly json?: string;
  readonly small?: boolean;
  readonly profile?: string;
}

async function run(names: string[], options: Options): Promise<void> {
  const unknown = names.filter((name) => !Object.hasOwn(benches, name));
  if (unknown.length > 0) program.error(`error: no bench "${unknown.join('", "')}"`);
  const reports: Report[] = [];
  for (const [name, load] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
    const bench = await load();
    for await (const report of await bench({
      isSmall: options.small ?? false,
      profileFolder: options.profile,
    })) {
      reports.push(report);
      process.stdout.write(`${textOf(report)}\n`);
    }
  }
  if (options.json === undefined) return;
  const machine = {
    node: process.version,
    cpu: cpus()[0]?.model,
    cores: cpus().length,
    memoryBytes: totalmem(),
  };
  const measuredAt = new Date().toISOString();
  writeFileSync(options.json, `${JSON.stringify({ measuredAt, machine, reports }, null, 2)}\n`);
}

await program.parseAsync();
