import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Argument, InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { SiteId } from '#contract/ids.ts';
import { readCredentials } from '#runtime/credentials.ts';
import { RejectedError } from '#runtime/errors.ts';
import { writePrivateFile } from '#runtime/private-file.ts';
import { credentialsFileOf, credentialsOption } from './clients.ts';
import { mosquittoAcl, mosquittoPasswords } from './mosquitto.ts';
import type { Terminal } from './terminal.ts';

interface ExportOptions {
  readonly credentialsFile?: string;
  readonly site: SiteId;
  readonly out: string;
}

export function addBroker(program: Command, terminal: Terminal): void {
  program
    .command('broker')
    .description('what another broker needs to stand in the place of our own')
    .command('export')
    .description('users and access rules, from the credentials file and the topic table')
    .addArgument(new Argument('<broker>').choices(['mosquitto']))
    .requiredOption('--site <id>', 'the site whose topics are carried', siteId)
    .requiredOption('--out <folder>', 'where "passwords" and "acl" are written')
    .addOption(credentialsOption())
    .action((_broker: string, options: ExportOptions) => runExport(options, terminal));
}

function runExport(options: ExportOptions, { out }: Terminal): void {
  const file = credentialsFileOf(options);
  const clients = [...readCredentials(file).values()];
  const without = clients.filter(({ mosquitto }) => mosquitto === undefined);
  if (without.length > 0) {
    const commands = without.map(({ id, role }) => `${role} rotate ${id}`).join(', ');
    throw new RejectedError(
      'no_mosquitto_hash',
      `enrolled before Mosquitto's hash was kept, new secrets are needed: ${commands}`,
    );
  }
  mkdirSync(options.out, { recursive: true, mode: 0o750 });
  writePrivateFile(join(options.out, 'passwords'), mosquittoPasswords(clients));
  writePrivateFile(join(options.out, 'acl'), mosquittoAcl(clients, options.site));
  out.write(`${clients.length} clients written to ${options.out}; tell Mosquitto by SIGHUP\n`);
}

function siteId(given: string): SiteId {
  const parsed = SiteId.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('expected the id in the site file, e.g. "jeonju"');
}
