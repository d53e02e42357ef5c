import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import type { Site } from '#contract/site-check.ts';
import { GatewayConfig } from '#gateway/config.ts';
import { ConfigError } from '#runtime/errors.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { examine, isIll, reportText } from './examine.ts';
import type { Patient } from './finding.ts';

interface Options extends Omit<
  Patient,
  'site' | 'named' | 'softwareBuiltAt' | 'httpPort' | 'mqttPort'
> {
  readonly httpPort: string;
  readonly mqttPort: string;
  readonly builtAt: string;
  readonly json?: boolean;
}

const exitCodes = { well: 0, ill: 1, usage: 2 } as const;

const from = (flag: string, about: string, value: string): Option => {
  const key = /--([a-z-]+)/.exec(flag)?.[1] ?? '';
  const env = `BINJARI_${key.replaceAll('-', '_').toUpperCase()}`;
  return new Option(flag, about).env(env).default(value);
};

const program = new Command('doctor')
  .description(
    'Looks for what is wrong with this machine and its settings, and says how to mend it.',
  )
  .addOption(from('--site-folder <folder>', 'folder with site.geojson', 'seeds/jeonju'))
  .addOption(from('--gateway <id>', "only this gateway's lines; empty: all of the site", ''))
  .addOption(from('--lines-folder <folder>', 'where the simulator publishes lines', 'data/lines'))
  .addOption(from('--data-folder <folder>', 'where journal, log and secrets are kept', 'data'))
  .addOption(from('--broker-url <url>', 'the broker', 'mqtt://127.0.0.1:1883').argParser(urlOf))
  .addOption(from('--client-id <id>', 'as whom --secret-file is tried at the broker', ''))
  .addOption(from('--secret-file <file>', 'the secret of --client-id, or of --gateway', ''))
  .addOption(from('--ca-file <file>', 'CA that signed the broker’s certificate', ''))
  .addOption(from('--client-cert-file <file>', 'certificate to show to the broker', ''))
  .addOption(from('--client-key-file <file>', 'its private key', ''))
  .addOption(from('--api-url <url>', 'the api', 'http://127.0.0.1:8080').argParser(urlOf))
  .addOption(from('--history-url <url>', 'InfluxDB for history, where there is one', ''))
  .addOption(from('--http-port <port>', 'the port that the api wants', '8080').argParser(portOf))
  .addOption(from('--mqtt-port <port>', 'the port that the broker wants', '1883').argParser(portOf))
  .addOption(from('--web-folder <folder>', 'the built page', 'web/dist'))
  .addOption(from('--app-folder <folder>', 'where package.json is', '.'))
  .option('--no-probe', 'open the lines, but ask no sensor anything')
  .option('--json', 'the findings as JSON')
  .addOption(
    from(
      '--built-at <time>',
      'a clock before this is wrong',
      GatewayConfig.shape.softwareBuiltAt.parse(undefined),
    ).hideHelp(),
  )
  .exitOverride()
  .addHelpText(
    'after',
    '\nexit codes\n  0 nothing is wrong   1 something is   2 the command line is wrong\n',
  );

try {
  program.parse();
  const options = program.opts<Options>();
  const isNamed = (key: string) => program.getOptionValueSource(key) !== 'default';
  const reports = await examine({
    ...options,
    clientId: options.clientId === '' ? options.gateway : options.clientId,
    httpPort: Number(options.httpPort),
    mqttPort: Number(options.mqttPort),
    softwareBuiltAt: options.builtAt,
    site: siteOf(options.siteFolder),
    named: new Set((['brokerUrl', 'apiUrl', 'historyUrl'] as const).filter(isNamed)),
  });
  const text =
    options.json === true ? `${JSON.stringify(reports, null, 2)}\n` : reportText(reports);
  process.stdout.write(text);
  process.exitCode = isIll(reports) ? exitCodes.ill : exitCodes.well;
} catch (error) {
  if (!(error instanceof CommanderError)) throw error;
  process.exitCode = error.exitCode === 0 ? exitCodes.well : exitCodes.usage;
}

/** What is wrong with the file is a finding of its own. */
function siteOf(folder: string): Site | undefined {
  try {
    return readSiteFolder(folder);
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

function urlOf(given: string): string {
  if (URL.canParse(given)) return given.replace(/\/+$/, '');
  throw new InvalidArgumentError('expected an address, e.g. mqtt://127.0.0.1:1883');
}

function portOf(given: string): string {
  if (/^\d{1,5}$/.test(given) && Number(given) > 0 && Number(given) < 65_536) return given;
  throw new InvalidArgumentError('expected a port, 1 to 65535');
}
