import { chmodSync, existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { CertificateFolder } from '#api/admin/certificate-folder.ts';
import { openProgram } from '#api/admin/program.ts';
import { readCredentials, verifySecret } from '#runtime/credentials.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { openTestBroker } from '../../support/test-broker.ts';
import { until } from '../../support/until.ts';

let temp: ReturnType<typeof openTempFolder>;
let file = '';
beforeEach(() => {
  temp = openTempFolder();
  file = join(temp.path, 'credentials.json');
});
afterEach(() => temp[Symbol.dispose]());

/** What the command says on stdout; throws as it does. */
async function admin(...args: string[]): Promise<string> {
  let said = '';
  const out = new Writable({
    write: (chunk: Buffer, _, done) => {
      said += chunk.toString();
      done();
    },
  });
  const program = openProgram('0', { out, progress: () => undefined });
  await program.parseAsync(['node', 'admin', ...args]);
  return said;
}

describe('enrolling a gateway', () => {
  test('says its secret once and keeps only hashes of it', async () => {
    const secret = (await admin('gateway', 'add', 'gw-1', '--credentials-file', file)).trim();
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    const client = readCredentials(file).get('gw-1');
    expect(await verifySecret(secret, client?.hash ?? '')).toBe(true);
    expect(client?.mosquitto).toMatch(/^\$7\$101\$/);
    expect(readFileSync(file, 'utf8')).not.toContain(secret);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    await expect(admin('gateway', 'add', 'gw-1', '--credentials-file', file)).rejects.toThrow(
      'gw-1: enrolled already, as gateway',
    );
  });

  test('writes the secret for one user alone where it is told to, and says none', async () => {
    const out = join(temp.path, 'gw-1.secret');
    const said = await admin('gateway', 'add', 'gw-1', '--credentials-file', file, '--out', out);
    const secret = readFileSync(out, 'utf8').trim();
    expect(said).toBe(`gw-1: secret written to ${out}\n`);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    chmodSync(out, 0o644);
    await admin('gateway', 'rotate', 'gw-1', '--credentials-file', file, '--out', out);
    expect(statSync(out).mode & 0o777).toBe(0o600);
    expect(readFileSync(out, 'utf8').trim()).not.toBe(secret);
  });

  test('knows gateways, signs, readers and apis apart', async () => {
    const at = ['--credentials-file', file];
    for (const role of ['gateway', 'sign', 'reader', 'api'])
      await admin(role, 'add', `${role}-1`, ...at);
    expect(await admin('sign', 'list', ...at)).toBe('sign-1\n');
    await expect(admin('sign', 'revoke', 'gateway-1', ...at)).rejects.toThrow(
      `gateway-1: no sign in ${file}; it has: sign-1`,
    );
    expect(await admin('reader', 'revoke', 'reader-1', ...at)).toBe('reader-1: revoked\n');
    expect([...readCredentials(file).keys()]).toEqual(['gateway-1', 'sign-1', 'api-1']);
  });

  test('a rotated or revoked gateway is cut off within 2 s, and its old secret is worth nothing', async () => {
    await using house = await openTestBroker({ 'gw-1': 'gateway', 'gw-2': 'gateway' });
    const at = ['--credentials-file', house.credentialsFile];
    const [one, two] = [await house.connect('gw-1'), await house.connect('gw-2')];
    const fresh = (await admin('gateway', 'rotate', 'gw-1', ...at)).trim();
    await admin('gateway', 'revoke', 'gw-2', ...at);
    await until(() => !one.connected && !two.connected, { withinMs: 2_000 });
    await expect(house.connect('gw-1')).rejects.toMatchObject({ code: 4 });
    await expect(house.connect('gw-2')).rejects.toMatchObject({ code: 4 });
    expect((await house.connect('gw-1', { password: fresh })).connected).toBe(true);
  });
});

describe('certificates of a test city', () => {
  test('are made, listed and renewed by one CA, keys for one user alone', async () => {
    const folder = join(temp.path, 'tls');
    const at = ['--folder', folder];
    const made = await admin(
      'tls',
      'make',
      ...at,
      '--host',
      'broker.example',
      '--host',
      '10.0.0.5',
    );
    expect(made).toMatch(/^ca\.pem {2}valid until \d{4}-\d\d-\d\d {2}Binjari private CA$/m);
    expect(made).toMatch(/^broker\.pem .* for broker\.example, 10\.0\.0\.5$/m);
    for (const name of ['ca', 'broker']) {
      expect(statSync(join(folder, `${name}.key`)).mode & 0o777).toBe(0o600);
    }
    await admin('tls', 'make', ...at, '--client', 'gw-1');
    const ca = readFileSync(join(folder, 'ca.pem'));
    const before = new CertificateFolder(folder).all();
    await admin('tls', 'renew', 'gw-1', ...at, '--days', '10');
    const after = new CertificateFolder(folder).all();
    expect(after.map(({ name, of }) => [name, of])).toEqual([
      ['ca', 'Binjari private CA'],
      ['broker', 'broker.example, 10.0.0.5'],
      ['gw-1', 'gw-1'],
    ]);
    expect(after.map(({ expiresAt }, at_) => expiresAt !== before[at_]?.expiresAt)).toEqual([
      false,
      false,
      true,
    ]);
    expect(readFileSync(join(folder, 'ca.pem'))).toEqual(ca);
    await expect(admin('tls', 'make', ...at, '--host', 'x')).rejects.toThrow('is there; renew it');
    await expect(admin('tls', 'renew', 'gw-9', ...at)).rejects.toThrow('gw-9: no such certificate');
  });

  test('are not made of what is no name', async () => {
    const folder = join(temp.path, 'tls');
    for (const args of [
      ['--host', 'a b'],
      ['--client', '../x'],
      ['--host', 'a', '--days', '0'],
      [],
    ]) {
      await expect(admin('tls', 'make', '--folder', folder, ...args)).rejects.toBeInstanceOf(Error);
    }
    expect(existsSync(folder)).toBe(false);
  });
});
