import type { Command } from 'commander';
import type { Link } from '#contract/node-config.ts';
import { FACTORY_ADDRESS } from '#contract/registers.ts';
import { uidText } from '#contract/uid-search.ts';
import { RejectedError } from '#runtime/errors.ts';
import { RANGE_FAMILIES } from '../../provision/identify.ts';
import { scanLine, scannedLinks } from '../../provision/scan-line.ts';
import type { ScanFind } from '../../provision/scan-line.ts';
import { toTheEnd } from '../../provision/to-the-end.ts';
import { openScreen } from '../screen.ts';
import type { Screen } from '../screen.ts';
import { addressList, whichLine, withLineOptions } from '../which-line.ts';
import type { LineOptions } from '../which-line.ts';

interface ScanOptions extends LineOptions {
  readonly addresses: readonly number[];
}

export function addLineScan(line: Command): void {
  withLineOptions(line.command('scan'))
    .description('who is on a line: every usual speed and parity, unless they are given')
    .option(
      '--addresses <list>',
      'which to ask',
      addressList,
      addressList(`1-64,${FACTORY_ADDRESS}`),
    )
    .action(async (options: ScanOptions) => {
      const screen = openScreen(options);
      const { access } = whichLine(options);
      const { baud, parity, addresses } = options;
      const links = access.isTunable
        ? scannedLinks(
            baud === undefined ? undefined : [baud],
            parity === undefined ? undefined : [parity],
          )
        : scannedLinks([baud ?? 19_200], [parity ?? 'even']);
      const scan = scanLine(access, { links, addresses });
      const { found } = await toTheEnd(scan, (event) => {
        if (event.kind === 'asked') screen.progress(event.done, event.of, linkText(event.link));
        else screen.note(`${linkText(event.link)}: ${whatOf(event.found)}`);
      });
      print(found, screen, access.name);
    });
}

export const linkText = ({ baud, parity }: Link): string => `${baud} ${parity}`;

function print(
  found: readonly { readonly link: Link; readonly found: ScanFind }[],
  screen: Screen,
  name: string,
): void {
  screen.json(
    found.map(({ link, found: one }) => ({
      ...link,
      ...one,
      ...(one.is === 'pbn1' && { uid: uidText(one.uid) }),
      what: whatOf(one),
    })),
  );
  if (found.length === 0) {
    throw new RejectedError(
      'nobody',
      `nobody answers on ${name}: is the line under power, are A and B the right way round, is the adapter an RS-485 one? New nodes that share the factory address are listed by \`line find\``,
    );
  }
  screen.table(
    ['speed', 'address', 'what'],
    found.map(({ link, found: one }) => [
      linkText(link),
      'address' in one ? String(one.address) : '–',
      whatOf(one),
    ]),
  );
}

function whatOf(found: ScanFind): string {
  switch (found.is) {
    case 'pbn1':
      return `bay node ${uidText(found.uid)}, firmware ${firmwareText(found.firmware)}${found.address === FACTORY_ADDRESS ? ', new' : ''}`;
    case 'range': {
      const { reading, family } = found;
      const said = reading.quality === 'ok' ? `${reading.distance} mm` : reading.quality;
      return `${RANGE_FAMILIES[family].label}: ${reading.isPassive ? 'waits for a trigger' : said}`;
    }
    case 'crowd':
      return found.address === FACTORY_ADDRESS
        ? 'several new nodes: `line find` lists them'
        : 'more than one sensor: bay nodes are told apart by `line find --address`, others connected one at a time';
    case 'stranger':
      return 'speaks Modbus, and is no sensor that is known here';
    case 'free-running':
      return `${found.sensor}: speaks unasked, and must be alone on its line`;
  }
}

/** 0x0102 is 1.2. */
export const firmwareText = (firmware: number): string => `${firmware >> 8}.${firmware & 0xff}`;
