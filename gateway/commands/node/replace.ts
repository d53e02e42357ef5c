import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import * as z from 'zod';
import { configBlock } from '#contract/registers.ts';
import type { ConfigRegisters } from '#contract/registers.ts';
import { uidText } from '#contract/uid-search.ts';
import type { Uid } from '#contract/uid-search.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import { replaceNode } from '../../provision/replace-node.ts';
import type { ReplaceEvent } from '../../provision/replace-node.ts';
import { plainConfig } from '../../provision/site-config.ts';
import { toTheEnd } from '../../provision/to-the-end.ts';
import { openScreen } from '../screen.ts';
import type { Screen } from '../screen.ts';
import { anAddress, whichLine, withLineOptions } from '../which-line.ts';
import type { LineOptions, WhichLine } from '../which-line.ts';
import { linkText } from '../line/scan.ts';
import { aUid } from './address.ts';
import { tellConfig } from './config.ts';

interface ReplaceOptions extends LineOptions {
  readonly address?: number;
  readonly bay?: string;
  readonly uid?: Uid;
  readonly saved?: string;
}

const registers = Object.fromEntries(
  Object.keys(configBlock.decode(new Uint8Array(2 * configBlock.count))).map((name) => [
    name,
    z.int().min(0).max(0xffff),
  ]),
);
/** What `line sheet --json` printed. */
const Saved = z.object({
  rows: z.array(
    z.object({ check: z.object({ address: z.int() }), config: z.object(registers).optional() }),
  ),
});

export function addNodeReplace(node: Command): void {
  withLineOptions(node.command('replace'))
    .description('put a new bay node into the place of an old one, with its address and settings')
    .option('--address <address>', 'the old one’s', anAddress)
    .option('--bay <id>', 'or its bay, with --site')
    .option('--uid <uid>', 'the new one, where there are several', aUid)
    .option('--saved <file>', 'what `line sheet --json` printed, for an old one that is dead')
    .action(async (options: ReplaceOptions) => {
      const screen = openScreen(options);
      const line = whichLine(options);
      const address = addressOf(line, options);
      const { uid, saved } = options;
      const given = saved === undefined ? placeOf(line, address) : readSaved(saved, address);
      const steps = replaceNode(line.access, { link: line.link, address, uid, given });
      const done = await toTheEnd(steps, (event) => tell(event, address, screen));
      screen.json({
        address,
        oldUid: done.oldUid ? uidText(done.oldUid) : null,
        newUid: uidText(done.newUid),
        configOf: done.configOf,
      });
      const whose =
        done.configOf === 'old node'
          ? 'the settings of the old node'
          : saved === undefined
            ? 'the usual settings for what the site file says of its bay'
            : `the settings in ${saved}`;
      screen.say(`node ${uidText(done.newUid)} has address ${address} and ${whose}`);
      screen.say('The site file stays as it is: the bay keeps its id, the sensor its own.');
    });
}

function addressOf({ sensors }: WhichLine, { address, bay }: ReplaceOptions): number {
  if (address !== undefined && bay === undefined) return address;
  const sensor = address === undefined ? sensors.find((one) => one.bay === bay) : undefined;
  if (sensor) return sensor.address;
  throw new ConfigError([
    bay === undefined || address !== undefined
      ? '--address or --bay: expected one of them, to know which node is replaced'
      : `--bay: "${bay}" has no sensor on this line; it has: ${sensors.map((one) => one.bay).join(', ') || 'none without --site'}`,
  ]);
}

function placeOf({ sensors, link }: WhichLine, address: number): ConfigRegisters | undefined {
  const place = sensors.find((sensor) => sensor.address === address);
  return place && plainConfig(place, link);
}

function readSaved(path: string, address: number): ConfigRegisters {
  const problem = (text: string) => new ConfigError([`--saved: ${path}: ${text}`]);
  let saved: z.infer<typeof Saved>;
  try {
    saved = Saved.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw problem(`expected what \`line sheet --json\` printed: ${messageOf(error)}`);
  }
  const config = saved.rows.find(({ check }) => check.address === address)?.config;
  if (config === undefined) throw problem(`nothing of a node at address ${address} is in it`);
  return config as ConfigRegisters;
}

function tell(event: ReplaceEvent, address: number, screen: Screen): void {
  switch (event.kind) {
    case 'old-answers':
      return screen.note(
        `the settings of the old node (${uidText(event.uid)}) are read: take it off the line now`,
      );
    case 'old-gone':
      return screen.note(`nobody answers at ${address} any more: looking for the new one`);
    case 'new-found':
      return screen.note(`new node ${uidText(event.uid)}, at ${linkText(event.link)}`);
    case 'addressed':
      return screen.note(`it answers at ${address}`);
    default:
      return tellConfig(event, address, screen);
  }
}
