import { InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { deadlines } from '#contract/deadlines.ts';
import { BayId, GatewayId, LineId, SensorId, SiteId } from '#contract/ids.ts';
import { LineProperties, SensorKind } from '#contract/site.ts';
import { systemClock } from '#runtime/clock.ts';
import { ConfigError, UnavailableError } from '#runtime/errors.ts';
import { untilSignalled } from '#runtime/lifecycle.ts';
import { openLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { baysBeside } from '../bays-beside.ts';
import { recordLine } from '../trace/record-line.ts';
import type { RecordedLine } from '../trace/record-line.ts';

interface RecordFlags {
  readonly siteFolder?: string;
  readonly gateway?: string;
  readonly line?: string;
  readonly linesFolder: string;
  readonly port?: string;
  readonly kind?: SensorKind;
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
  readonly address?: number;
  readonly mountMm: number;
  readonly out: string;
  readonly forS?: number;
  readonly mostMib: number;
  readonly confirmMs: number;
}

export function addRecord(program: Command): void {
  program
    .command('record')
    .description(
      'records one line while no gateway runs on it (one that runs records by its recordFolder); docs/traces.md',
    )
    .option('--site-folder <folder>', 'the site whose line it is')
    .option('--gateway <id>', 'its gateway; needed where the site has several')
    .option('--line <id>', 'the line; needed where the gateway has several')
    .option('--lines-folder <folder>', 'where the simulator publishes its lines', 'data/lines')
    .option('--port <path>', 'or: one sensor on a serial port, without a site')
    .addOption(new Option('--kind <kind>', 'what that sensor is').choices(SensorKind.options))
    .option('--baud <baud>', 'speed of the port', whole, 9_600)
    .addOption(
      new Option('--parity <parity>', 'parity of the port')
        .choices(['none', 'even', 'odd'])
        .default('none'),
    )
    .option('--address <n>', 'Modbus address of that sensor', whole)
    .option('--mount-mm <mm>', 'height of that sensor above the ground', whole, 2_600)
    .option('--out <folder>', 'where the trace is written', 'traces')
    .option('--for-s <seconds>', 'stop after so long; else at Ctrl-C', seconds)
    .option('--most-mib <n>', 'all files of the line stay below this; the oldest go', whole, 256)
    .option(
      '--confirm-ms <ms>',
      'how long a change must last before it is believed',
      whole,
      deadlines.confirmMs,
    )
    .action(runRecord);
}

const MIB = 1_048_576;

async function runRecord(flags: RecordFlags): Promise<void> {
  const recorded = flags.port === undefined ? lineOfSite(flags) : lineOfPort(flags, flags.port);
  const recording = await recordLine({
    ...recorded,
    linesFolder: flags.linesFolder,
    folder: flags.out,
    confirmMs: flags.confirmMs,
    maxBytes: flags.mostMib * MIB,
    clock: systemClock,
    log: openLog('record', 'warn'),
    onEvent: ({ bay, state, confidence, sensedAt }) => {
      const at = new Date(sensedAt).toISOString();
      process.stdout.write(`${at}  ${bay}  ${state}  ${confidence.toFixed(2)}\n`);
    },
  });
  process.stderr.write(`recording ${recorded.line.id} into ${flags.out}/; Ctrl-C ends it\n`);
  let timer: NodeJS.Timeout | undefined;
  const passed = new Promise<void>((resolve) => {
    if (flags.forS !== undefined) timer = setTimeout(resolve, 1_000 * flags.forS);
  });
  await Promise.race([passed, untilSignalled('SIGINT', 'SIGTERM')]);
  clearTimeout(timer);
  await recording.close();
  const { samples, lost } = recording;
  process.stderr.write(`${samples} samples${lost > 0 ? `, ${lost} rows not written` : ''}\n`);
  if (samples === 0) throw new UnavailableError('line_silent', 'no sensor was heard on the line');
}

function lineOfSite({ siteFolder, gateway, line }: RecordFlags): RecordedLine {
  if (siteFolder === undefined) throw new ConfigError(['expected --site-folder, or --port']);
  const site = readSiteFolder(siteFolder);
  const found = site.gateways
    .filter(({ properties }) => gateway === undefined || properties.id === gateway)
    .flatMap(({ properties }) => properties.lines.map((each) => ({ properties, line: each })))
    .filter((each) => line === undefined || each.line.id === line);
  const [only] = found;
  if (only && found.length === 1) {
    return {
      site: site.header.site,
      gateway: only.properties.id,
      line: only.line,
      beside: baysBeside(site),
    };
  }
  const known = site.gateways.flatMap(({ properties }) =>
    properties.lines.map(({ id }) => `--gateway ${properties.id} --line ${id}`),
  );
  throw new ConfigError([`${siteFolder}: expected one of its lines: ${known.join(', or ')}`]);
}

/** One sensor without a site: what a bench needs. Throws ConfigError. */
function lineOfPort(flags: RecordFlags, path: string): RecordedLine {
  const { kind, baud, parity, address, mountMm } = flags;
  const parsed = LineProperties.safeParse({
    id: LineId.parse('line'),
    port: { kind: 'serial', path },
    baud,
    parity,
    sensors: [
      {
        id: SensorId.parse('sensor'),
        bay: BayId.parse('bay'),
        kind: kind ?? 'distance-frame',
        mountMm,
        ...(address !== undefined && { address }),
      },
    ],
  });
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path: at, message }) => `--${String(at.at(-1))}: ${message}`),
    );
  }
  return {
    site: SiteId.parse('bench'),
    gateway: GatewayId.parse('bench'),
    line: parsed.data,
    beside: new Map(),
  };
}

function whole(given: string): number {
  const value = Number(given);
  if (/^\d+$/.test(given) && Number.isSafeInteger(value)) return value;
  throw new InvalidArgumentError('expected a whole number');
}

/** A timer counts up to 24 days. */
const MOST_S = 2_000_000;

function seconds(given: string): number {
  const value = whole(given);
  if (value <= MOST_S) return value;
  throw new InvalidArgumentError(`expected at most ${MOST_S}`);
}
