import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { Command } from 'commander';
import { benchBroker } from './broker/bench-broker.ts';
import { benchChain } from './chain/bench-chain.ts';
import { benchCity } from './city/bench-city.ts';
import { benchEdge } from './edge/bench-edge.ts';
import { benchHistory } from './history/bench-history.ts';
import { benchIngest } from './ingest/bench-ingest.ts';
import { benchStart } from './start/bench-start.ts';
import { benchWeb } from './web/bench-web.ts';
import { textOf } from './report.ts';
import { benchViewers } from './viewers/bench-viewers.ts';
import type { Report, Size } from './report.ts';

/** Each measures one thing that this program exists for. */
const benches: Readonly<
  Record<string, (size: Size) => AsyncIterable<Report> | Promise<readonly Report[]>>
> = {
  broker: benchBroker,
  chain: benchChain,
  city: benchCity,
  edge: benchEdge,
  history: benchHistory,
  ingest: benchIngest,
  start: benchStart,
  viewers: benchViewers,
  web: benchWeb,
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
  for (const [name, bench] of Object.entries(benches)) {
    if (names.length > 0 && !names.includes(name)) continue;
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
