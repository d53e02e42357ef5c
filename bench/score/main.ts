import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { barsOf } from './bars.ts';
import { cpuMsPerThousand } from './cpu.ts';
import { jobsOf } from './jobs.ts';
import type { Job } from './jobs.ts';
import { playAll } from './play.ts';
import { reportOf, tablesOf } from './report.ts';

const NAMES = [...new Set(jobsOf(0, false).map(({ what }) => what))];
const HELP = `Scores the detector on every scenario class; minutes on two free cores.

  npm run score                    the table, with each bar and whether it is met
  npm run score -- --seed 7        other streets (default 1)
  npm run score -- --json FILE     the tallies too, as JSON
  npm run score -- --only a,b      these scenarios, without bars: ${NAMES.join(', ')}
  npm run score -- --full          300 bay-days of each class; hours
`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    json: { type: 'string' },
    only: { type: 'string', default: NAMES.join() },
    full: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

if (values.help) console.log(HELP);
else {
  const seed = Number(values.seed);
  const only = values.only.split(',');
  const strange = only.filter((each) => !NAMES.some((name) => name === each));
  if (strange.length > 0) {
    console.error(`--only: expected some of ${NAMES.join(', ')}, not "${strange.join(', ')}"`);
    process.exitCode = 64;
  } else if (!Number.isSafeInteger(seed) || seed < 0) {
    console.error(`--seed: expected a whole number from 0, not "${values.seed}"`);
    process.exitCode = 64;
  } else {
    const jobs = jobsOf(seed, values.full).filter(({ what }) => only.includes(what));
    await score(seed, jobs, only.length < NAMES.length, values.json);
  }
}

/** Bars are of all scenarios together: a part has none. */
async function score(
  seed: number,
  jobs: readonly Job[],
  isPart: boolean,
  file: string | undefined,
): Promise<void> {
  const cpu = isPart ? Number.NaN : cpuMsPerThousand(seed);
  const played = await playAll(jobs, ({ job }) => console.error(`${job.what} done`));
  const scored = { played, cpuMsPerThousand: cpu };
  const report = isPart ? tablesOf(played) : reportOf(scored);
  console.log(`seed ${seed}, ${new Date().toISOString().slice(0, 10)}\n\n${report}`);
  if (file !== undefined) {
    const bars = isPart ? [] : barsOf(scored);
    writeFileSync(file, JSON.stringify({ seed, bars, ...scored }, undefined, 1));
  }
}
