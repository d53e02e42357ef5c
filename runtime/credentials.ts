import { pbkdf2, randomBytes, scrypt, timingSafeEqual } from 'node:crypto';
import type { ScryptOptions } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { promisify } from 'node:util';
import * as z from 'zod';
import { ROLES } from '#contract/topics.ts';
import type { Role } from '#contract/topics.ts';
import { ConfigError, messageOf, RejectedError, UnavailableError } from './errors.ts';
import { writePrivateFile } from './private-file.ts';
import { openLock } from './sqlite.ts';

/** What a broker client's id looks like; it is its user name as well. */
export const CLIENT_ID = /^[a-z0-9-]{3,40}$/;

/** `$scrypt$ln=14,r=8,p=1$salt$hash`, salt and hash in base64url; ln is the logarithm of the cost N. */
const HASH = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]{16,64})\$([\w-]{22,128})$/;

/**
 * 4 MiB and about 10 ms a try. The secrets are 32 random bytes, which no guessing finds at any cost;
 * a higher one would only keep a city's gateways waiting after the broker was restarted.
 */
const COST = { ln: 12, r: 8, p: 1 };
/** A file must not make the broker take more than 64 MiB a try. */
const MOST_LN = 16;
const MAX_MEMORY_BYTES = 96 * 1024 * 1024;
const SECRET_BYTES = 32;
const HASH_BYTES = 32;

/** Mosquitto's own form: PBKDF2 by SHA-512, 101 rounds unless told, 12 bytes of salt, 64 of hash. */
const MOSQUITTO_HASH = /^\$7\$\d{1,7}\$[A-Za-z0-9+/]{16}\$[A-Za-z0-9+/]{86}==$/;
const MOSQUITTO_ROUNDS = 101;

const Client = z.strictObject({
  id: z.string().regex(CLIENT_ID, 'expected 3 to 40 lower-case letters, digits and hyphens'),
  role: z.enum(ROLES),
  hash: z.string().refine((hash) => paramsOf(hash) !== undefined, {
    message: 'expected $scrypt$ln=12,r=8,p=1$salt$hash',
  }),
  /** The same secret as Mosquitto wants it; made with the secret, which nobody knows later. */
  mosquitto: z.string().regex(MOSQUITTO_HASH, 'expected $7$101$salt$hash').optional(),
});
export type ClientCredential = z.infer<typeof Client>;

const CredentialsFile = z.strictObject({ clients: z.array(Client).max(10_000) });

/** By client id. Throws ConfigError that names the file, the entry and what was expected. */
export function readCredentials(file: string): ReadonlyMap<string, ClientCredential> {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(file, 'utf8'));
  } catch (error) {
    throw new ConfigError([`${file}: ${messageOf(error)}`]);
  }
  const parsed = CredentialsFile.safeParse(json);
  if (!parsed.success) {
    throw new ConfigError(
      parsed.error.issues.map(({ path, message }) => `${file}: ${path.join('.')}: ${message}`),
    );
  }
  const byId = new Map<string, ClientCredential>();
  for (const [at, client] of parsed.data.clients.entries()) {
    if (byId.has(client.id)) {
      throw new ConfigError([`${file}: clients.${at}.id: "${client.id}" is there twice`]);
    }
    byId.set(client.id, client);
  }
  return byId;
}

/**
 * Gives a client a fresh secret (32 random bytes, base64url) and returns it: it is stored nowhere.
 * A client that is there already gets the new one in place of the old. Makes the file if need be.
 */
export async function addClient(file: string, id: string, role: Role): Promise<string> {
  if (!CLIENT_ID.test(id)) {
    throw new RejectedError('bad_client_id', `"${id}": expected 3 to 40 of a-z, 0-9 and hyphen`);
  }
  const secret = randomBytes(SECRET_BYTES).toString('base64url');
  const hash = await hashSecret(secret);
  const mosquitto = await mosquittoHash(secret);
  changeCredentials(file, (clients) => clients.set(id, { id, role, hash, mosquitto }));
  return secret;
}

/** False when there was no such client. A broker that watches the file cuts its session. */
export function revokeClient(file: string, id: string): boolean {
  readCredentials(file);
  let wasThere = false;
  changeCredentials(file, (clients) => {
    wasThere = clients.delete(id);
  });
  return wasThere;
}

/** The secret's hash with its salt and parameters; see HASH for the form. */
export async function hashSecret(secret: string): Promise<string> {
  const salt = randomBytes(16);
  const hash = await derive(secret, salt, HASH_BYTES, COST);
  const { ln, r, p } = COST;
  return `$scrypt$ln=${ln},r=${r},p=${p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** In a time that does not depend on where the two differ; false for a hash that is none. */
export async function verifySecret(secret: string | Uint8Array, hash: string): Promise<boolean> {
  const params = paramsOf(hash);
  if (params === undefined) return false;
  const derived = await derive(secret, params.salt, params.hash.length, params);
  return timingSafeEqual(derived, params.hash);
}

interface Cost {
  readonly ln: number;
  readonly r: number;
  readonly p: number;
}

function paramsOf(text: string): (Cost & { salt: Buffer; hash: Buffer }) | undefined {
  const match = HASH.exec(text);
  if (match === null) return undefined;
  const [ln, r, p] = [Number(match[1]), Number(match[2]), Number(match[3])];
  if (ln < 1 || ln > MOST_LN || r < 1 || r > 8 || p < 1 || p > 4) return undefined;
  const [salt, hash] = [match[4] ?? '', match[5] ?? ''].map((part) =>
    Buffer.from(part, 'base64url'),
  );
  return salt && hash && { ln, r, p, salt, hash };
}

function derive(
  secret: string | Uint8Array,
  salt: Buffer,
  length: number,
  { ln, r, p }: Cost,
): Promise<Buffer> {
  const options: ScryptOptions = { N: 2 ** ln, r, p, maxmem: MAX_MEMORY_BYTES };
  return new Promise((resolve, reject) => {
    scrypt(secret, salt, length, options, (error, key) => (error ? reject(error) : resolve(key)));
  });
}

async function mosquittoHash(secret: string): Promise<string> {
  const salt = randomBytes(12);
  const hash = await promisify(pbkdf2)(secret, salt, MOSQUITTO_ROUNDS, 64, 'sha512');
  return `$7$${MOSQUITTO_ROUNDS}$${salt.toString('base64')}$${hash.toString('base64')}`;
}

/** One change at a time, whoever makes it: two commands at once must not undo each other. */
function changeCredentials(
  file: string,
  change: (clients: Map<string, ClientCredential>) => void,
): void {
  const lock = openLock(`${file}.lock`);
  if (lock === undefined) {
    throw new UnavailableError('credentials_busy', `${file}: another command is changing it`);
  }
  try {
    const clients = existsSync(file) ? new Map(readCredentials(file)) : new Map();
    change(clients);
    writePrivateFile(file, `${JSON.stringify({ clients: [...clients.values()] }, null, 2)}\n`);
  } finally {
    lock.close();
  }
}
