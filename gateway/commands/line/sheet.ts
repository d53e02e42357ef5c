import { writeFileSync } from 'node:fs';
import type { Command } from 'commander';
import { configCrc } from '#contract/node-config.ts';
import type { ConfigRegisters } from '#contract/registers.ts';
import { uidText } from '#contract/uid-search.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { SensorCheck } from '../../provision/check-line.ts';
import { identifyNode } from '../../provision/identify.ts';
import { withMaster } from '../../provision/line-access.ts';
import { findingsOf } from '../../provision/line-causes.ts';
import { readConfig } from '../../provision/set-config.ts';
import { sheetHtml } from '../../provision/sheet.ts';
import type { SheetRow } from '../../provision/sheet.ts';
import { readSoftware } from '../../software.ts';
import { openScreen } from '../screen.ts';
import { whichLine, wholeNumber } from '../which-line.ts';
import type { WhichLine } from '../which-line.ts';
import { ROUNDS, runCheck, sensorsOf, withSensorsOptions } from './check.ts';
import type { SensorsOptions } from './check.ts';
import { linkText, firmwareText } from './scan.ts';
import { readWalk } from './walk.ts';

interface SheetOptions extends SensorsOptions {
  readonly rounds: number;
  readonly out: string;
  readonly walk?: string;
}

interface Row extends SheetRow {
  readonly config: ConfigRegisters | undefined;
}

export function addLineSheet(line: Command): void {
  withSensorsOptions(line.command('sheet'))
    .description('one page to print, sign and keep: nodes, configuration, errors, supply, walk')
    .option('--rounds <count>', 'how often each sensor is asked', wholeNumber, ROUNDS)
    .option('--walk <file>', 'what `line walk --out` kept')
    .option('--out <file>', 'where the page goes', 'acceptance-sheet.html')
    .action(async (options: SheetOptions) => {
      const screen = openScreen(options);
      const line = whichLine(options);
      const { rounds, out } = options;
      const walk = options.walk === undefined ? undefined : readWalk(options.walk);
      const checks = await runCheck(line, sensorsOf(line, options), rounds, screen);
      const rows: Row[] = [];
      for (const check of checks) rows.push(await rowOf(line, check));
      const { title, access, link } = line;
      const html = sheetHtml({
        title,
        port: access.name,
        link: linkText(link),
        madeAt: new Date(access.clock.wallMs()).toISOString(),
        software: readSoftware(),
        rounds,
        rows,
        findings: findingsOf(checks),
        walk,
      });
      writeFileSync(out, html);
      screen.json({ out, rows });
      screen.say(`${out}: ${rows.length} sensors; open it in a browser and print it`);
    });
}

async function rowOf({ access, link, sensors }: WhichLine, check: SensorCheck): Promise<Row> {
  const { address, kind, answered, isCrowd } = check;
  const mountMm = sensors.find((sensor) => sensor.address === address)?.mountMm;
  const nothing = {
    check,
    uid: undefined,
    firmware: undefined,
    configCrc: undefined,
    config: undefined,
  };
  if (kind !== 'pbn1' || answered === 0 || isCrowd) return { ...nothing, mountMm };
  return withMaster(access, link, async (master) => {
    const node = await identifyNode(master, address);
    const config = await readConfig(master, address).catch((error: unknown) => {
      if (error instanceof RejectedError) return undefined;
      throw error;
    });
    if (node === undefined || config === undefined) return { ...nothing, mountMm };
    return {
      check,
      uid: uidText(node.uid),
      firmware: firmwareText(node.firmware),
      configCrc: configCrc(config).toString(16).padStart(4, '0').toUpperCase(),
      mountMm: config.mountMm,
      config,
    };
  });
}
