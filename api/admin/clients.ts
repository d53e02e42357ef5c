import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { Option } from 'commander';
import type { Command } from 'commander';
import { ROLES } from '#contract/topics.ts';
import type { Role } from '#contract/topics.ts';
import { addClient, readCredentials, revokeClient } from '#runtime/credentials.ts';
import type { ClientCredential } from '#runtime/credentials.ts';
import { ConfigError, messageOf, RejectedError } from '#runtime/errors.ts';
import { writePrivateFile } from '#runtime/private-file.ts';
import type { Terminal } from './terminal.ts';

interface ClientOptions {
  readonly credentialsFile?: string;
  readonly out?: string;
}

const DATA = 'data';
const FILE_NAME = 'credentials.json';

const about: Readonly<Record<Role, string>> = {
  gateway: 'gateways that the broker lets in',
  sign: 'signs that the broker lets in',
  reader: 'other systems that may read the lots at the broker',
  api: 'api processes that the broker lets in',
};

/** One noun for each role, with the verbs that change the broker's file of credentials. */
export function addClients(program: Command, terminal: Terminal): void {
  for (const role of ROLES) {
    const noun = program.command(role).description(`${about[role]}; changes the broker's own file`);
    const verb = (name: string, words: string) =>
      noun.command(name).description(words).addOption(credentialsOption());
    for (const name of ['add', 'rotate'] as const) {
      verb(
        name,
        name === 'add'
          ? 'enrols one; says its secret, once'
          : 'gives it a new secret, said once; the old one, and its session, end within 2 s',
      )
        .argument('<id>')
        .option('--out <file>', 'write the secret there, for this user alone, and do not say it')
        .action(async (id: string, options: ClientOptions) =>
          runSecret(name, role, id, options, terminal),
        );
    }
    verb('revoke', 'forgets it; its session ends within 2 s')
      .argument('<id>')
      .action((id: string, options: ClientOptions) => runRevoke(role, id, options, terminal));
    verb('list', 'who is enrolled').action((options: ClientOptions) => {
      for (const id of enrolled(credentialsFileOf(options), role).keys())
        terminal.out.write(`${id}\n`);
    });
  }
}

/** Also of other commands that read the file. */
export function credentialsOption(): Option {
  return new Option(
    '--credentials-file <file>',
    `the broker's file of credentials; else the one ${DATA}/*/${FILE_NAME}`,
  ).env('BINJARI_CREDENTIALS_FILE');
}

export function credentialsFileOf({ credentialsFile }: ClientOptions): string {
  if (credentialsFile !== undefined) return credentialsFile;
  const files = (existsSync(DATA) ? readdirSync(DATA) : [])
    .map((name) => join(DATA, name, FILE_NAME))
    .filter((file) => existsSync(file));
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return only;
  const found = only === undefined ? `none in ${DATA}/*/${FILE_NAME}` : files.join(', ');
  throw new ConfigError([`credentials file: expected one, found ${found}; set --credentials-file`]);
}

async function runSecret(
  verb: 'add' | 'rotate',
  role: Role,
  id: string,
  options: ClientOptions,
  { out, progress }: Terminal,
): Promise<void> {
  const file = credentialsFileOf(options);
  const known = existsSync(file) ? readCredentials(file).get(id) : undefined;
  if (verb === 'add' && known) {
    throw new RejectedError(
      'there_already',
      `${id}: enrolled already, as ${known.role}; "${known.role} rotate ${id}" gives a new secret`,
    );
  }
  if (verb === 'rotate') demand(known, role, id, file);
  const secret = await addClient(file, id, role);
  if (options.out === undefined) {
    out.write(`${secret}\n`);
    progress(`the secret of ${id}; it is stored nowhere and not said again\n`);
    return;
  }
  try {
    writePrivateFile(options.out, `${secret}\n`);
  } catch (error) {
    throw new RejectedError(
      'unwritten',
      `${id}: its secret is lost: ${messageOf(error)}; "${role} rotate ${id}" gives another`,
    );
  }
  out.write(`${id}: secret written to ${options.out}\n`);
}

function runRevoke(role: Role, id: string, options: ClientOptions, { out }: Terminal): void {
  const file = credentialsFileOf(options);
  demand(readCredentials(file).get(id), role, id, file);
  revokeClient(file, id);
  out.write(`${id}: revoked\n`);
}

function demand(
  known: ClientCredential | undefined,
  role: Role,
  id: string,
  file: string,
): asserts known is ClientCredential {
  if (known?.role === role) return;
  const others = [...enrolled(file, role).keys()].join(', ') || 'none';
  throw new RejectedError('unknown', `${id}: no ${role} in ${file}; it has: ${others}`);
}

function enrolled(file: string, role: Role): ReadonlyMap<string, ClientCredential> {
  return new Map([...readCredentials(file)].filter(([, client]) => client.role === role));
}
