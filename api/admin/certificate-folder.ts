import { X509Certificate } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError, messageOf, RejectedError } from '#runtime/errors.ts';
import { writePrivateFile } from '#runtime/private-file.ts';
import { makeCa, makeCertificate } from './certificates.ts';
import type { Holder, KeyedCertificate } from './certificates.ts';

const CA = 'ca';
export const BROKER = 'broker';
const DAY_MS = 86_400_000;
const CA_DAYS = 3_650;
const PUBLIC = 0o644;

/** A certificate of the folder. */
export interface Made {
  readonly name: string;
  /** The names it is made for, or the client's id. */
  readonly of: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

/** A folder with a private CA (ca.pem, ca.key) and what it signed: broker.pem, broker.key, … */
export class CertificateFolder {
  readonly #folder: string;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** The CA, the broker and the clients, in this order; throws ConfigError for what is no certificate. */
  all(): readonly Made[] {
    const names = existsSync(this.#folder)
      ? readdirSync(this.#folder).flatMap((file) => /^(.+)\.pem$/.exec(file)?.[1] ?? [])
      : [];
    const rank = (name: string) => (name === CA ? 0 : name === BROKER ? 1 : 2);
    return names
      .toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b))
      .map((name) => this.#read(name));
  }

  /** Makes the CA where there is none. `now`: epoch milliseconds. */
  async openCa(now: number): Promise<void> {
    if (existsSync(this.#path(CA, 'pem'))) return;
    mkdirSync(this.#folder, { recursive: true, mode: 0o700 });
    const validity = { from: now, until: now + CA_DAYS * DAY_MS };
    this.#write(CA, await makeCa('Binjari private CA', validity));
  }

  /** A certificate that is not there yet; throws RejectedError where it is. */
  async add(holder: Holder, days: number, now: number): Promise<Made> {
    const name = holder.kind === 'broker' ? BROKER : holder.id;
    if (name === CA || (holder.kind === 'client' && name === BROKER)) {
      throw new RejectedError('bad_client_id', `"${name}" is kept for the folder's own files`);
    }
    if (existsSync(this.#path(name, 'pem'))) {
      throw new RejectedError('there_already', `${this.#path(name, 'pem')} is there; renew it`);
    }
    return this.#make(name, holder, days, now);
  }

  /** A new key and certificate for the same names. */
  async renew(name: string, days: number, now: number): Promise<Made> {
    const { of } = this.#read(name);
    const holder: Holder =
      name === BROKER ? { kind: 'broker', hosts: of.split(', ') } : { kind: 'client', id: name };
    return this.#make(name, holder, days, now);
  }

  async #make(name: string, holder: Holder, days: number, now: number): Promise<Made> {
    const ca = this.#keyed(CA);
    const until = Math.min(now + days * DAY_MS, this.#read(CA).expiresAt);
    this.#write(name, await makeCertificate(holder, ca, { from: now, until }));
    return this.#read(name);
  }

  #read(name: string): Made {
    const path = this.#path(name, 'pem');
    try {
      const { subject, subjectAltName, validTo } = new X509Certificate(readFileSync(path));
      const hosts = subjectAltName?.replaceAll(/(DNS|IP Address):/g, '');
      return { name, of: hosts ?? subject.replace(/^CN=/, ''), expiresAt: Date.parse(validTo) };
    } catch (error) {
      throw new ConfigError([`${path}: expected a PEM certificate: ${messageOf(error)}`]);
    }
  }

  #keyed(name: string): KeyedCertificate {
    try {
      const [certificate = '', key = ''] = (['pem', 'key'] as const).map((end) =>
        readFileSync(this.#path(name, end), 'utf8'),
      );
      return { certificate, key };
    } catch (error) {
      throw new ConfigError([messageOf(error)]);
    }
  }

  /** The key first: a reader that sees the new certificate finds its key. */
  #write(name: string, { certificate, key }: KeyedCertificate): void {
    writePrivateFile(this.#path(name, 'key'), key);
    writePrivateFile(this.#path(name, 'pem'), certificate, PUBLIC);
  }

  #path(name: string, end: 'pem' | 'key'): string {
    return join(this.#folder, `${name}.${end}`);
  }
}
