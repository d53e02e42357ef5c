import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '#contract/site-check.ts';
import type { Role } from '#contract/topics.ts';
import { addClient, readCredentials, verifySecret } from './credentials.ts';
import { writePrivateFile } from './private-file.ts';

/** The id under which an api process is known to the broker. */
export const API_CLIENT = 'api';

export interface Provisioned {
  /** The broker's file: ids, roles, hashed secrets. */
  readonly credentialsFile: string;
  /** Where a client of this machine finds its own secret. */
  readonly secretFileOf: (id: string) => string;
}

/**
 * Gives every client of the site a secret where it has none that the broker would take: what a site
 * on one machine needs to run without anybody typing a password, and without a default one. A lost
 * or half-written file, on either side, mends itself so.
 */
export async function provisionSite(folder: string, site: Site): Promise<Provisioned> {
  const clients: { id: string; role: Role }[] = [
    { id: API_CLIENT, role: 'api' },
    ...site.gateways.map(({ properties }) => ({ id: properties.id, role: 'gateway' as const })),
    ...site.signs.map(({ properties }) => ({ id: properties.id, role: 'sign' as const })),
  ];
  const secrets = join(folder, 'secrets');
  mkdirSync(secrets, { recursive: true, mode: 0o700 });
  const credentialsFile = join(folder, 'credentials.json');
  const secretFileOf = (id: string) => join(secrets, `${id}.secret`);
  const known = existsSync(credentialsFile) ? readCredentials(credentialsFile) : new Map();
  for (const { id, role } of clients) {
    const file = secretFileOf(id);
    const client = known.get(id);
    if (client?.role === role && (await verifySecret(readSecret(file), client.hash))) continue;
    writePrivateFile(file, `${await addClient(credentialsFile, id, role)}\n`);
  }
  return { credentialsFile, secretFileOf };
}

function readSecret(file: string): string {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}
