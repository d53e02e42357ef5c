import type { Command } from 'commander';
import { FC } from '#contract/modbus.ts';
import { COMMAND } from '#contract/registers.ts';
import { RejectedError } from '#runtime/errors.ts';
import { withMaster } from '../../provision/line-access.ts';
import { readConfig } from '../../provision/set-config.ts';
import { openScreen } from '../screen.ts';
import { anAddress, whichLine, withLineOptions } from '../which-line.ts';
import type { LineOptions } from '../which-line.ts';

interface LocateOptions extends LineOptions {
  readonly address: number;
}

export function addNodeLocate(node: Command): void {
  withLineOptions(node.command('locate'))
    .description('let a bay node blink for a minute')
    .requiredOption('--address <address>', 'which', anAddress)
    .action(async (options: LocateOptions) => {
      const screen = openScreen(options);
      const { access, link } = whichLine(options);
      const { address } = options;
      await withMaster(access, link, async (master) => {
        // Somebody has to be there; and an adapter that echoes is known by a read only.
        await readConfig(master, address);
        const { register, locate: value } = COMMAND;
        const { kind } = await master.request({ fc: FC.writeOne, address, register, value });
        if (kind !== 'answered') {
          throw new RejectedError(
            'no_answer',
            `the node at ${address} did not take the command: look at its LED, and try again`,
          );
        }
        screen.json({ address, blinksForS: 60 });
        screen.say(`the node at ${address} blinks for a minute`);
      });
    });
}
