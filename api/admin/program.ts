import { Command, InvalidArgumentError, Option } from 'commander';
import { addBroker } from './broker.ts';
import { addClients } from './clients.ts';
import { addExport } from './export.ts';
import { addRebuild } from './rebuild.ts';
import { addStatus } from './status.ts';
import type { Terminal } from './terminal.ts';
import { addTls } from './tls.ts';

/** Each adds one command, or one noun with its verbs, to the program. */
const parts: readonly ((program: Command, terminal: Terminal) => void)[] = [
  addStatus,
  addRebuild,
  addExport,
  addClients,
  addTls,
  addBroker,
];

/** The whole command line of `npm run admin`. A wrong one throws commander's CommanderError. */
export function openProgram(version: string, terminal: Terminal): Command {
  const program = new Command('admin')
    .usage('COMMAND [options]')
    .description('Asks the running api and never touches its files; keeps the broker’s own.')
    .version(version)
    .addOption(
      new Option('--url <url>', 'the running api (http://127.0.0.1:8080)')
        .env('BINJARI_URL')
        .argParser(httpUrl),
    )
    .addOption(
      new Option(
        '--token-file <file>',
        'the operator token; else the one data/*/operator.token',
      ).env('BINJARI_OPERATOR_TOKEN_FILE'),
    )
    .option('--quiet', 'no progress')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('see npm run admin -- --help')
    .addHelpText('after', MORE);
  for (const add of parts) add(program, terminal);
  return program;
}

function httpUrl(given: string): string {
  if (URL.canParse(given) && /^https?:/.test(given)) return given;
  throw new InvalidArgumentError('expected http://HOST:PORT');
}

const MORE = `
examples
  npm run admin -- status
  npm run admin -- export stays --from 2026-11-01T00:00:00+09:00 --out stays.ndjson
  npm run admin -- gateway add gw-nambu --out gw-nambu.secret
  npm run admin -- tls make --host broker.example.org
  npm run admin -- rebuild --url http://10.0.0.5:8080 --token-file operator.token

exit codes
  0 done   1 the api could not do it   2 the command line is wrong
  3 the token is missing or refused    4 the api cannot be reached
`;
