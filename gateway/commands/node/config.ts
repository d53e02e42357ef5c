import type { Command } from 'commander';
import { configCrc, linkOfConfig } from '#contract/node-config.ts';
import type { ConfigRegisters } from '#contract/registers.ts';
import { ConfigError } from '#runtime/errors.ts';
import { configWords, withWords } from '../../provision/config-words.ts';
import { withMaster } from '../../provision/line-access.ts';
import { readConfig, setConfig } from '../../provision/set-config.ts';
import type { ConfigEvent } from '../../provision/set-config.ts';
import { toTheEnd } from '../../provision/to-the-end.ts';
import { linkText } from '../line/scan.ts';
import { openScreen } from '../screen.ts';
import type { Screen } from '../screen.ts';
import { addressList, whichLine, withLineOptions } from '../which-line.ts';
import type { LineOptions } from '../which-line.ts';

interface ConfigOptions extends LineOptions {
  readonly addresses: readonly number[];
}

export function addNodeConfig(node: Command): void {
  const config = node.command('config').description('what a bay node is set to').helpCommand(false);
  withLineOptions(config.command('show'))
    .description('the configuration of bay nodes')
    .requiredOption('--addresses <list>', 'of which', addressList)
    .action(show);
  withLineOptions(config.command('set'))
    .description(
      'change it: tried out, confirmed over the new link, or reverted within ten seconds',
    )
    .argument('<name=value...>', 'e.g. mountMm=2600 baud=115200; names as `show` lists them')
    .requiredOption('--addresses <list>', 'of which, one after the other', addressList)
    .action(set);
}

async function show(options: ConfigOptions): Promise<void> {
  const screen = openScreen(options);
  const { access, link } = whichLine(options);
  const configs: { address: number; config: ConfigRegisters }[] = [];
  await withMaster(access, link, async (master) => {
    for (const address of options.addresses) {
      configs.push({ address, config: await readConfig(master, address) });
    }
  });
  screen.json(
    configs.map(({ address, config }) => ({
      address,
      crc: crcText(config),
      ...Object.fromEntries(configWords(config).map(({ name, value }) => [name, value])),
    })),
  );
  for (const { address, config } of configs) {
    screen.say(`address ${address}, check sum ${crcText(config)}`);
    screen.table(
      ['name', 'value', 'meaning'],
      configWords(config).map(({ name, value, about }) => [name, value, about]),
    );
  }
}

async function set(given: readonly string[], options: ConfigOptions): Promise<void> {
  const screen = openScreen(options);
  const { access, link } = whichLine(options);
  const done: object[] = [];
  for (const address of options.addresses) {
    const before = await withMaster(access, link, (master) => readConfig(master, address));
    const changed = withWords(before, given);
    if (!changed.ok) throw new ConfigError(changed.problems);
    const { config } = changed;
    await toTheEnd(setConfig(access, { link, address, config }), (event) =>
      tellConfig(event, address, screen),
    );
    const now = linkOfConfig(config);
    done.push({ address, crc: crcText(config), now: { address: config.address, ...now } });
    screen.say(`address ${address}: kept, check sum ${crcText(config)}`);
    if (linkText(now) !== linkText(link)) {
      screen.say(
        `  it listens at ${linkText(now)} from now on: name that with --baud and --parity`,
      );
    }
  }
  screen.json(done);
}

/** What goes on while a configuration is tried. */
export function tellConfig(event: ConfigEvent, address: number, screen: Screen): void {
  switch (event.kind) {
    case 'staged':
      return screen.progress(1, 3, `address ${address}: written`);
    case 'on-trial':
      return screen.progress(2, 3, `address ${address}: tried at ${linkText(event.link)}`);
    case 'confirmed':
      return screen.progress(3, 3, `address ${address}: confirmed`);
    case 'reverting':
      return screen.note(
        `address ${address}: not heard as it is set now; it goes back by itself in ${Math.ceil(event.inMs / 1_000)} s`,
      );
  }
}

const crcText = (config: ConfigRegisters): string =>
  configCrc(config).toString(16).padStart(4, '0').toUpperCase();
