import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { FACTORY_ADDRESS } from '#contract/registers.ts';
import { parseUid, uidText } from '#contract/uid-search.ts';
import type { Uid } from '#contract/uid-search.ts';
import { giveNodeAddress, giveSensorAddress, severalAt } from '../../provision/give-address.ts';
import { identify } from '../../provision/identify.ts';
import { withMaster } from '../../provision/line-access.ts';
import { openScreen } from '../screen.ts';
import { anAddress, whichLine, withLineOptions } from '../which-line.ts';
import type { LineOptions } from '../which-line.ts';

interface AddressOptions extends LineOptions {
  readonly to: number;
  readonly from: number;
  readonly uid?: Uid;
}

export function addNodeAddress(node: Command): void {
  withLineOptions(node.command('address'))
    .description('give an address: to the bay node of a UID, or to the only sensor at one')
    .requiredOption('--to <address>', 'the new address', anAddress)
    .option('--from <address>', 'where it listens now', anAddress, FACTORY_ADDRESS)
    .option('--uid <uid>', 'which bay node, where several listen there', aUid)
    .action(async (options: AddressOptions) => {
      const screen = openScreen(options);
      const { access, link } = whichLine(options);
      const { to, from } = options;
      await withMaster(access, link, async (master) => {
        const there = options.uid ? undefined : await identify(master, from);
        if (there?.is === 'crowd') throw severalAt(from);
        const uid = options.uid ?? (there?.is === 'pbn1' ? there.uid : undefined);
        if (uid) await giveNodeAddress(master, { uid, from, to });
        else await giveSensorAddress(master, { from, to });
        screen.json({ address: to, ...(uid && { uid: uidText(uid) }) });
        screen.say(`${uid ? `node ${uidText(uid)}` : 'the sensor'} answers at ${to} now`);
      });
    });
}

export function aUid(given: string): Uid {
  const uid = parseUid(given);
  if (uid) return uid;
  throw new InvalidArgumentError('expected 24 hexadecimal digits, as `line find` prints them');
}
