import { readFileSync, writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import * as z from 'zod';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import { withMaster } from '../../provision/line-access.ts';
import { putRight } from '../../provision/put-right.ts';
import { toTheEnd } from '../../provision/to-the-end.ts';
import { walkLine } from '../../provision/walk-line.ts';
import type { WalkLineEvent } from '../../provision/walk-line.ts';
import { openScreen } from '../screen.ts';
import type { Screen } from '../screen.ts';
import { whichLine, wholeNumber } from '../which-line.ts';
import { sensorsOf, withSensorsOptions } from './check.ts';
import type { SensorsOptions } from './check.ts';

interface WalkOptions extends SensorsOptions {
  readonly idleSeconds: number;
  readonly out?: string;
  readonly putRight?: boolean;
}

/** What a walk leaves for the acceptance sheet. */
const WalkFile = z.strictObject({ at: z.string(), findings: z.array(z.string()) });

const IDLE_SECONDS = 90;

export function addLineWalk(line: Command): void {
  withSensorsOptions(line.command('walk'))
    .description('walk test: somebody holds a plate under sensor after sensor; names swapped ones')
    .option(
      '--idle-seconds <count>',
      'ends when nobody was seen for so long',
      wholeNumber,
      IDLE_SECONDS,
    )
    .option('--put-right', 'give swapped bay nodes the address of the bay they hang over')
    .option('--out <file>', 'keep the result for `line sheet --walk`')
    .action(async (options: WalkOptions) => {
      const screen = openScreen(options);
      const line = whichLine(options);
      const sensors = sensorsOf(line, options);
      const { clock } = line.access;
      await withMaster(line.access, line.link, async (master) => {
        const idleMs = 1_000 * options.idleSeconds;
        screen.note('waiting for five readings of every sensor: leave the bays alone');
        const result = await toTheEnd(walkLine(master, { sensors, idleMs, clock }), (event) =>
          tell(event, sensors.length, screen),
        );
        screen.json(result);
        if (options.out !== undefined) {
          const at = new Date(clock.wallMs()).toISOString();
          writeFileSync(options.out, JSON.stringify({ at, findings: result.findings }, null, 2));
        }
        if (result.findings.length === 0) {
          screen.say('Every sensor hangs over its bay.');
          return;
        }
        for (const finding of result.findings) screen.say(finding);
        process.exitCode = 1;
        if (options.putRight !== true || result.swapped.length === 0) return;
        const taken = sensors.map(({ address }) => address);
        await toTheEnd(putRight(master, result, taken), ({ from, to }) =>
          screen.say(`the node over ${to.name} had address ${from}, and now has ${to.address}`),
        );
        screen.say('Put right: the site file stays as it is. Walk again to see it.');
      });
    });
}

/** Throws ConfigError where the file is no walk's. */
export function readWalk(path: string): z.infer<typeof WalkFile> {
  try {
    return WalkFile.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new ConfigError([
      `--walk: ${path}: expected a file of \`line walk --out\`: ${messageOf(error)}`,
    ]);
  }
}

function tell(event: WalkLineEvent, sensors: number, screen: Screen): void {
  if (event.kind === 'ready') {
    for (const { name } of event.silent) screen.note(`${name}: says nothing, and is left out`);
    screen.note(
      `begin: hold a plate, or stand, under ${event.first.name} for three seconds, then under the next`,
    );
    return;
  }
  const { place, covered, next, isWithAnother } = event;
  const doubt = isWithAnother ? ' (another sensor sees somebody too: keep away from its bay)' : '';
  screen.note(
    `${place.name}: seen, ${covered} of ${sensors}${doubt}${next ? `; next ${next.name}` : ''}`,
  );
}
