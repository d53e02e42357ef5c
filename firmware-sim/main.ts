import process from 'node:process';
import { runMain } from '#runtime/main.ts';
import { SimConfig } from './config.ts';
import { obeyLines } from './control.ts';
import { readScenarioOf, startSim } from './sim.ts';

process.argv = process.argv.map((argument) =>
  argument === '--replay' ? '--replay-file' : argument,
);

await runMain({
  name: 'sim',
  about: 'the bay nodes of a site on simulated serial lines, and the cars that come and go',
  schema: SimConfig,
  check: ({ siteFolder, scenario }) => readScenarioOf(siteFolder, scenario),
  start: async (config, parts) => {
    const sim = await startSim(config, parts);
    if (config.control === 'stdin') {
      // Whoever drives the simulator by its input is gone when the input ends.
      void obeyLines(sim, process.stdin, process.stdout).then(() =>
        process.kill(process.pid, 'SIGTERM'),
      );
    }
    return sim;
  },
});
