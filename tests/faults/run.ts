import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { runRounds } from './rounds.ts';

/**
 * `npm run test:faults -- --seed N --rounds N`: exit code 0 when no round has failed. `--traces FOLDER`
 * keeps what the gateways heard, to be replayed.
 */
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    rounds: { type: 'string', default: '200' },
    traces: { type: 'string' },
  },
});
const seed = values.seed === undefined ? Math.floor(Math.random() * 1e9) : Number(values.seed);
const result = await runRounds({
  seed,
  rounds: Number(values.rounds),
  tracesFolder: values.traces === undefined ? undefined : resolve(values.traces),
  say: (line) => void process.stdout.write(`${line}\n`),
});
process.exitCode = result.failed === 0 ? 0 : 1;
