import type { Command } from 'commander';
import { FACTORY_LINK } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import { FACTORY_ADDRESS } from '#contract/registers.ts';
import { uidText } from '#contract/uid-search.ts';
import type { SearchAnswer } from '#contract/uid-search.ts';
import { RejectedError } from '#runtime/errors.ts';
import { giveNodeAddress } from '../../provision/give-address.ts';
import { withMaster } from '../../provision/line-access.ts';
import { searchBus } from '../../bus/search-bus.ts';
import { findNodes } from '../../bus/search.ts';
import { readConfig, setConfig } from '../../provision/set-config.ts';
import { withPlace } from '../../provision/site-config.ts';
import { toTheEnd } from '../../provision/to-the-end.ts';
import { openScreen } from '../screen.ts';
import type { Screen } from '../screen.ts';
import { addressList, anAddress, whichLine, withLineOptions } from '../which-line.ts';
import type { LineOptions, WhichLine } from '../which-line.ts';
import { firmwareText, linkText } from './scan.ts';

interface FindOptions extends LineOptions {
  readonly address: number;
  readonly assign?: readonly number[];
}

interface FoundNode extends SearchAnswer {
  readonly link: Link;
  address: number;
}

export function addLineFind(line: Command): void {
  withLineOptions(line.command('find'))
    .description('every bay node that shares an address: new ones, or two with the same')
    .option('--address <address>', 'the shared address', anAddress, FACTORY_ADDRESS)
    .option('--assign <list>', 'give them these addresses, in the order of their UIDs', addressList)
    .action(async (options: FindOptions) => {
      const screen = openScreen(options);
      const line = whichLine(options);
      const nodes: FoundNode[] = [];
      for (const link of linksOf(line, options.address)) {
        nodes.push(...(await find(line, link, options.address, screen)));
      }
      if (nodes.length === 0) {
        throw new RejectedError(
          'nobody',
          `no bay node answers at ${options.address} on ${line.access.name}: are they under power? A node that has an address already is found by \`line scan\``,
        );
      }
      nodes.sort((a, b) => (uidText(a.uid) < uidText(b.uid) ? -1 : 1));
      if (options.assign) await assign(line, nodes, options.assign, screen);
      screen.json(nodes.map(({ uid, ...node }) => ({ uid: uidText(uid), ...node })));
      screen.table(
        ['UID', 'firmware', 'speed', 'address'],
        nodes.map(({ uid, firmware, link, address }) => [
          uidText(uid),
          firmwareText(firmware),
          linkText(link),
          String(address),
        ]),
      );
    });
}

/** As the line is set, and as the factory sets its nodes. */
function linksOf({ link, access }: WhichLine, address: number): Link[] {
  const isFactory = link.baud === FACTORY_LINK.baud && link.parity === FACTORY_LINK.parity;
  return isFactory || address !== FACTORY_ADDRESS || !access.isTunable
    ? [link]
    : [link, FACTORY_LINK];
}

async function find(
  { access }: WhichLine,
  link: Link,
  address: number,
  screen: Screen,
): Promise<FoundNode[]> {
  return withMaster(access, link, async (master) => {
    const { nodes, end, hasStrangers } = await toTheEnd(
      findNodes(searchBus(master, address)),
      (event) => {
        if (event.kind !== 'asked') return;
        // How many there are is not known before the end; a search asks about three times a node.
        const { asked, found } = event;
        screen.progress(asked, Math.max(asked, 4 * found + 3), `${found} found, ${linkText(link)}`);
      },
    );
    if (end !== 'complete') {
      screen.note(
        `${linkText(link)}: the search was not finished, since something answers whatever is asked: noise (\`line check\`), or sensors of another kind at ${address}`,
      );
    }
    if (hasStrangers) {
      screen.note(
        `${linkText(link)}: a sensor at ${address} knows no search: another kind; connect those one at a time`,
      );
    }
    return nodes.map((node) => ({ ...node, link, address }));
  });
}

/** Addresses, and with them the line's speed and what the site file says of the bay. */
async function assign(
  line: WhichLine,
  nodes: readonly FoundNode[],
  addresses: readonly number[],
  screen: Screen,
): Promise<void> {
  if (addresses.length < nodes.length) {
    throw new RejectedError(
      'too_few_addresses',
      `${nodes.length} nodes and ${addresses.length} addresses: nothing was given`,
    );
  }
  for (const [at, node] of nodes.entries()) {
    const to = addresses[at] ?? FACTORY_ADDRESS;
    screen.progress(at + 1, nodes.length, `address ${to}`);
    const config = await withMaster(line.access, node.link, async (master) => {
      await giveNodeAddress(master, { uid: node.uid, from: node.address, to });
      return readConfig(master, to);
    });
    node.address = to;
    const place = line.sensors.find(({ address, kind }) => address === to && kind === 'pbn1') ?? {
      address: to,
      bay: '',
      mountMm: config.mountMm,
    };
    const wanted = withPlace(config, place, line.link);
    const trial = setConfig(line.access, { link: node.link, address: to, config: wanted });
    await toTheEnd(trial);
    screen.note(`${uidText(node.uid)}: address ${to}, ${linkText(line.link)}`);
  }
}
