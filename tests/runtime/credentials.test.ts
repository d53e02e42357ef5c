import { scryptSync } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import {
  addClient,
  hashSecret,
  readCredentials,
  revokeClient,
  verifySecret,
} from '#runtime/credentials.ts';
import { ConfigError, RejectedError } from '#runtime/errors.ts';
import { openTempFolder } from '../support/temp-folder.ts';

function aFile() {
  const folder = openTempFolder();
  return {
    folder: folder.path,
    file: join(folder.path, 'credentials.json'),
    [Symbol.dispose]: () => folder[Symbol.dispose](),
  };
}

describe('the credentials file', () => {
  test('keeps a client’s role and the hash of a secret that is told once', async () => {
    using place = aFile();
    const secret = await addClient(place.file, 'gw-1', 'gateway');
    expect(Buffer.from(secret, 'base64url')).toHaveLength(32);
    expect(readFileSync(place.file, 'utf8')).not.toContain(secret);
    const client = readCredentials(place.file).get('gw-1');
    expect(client).toMatchObject({ id: 'gw-1', role: 'gateway' });
    expect(await verifySecret(secret, client?.hash ?? '')).toBe(true);
    expect(await verifySecret(`${secret}x`, client?.hash ?? '')).toBe(false);
  });

  test('is readable by its owner only, and nothing half-written lies beside it', async () => {
    using place = aFile();
    await addClient(place.file, 'gw-1', 'gateway');
    revokeClient(place.file, 'gw-1');
    expect(statSync(place.file).mode & 0o777).toBe(0o600);
    expect(readdirSync(place.folder).toSorted()).toEqual([
      'credentials.json',
      'credentials.json.lock',
    ]);
  });

  test('loses nobody when many are added at once', async () => {
    using place = aFile();
    const ids = Array.from({ length: 12 }, (_, at) => `gw-${at}`);
    await Promise.all(ids.map(async (id) => addClient(place.file, id, 'gateway')));
    expect([...readCredentials(place.file).keys()].toSorted()).toEqual(ids.toSorted());
  });

  test('gives a client that is added again a new secret in place of the old', async () => {
    using place = aFile();
    const old = await addClient(place.file, 'gw-1', 'gateway');
    const fresh = await addClient(place.file, 'gw-1', 'reader');
    const client = readCredentials(place.file).get('gw-1');
    expect(client?.role).toBe('reader');
    expect([
      await verifySecret(old, client?.hash ?? ''),
      await verifySecret(fresh, client?.hash ?? ''),
    ]).toEqual([false, true]);
  });

  test('forgets a revoked client, and says when there was none', async () => {
    using place = aFile();
    await addClient(place.file, 'gw-1', 'gateway');
    await addClient(place.file, 'gw-2', 'gateway');
    expect([revokeClient(place.file, 'gw-1'), revokeClient(place.file, 'gw-1')]).toEqual([
      true,
      false,
    ]);
    expect([...readCredentials(place.file).keys()]).toEqual(['gw-2']);
  });

  test.each(['GW', 'a', 'a/b', 'gw 1', 'x'.repeat(41), '__proto__'])(
    'takes no client called "%s"',
    async (id) => {
      using place = aFile();
      await expect(addClient(place.file, id, 'gateway')).rejects.toBeInstanceOf(RejectedError);
      expect(readdirSync(place.folder)).toEqual([]);
    },
  );
});

describe('a credentials file that is wrong', () => {
  const hash = `$scrypt$ln=12,r=8,p=1$${'a'.repeat(22)}$${'b'.repeat(43)}`;
  const client = { id: 'gw-1', role: 'gateway', hash };

  test('is a good one before it is spoilt', () => {
    using place = aFile();
    writeFileSync(place.file, JSON.stringify({ clients: [client] }));
    expect(readCredentials(place.file).size).toBe(1);
  });

  test.each<[string, string, RegExp]>([
    ['no JSON', '{', /credentials\.json: .*JSON/],
    ['no clients', '{}', /clients/],
    [
      'an unknown role',
      JSON.stringify({ clients: [{ ...client, role: 'root' }] }),
      /clients\.0\.role/,
    ],
    ['a bad id', JSON.stringify({ clients: [client, { ...client, id: 'A' }] }), /clients\.1\.id/],
    [
      'a secret in clear',
      JSON.stringify({ clients: [{ ...client, hash: 'hunter2' }] }),
      /clients\.0\.hash/,
    ],
    [
      'a hash that takes a gigabyte',
      JSON.stringify({ clients: [{ ...client, hash: hash.replace('12', '20') }] }),
      /clients\.0\.hash/,
    ],
    [
      'one id twice',
      JSON.stringify({ clients: [client, client] }),
      /clients\.1\.id: "gw-1" is there twice/,
    ],
    ['an unknown key', JSON.stringify({ clients: [{ ...client, secret: 'x' }] }), /secret/],
  ])('with %s is refused with its place', (_, text, message) => {
    using place = aFile();
    writeFileSync(place.file, text);
    expect(() => readCredentials(place.file)).toThrow(message);
    expect(() => readCredentials(place.file)).toThrow(ConfigError);
  });

  test('that is not there is named', () => {
    expect(() => readCredentials('/nowhere/credentials.json')).toThrow('/nowhere/credentials.json');
  });
});

describe('a hash', () => {
  test('says its parameters and is another one each time', async () => {
    const [first, second] = [await hashSecret('s'), await hashSecret('s')];
    expect(first).toMatch(/^\$scrypt\$ln=12,r=8,p=1\$/);
    expect(first).not.toBe(second);
    expect(await verifySecret('s', second)).toBe(true);
  });

  test('of other parameters is verified by those', async () => {
    const salt = Buffer.from('sixteen bytes ok');
    const key = scryptSync('s', salt, 32, { N: 2 ** 10, r: 4, p: 2 }).toString('base64url');
    const hash = `$scrypt$ln=10,r=4,p=2$${salt.toString('base64url')}$${key}`;
    expect([await verifySecret('s', hash), await verifySecret('t', hash)]).toEqual([true, false]);
    expect(await verifySecret('s', 'no hash at all')).toBe(false);
  });
});
