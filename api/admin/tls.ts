import { isIP } from 'node:net';
import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { CLIENT_ID } from '#runtime/credentials.ts';
import { RejectedError } from '#runtime/errors.ts';
import { BROKER, CertificateFolder } from './certificate-folder.ts';
import type { Made } from './certificate-folder.ts';
import type { Terminal } from './terminal.ts';

interface MakeOptions {
  readonly folder: string;
  readonly host: readonly string[];
  readonly client: readonly string[];
  readonly days: number;
}

/** Browsers take no more; half of it is left when a yearly renewal is late. */
const DEFAULT_DAYS = 397;
const MOST_DAYS = 3_650;
const MANY: string[] = [];

export function addTls(program: Command, terminal: Terminal): void {
  const tls = program
    .command('tls')
    .description('a private CA for the broker, on this machine; no api is asked');
  tls
    .command('make')
    .description('the CA where there is none, the broker’s certificate, and those of clients')
    .option('--folder <folder>', 'where they are kept', 'data/tls')
    .option('--host <name>', 'a name or address of the broker; several', each(hostName), MANY)
    .option('--client <id>', 'a client that is to have one, too; several', each(clientId), MANY)
    .option('--days <days>', 'how long they are valid', days, DEFAULT_DAYS)
    .action(async (options: MakeOptions) => runMake(options, terminal));
  tls
    .command('renew')
    .description('new keys and certificates for the same names, all of them or those named')
    .argument('[names...]', 'broker, or a client’s id')
    .option('--folder <folder>', 'where they are kept', 'data/tls')
    .option('--days <days>', 'how long they are valid', days, DEFAULT_DAYS)
    .action(async (names: readonly string[], options: Pick<MakeOptions, 'folder' | 'days'>) =>
      runRenew(names, options, terminal),
    );
  tls
    .command('list')
    .description('what is there, for whom, and until when')
    .option('--folder <folder>', 'where they are kept', 'data/tls')
    .action(({ folder }: Pick<MakeOptions, 'folder'>) => {
      say(new CertificateFolder(folder).all(), terminal);
    });
}

async function runMake(
  { folder: path, host, client, days: valid }: MakeOptions,
  terminal: Terminal,
): Promise<void> {
  if (host.length === 0 && client.length === 0) {
    throw new RejectedError('no_host', 'expected --host NAME (the broker’s) or --client ID');
  }
  const folder = new CertificateFolder(path);
  const now = Date.now();
  await folder.openCa(now);
  if (host.length > 0) await folder.add({ kind: 'broker', hosts: host }, valid, now);
  for (const id of client) await folder.add({ kind: 'client', id }, valid, now);
  say(folder.all(), terminal);
}

async function runRenew(
  names: readonly string[],
  { folder: path, days: valid }: Pick<MakeOptions, 'folder' | 'days'>,
  terminal: Terminal,
): Promise<void> {
  const folder = new CertificateFolder(path);
  const there = folder.all().map(({ name }) => name);
  const strange = names.filter((name) => !there.includes(name) || name === 'ca');
  if (strange.length > 0 || there.length === 0) {
    const which = strange.length > 0 ? `${strange.join(', ')}: no such certificate` : 'nothing';
    throw new RejectedError('unknown', `${which} in ${path}; there are: ${there.join(', ')}`);
  }
  const wanted = names.length > 0 ? names : there.filter((name) => name !== 'ca');
  for (const name of wanted) await folder.renew(name, valid, Date.now());
  say(folder.all(), terminal);
}

function say(all: readonly Made[], { out }: Terminal): void {
  for (const { name, of, expiresAt } of all) {
    const until = new Date(expiresAt).toISOString().slice(0, 10);
    out.write(`${name}.pem  valid until ${until}  ${name === BROKER ? `for ${of}` : of}\n`);
  }
}

function each(check: (given: string) => string) {
  return (given: string, before: readonly string[]): readonly string[] => [...before, check(given)];
}

function hostName(given: string): string {
  if (isIP(given) !== 0) return given;
  if (/^(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*$/i.test(given) && given.length <= 253) return given;
  throw new InvalidArgumentError('expected a host name or an IP address, without port');
}

function clientId(given: string): string {
  if (CLIENT_ID.test(given)) return given;
  throw new InvalidArgumentError('expected 3 to 40 lower-case letters, digits and hyphens');
}

function days(given: string): number {
  const count = Number(given);
  if (Number.isInteger(count) && count >= 1 && count <= MOST_DAYS) return count;
  throw new InvalidArgumentError(`expected whole days, 1 to ${MOST_DAYS}`);
}
