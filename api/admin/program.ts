import { Command, InvalidArgumentError, Option } from 'commander';
import { addAlarms } from './alarms.ts';
import { addBackup, addRestore } from './backup.ts';
import { addAudit } from './audit.ts';
import { addBroker } from './broker.ts';
import { addClients } from './clients.ts';
import { addDeadLetters } from './dead-letters.ts';
import { addExport } from './export.ts';
import { addRebuild } from './rebuild.ts';
import { addStatus } from './status.ts';
import { addSite } from './site.ts';
import { addVerify } from './verify.ts';
import type { Terminal } from './terminal.ts';
import { addTls } from './tls.ts';
import { addToken } from './token.ts';
import { addUser } from './user.ts';

/** Each adds one command, or one noun with its verbs, to the program. */
const parts: readonly ((program: Command, terminal: Terminal) => void)[] = [
  addStatus,
  addAlarms,
  addRebuild,
  addVerify,
  addExport,
  addBackup,
  addRestore,
  addSite,
  addUser,
  addToken,
  addAudit,
  addDeadLetters,
  addClients,
  addTls,
  addBroker,
];

/** The whole command line of `npm run admin`. A wrong one throws commander's CommanderError. */
export function openProgram(version: string, terminal: Terminal): Command {
  const program = new Command('admin')
    .usage('COMMAND [options]')
    .description(
      'Asks the running api and never touches its files; restore alone works without one. The broker’s clients and certificates are files that it keeps itself.',
    )
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
  npm run admin -- backup --out /srv/backup/2026-11-24
  npm run admin -- site check site.geojson
  npm run admin -- user add kim --role admin
  npm run admin -- token add display-wall --role viewer --lots nambu-riverside --days 90
  npm run admin -- gateway add gw-nambu --out gw-nambu.secret
  npm run admin -- tls make --host broker.example.org
  npm run admin -- rebuild --url http://10.0.0.5:8080 --token-file operator.token

exit codes
  0 done   1 the api could not do it   2 the command line is wrong
  3 the token is missing or refused    4 the api cannot be reached
`;
