import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { barsOf } from './bars.ts';
import { cpuMsPerThousand } from './cpu.ts';
import { jobsOf } from './jobs.ts';
import { playAll } from './play.ts';
import { reportOf } from './report.ts';

const HELP = `Scores the detector on every scenario class; about 5 minutes on two free cores.

  npm run score                    the table, with each bar and whether it is met
  npm run score -- --seed 7        other streets (default 1)
  npm run score -- --json FILE     the tallies too, as JSON
  npm run score -- --full          300 bay-days of each class; hours
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    full: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else {
  const seed = Number(values.seed);
  if (!Number.isSafeInteger(seed) || seed < 0) {
    console.error(`--seed: expected a whole number from 0, not "${values.seed}"`);
    process.exitCode = 64;
  } else await score(seed, values.full, values.json);
}

async function score(seed: number, full: boolean, file: string | undefined): Promise<void> {
  const cpu = cpuMsPerThousand(seed);
  const played = await playAll(jobsOf(seed, full), ({ job }) => console.error(`${job.what} done`));
  const scored = { played, cpuMsPerThousand: cpu };
  console.log(`seed ${seed}, ${new Date().toISOString().slice(0, 10)}\n\n${reportOf(scored)}`);
  if (file !== undefined) {
    writeFileSync(file, JSON.stringify({ seed, bars: barsOf(scored), ...scored }, undefined, 1));
  }
}
