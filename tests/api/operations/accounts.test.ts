import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { createInterface } from 'node:readline';
import { afterAll, beforeAll, describe, expect, test, vi } from 'vitest';
import { AuditRow, UserMade } from '#contract/access.ts';
import { serveStreet } from '../http/served-street.ts';
import type { ServedStreet } from '../http/served-street.ts';
import { PASSWORD, sameOrigin } from './staff.ts';

let street: ServedStreet;
beforeAll(async () => {
  street = await serveStreet({ config: { trustedProxies: '127.0.0.1' } });
});
afterAll(async () => street[Symbol.asyncDispose]());

/** As it comes from a proxy with TLS, from an address of the client's own. */
const from = (address: string) => ({
  'x-forwarded-for': address,
  'x-forwarded-proto': 'https',
  origin: street.url.replace('http:', 'https:'),
  'content-type': 'application/json',
});
const logIn = async (name: string, password: string, address = '192.0.2.1') =>
  fetch(`${street.url}/api/v1/session`, {
    method: 'POST',
    headers: from(address),
    body: JSON.stringify({ name, password }),
  });
const cookieOf = (answer: Response) => (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
const asAdmin = () => ({
  authorization: `Bearer ${street.token}`,
  'content-type': 'application/json',
});

async function addUser(name: string, role = 'operator'): Promise<string> {
  const answer = await fetch(`${street.url}/api/v1/operator/users`, {
    method: 'POST',
    headers: asAdmin(),
    body: JSON.stringify({ name, role }),
  });
  return UserMade.parse(await answer.json()).password;
}

async function changePassword(cookie: string, current: string, next: string): Promise<Response> {
  return fetch(`${street.url}/api/v1/account/password`, {
    method: 'PUT',
    headers: { ...from('192.0.2.1'), cookie },
    body: JSON.stringify({ current, next }),
  });
}

async function auditRows(): Promise<AuditRow[]> {
  const answer = await fetch(`${street.url}/api/v1/operator/audit`, { headers: asAdmin() });
  const lines = (await answer.text()).split('\n').filter(Boolean);
  return lines.map((line) => AuditRow.parse(JSON.parse(line)));
}

describe('an operator', () => {
  test('begins with a password that must be changed, and has a cookie that no script or other site gets', async () => {
    const first = await addUser('kim');
    const login = await logIn('kim', first);
    expect([login.status, await login.json()]).toMatchObject([201, { mustChangePassword: true }]);
    expect(login.headers.get('set-cookie')).toMatch(
      /^__Host-binjari=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict; Secure$/,
    );
    expect(login.headers.get('strict-transport-security')).toBe('max-age=31536000');
    const cookie = cookieOf(login);
    const sensors = async () =>
      fetch(`${street.url}/api/v1/operator/sensors`, {
        headers: { ...from('192.0.2.1'), cookie },
      });
    expect(await (await sensors()).json()).toMatchObject({ code: 'password_change_needed' });

    const weak = await changePassword(cookie, first, 'password1234');
    expect([weak.status, await weak.json()]).toMatchObject([422, { code: 'weak_password' }]);
    const other = cookieOf(await logIn('kim', first));
    expect((await changePassword(cookie, first, PASSWORD)).status).toBe(200);
    expect((await sensors()).status).toBe(200);
    const headers = { ...from('192.0.2.1'), cookie: other };
    expect((await fetch(`${street.url}/api/v1/account`, { headers })).status).toBe(401);

    const out = await fetch(`${street.url}/api/v1/session`, {
      method: 'DELETE',
      headers: { ...from('192.0.2.1'), cookie },
    });
    expect([out.status, out.headers.get('set-cookie')]).toEqual([
      204,
      expect.stringContaining('Max-Age=0'),
    ]);
    expect((await sensors()).status).toBe(401);
  });

  test('over plain http from elsewhere is not even asked for a password', async () => {
    for (const headers of [
      { 'x-forwarded-for': '192.0.2.9' },
      { 'x-forwarded-for': '192.0.2.9', 'x-forwarded-proto': 'http' },
    ]) {
      const answer = await fetch(`${street.url}/api/v1/session`, {
        method: 'POST',
        headers: { ...headers, 'content-type': 'application/json', origin: street.url },
        body: JSON.stringify({ name: 'kim', password: PASSWORD }),
      });
      expect([answer.status, await answer.json()]).toMatchObject([403, { code: 'needs_tls' }]);
    }
  });

  test('on the machine itself has a cookie without Secure; behind a proxy that nobody named, none', async () => {
    await using bare = await serveStreet();
    const by = { kind: 'bootstrap', name: 'bootstrap', address: '::1' } as const;
    const { password, hash } = await bare.operations.logins.firstPassword();
    bare.operations.users.add(by, { name: 'lee', role: 'viewer', scope: 'site', password: hash });
    const login = async (headers: Record<string, string>) =>
      fetch(`${bare.url}/api/v1/session`, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...sameOrigin(bare), ...headers },
        body: JSON.stringify({ name: 'lee', password }),
      });
    expect((await login({})).headers.get('set-cookie')).toMatch(
      /^binjari=[\w-]{43}; Max-Age=43200; Path=\/; HttpOnly; SameSite=Strict$/,
    );
    for (const name of ['x-forwarded-for', 'forwarded', 'via', 'x-forwarded-proto']) {
      expect([name, (await login({ [name]: 'https' })).status]).toEqual([name, 403]);
    }
  });
});

describe('the audit log', () => {
  test('says who changed what, from where, and has no secret in it', async () => {
    const secret = await addUser('park', 'viewer');
    await fetch(`${street.url}/api/v1/operator/users/park`, {
      method: 'PATCH',
      headers: { ...asAdmin(), 'x-forwarded-for': '198.51.100.7' },
      body: JSON.stringify({ role: 'operator', scope: ['full'] }),
    });
    await fetch(`${street.url}/api/v1/operator/export/stays`, { headers: asAdmin() });
    const rows = await auditRows();
    expect(rows).toContainEqual(
      expect.objectContaining({
        actor: 'bootstrap',
        address: '198.51.100.7',
        action: 'user.change',
        subject: 'park',
        before: { role: 'viewer', scope: 'site', disabled: false },
        after: { role: 'operator', scope: ['full'], disabled: false },
      }),
    );
    expect(rows.map(({ action }) => action)).toEqual(
      expect.arrayContaining(['user.add', 'session.open', 'session.close', 'stays.read']),
    );
    expect(rows.map(({ no }) => no)).toEqual(rows.map((_, at) => at + 1));
    const text = JSON.stringify(rows);
    for (const hidden of [secret, PASSWORD, 'scrypt', street.token])
      expect(text).not.toContain(hidden);
  });

  test('and the files hold no password and no token, and are for their owner’s eyes', () => {
    const file = join(street.folder, 'operations', 'operations.sqlite');
    expect(statSync(file).mode & 0o077).toBe(0);
    const kept = [file, `${file}-wal`].map((path) => readFileSync(path, 'latin1')).join('');
    expect(kept).not.toContain(PASSWORD);
    expect(kept).not.toContain(street.token);
  });
});

describe('wrong logins', () => {
  test('say the same of an unknown name, a wrong password and a disabled user, after the same work', async () => {
    const password = await addUser('choi');
    await fetch(`${street.url}/api/v1/operator/users/choi`, {
      method: 'PATCH',
      headers: asAdmin(),
      body: JSON.stringify({ disabled: true }),
    });
    const before = street.operations.logins.counts;
    const wrong = before.wrong;
    const tries = [
      ['choi', password],
      ['kim', 'not the password'],
      ['nobody', 'not the password'],
      ['__proto__', 'not the password'],
    ] as const;
    const answers = new Set<string>();
    for (const [name, tried] of tries) {
      const answer = await logIn(name, tried, '192.0.2.44');
      answers.add(`${answer.status} ${await answer.text()}`);
    }
    expect([...answers]).toHaveLength(1);
    // Each cost a hash: the right password of a disabled user counts as checked, not as wrong.
    expect(street.operations.logins.counts.wrong - wrong).toBe(3);
  });

  test(
    'at 1,000 a second hash two at a time, slow nobody else, and lock no owner out',
    { timeout: 120_000 },
    async () => {
      const known = '203.0.113.5';
      const first = await addUser('owner');
      const neighbours = await addUser('neighbour');
      const timed = async (name: string, password: string, address: string) => {
        const began = performance.now();
        const answer = await logIn(name, password, address);
        expect([name, answer.status]).toEqual([name, 201]);
        return performance.now() - began;
      };
      const guessesMeanwhile: number[] = [];
      const { logins } = street.operations;
      const open = logins.open.bind(logins);
      using _counted = vi
        .spyOn(logins, 'open')
        .mockImplementation(async (name, password, where) => {
          const { wrong } = logins.counts;
          const token = await open(name, password, where);
          guessesMeanwhile.push(logins.counts.wrong - wrong);
          return token;
        });
      const often = async (times: number) => {
        const tookMs: number[] = [];
        for (let n = 0; n < times; n += 1) {
          tookMs.push(await timed('owner', first, known));
        }
        return tookMs.toSorted((a, b) => a - b);
      };
      const alone = medianOf(await often(3));
      const guesses = spawn(
        process.execPath,
        [
          '--import',
          'tsx',
          join(import.meta.dirname, 'guess.ts'),
          street.url,
          'owner',
          '1000',
          '1000',
        ],
        { stdio: ['pipe', 'pipe', 'inherit'] },
      );
      const lines = createInterface({ input: guesses.stdout })[Symbol.asyncIterator]();
      expect((await lines.next()).value).toBe('ready');
      const delay = monitorEventLoopDelay({ resolution: 5 });
      delay.enable();
      const owner = await often(3);
      // Somebody else, at a place where they never were: nobody guesses at them.
      const neighbourMs = await timed('neighbour', neighbours, '203.0.113.77');
      delay.disable();
      guesses.stdin.end();
      const statuses = new Map(
        JSON.parse(String((await lines.next()).value)) as [number, number][],
      );
      const heard = [...statuses.values()].reduce((sum, each) => sum + each, 0);
      const p99Ms = delay.percentile(99) / 1e6;
      process.stdout.write(
        `login guessing over 1,000 connections: owner in ${owner.map(Math.round).join(', ')} ms (alone ${Math.round(alone)}), a stranger in ${Math.round(neighbourMs)} ms, loop p99 ${Math.round(p99Ms)} ms, heard ${JSON.stringify([...statuses])}\n`,
      );
      // No guess got in, and most were told to wait without a hash.
      expect(statuses.has(201)).toBe(false);
      expect(statuses.get(401) ?? 0).toBeLessThan(heard / 5);
      expect(street.operations.logins.mostHashesAtOnce).toBeLessThanOrEqual(2);
      // The guess that is at work already is waited for, and no other.
      expect(Math.max(...guessesMeanwhile)).toBeLessThanOrEqual(1);
      // A second where the machine is quiet (0.3 s for one login); where it has other work, as multiples.
      expect(medianOf(owner)).toBeLessThan(Math.max(1_000, 5 * alone));
      expect(neighbourMs).toBeLessThan(Math.max(1_500, 8 * alone));
    },
  );
});

const medianOf = (sorted: readonly number[]) => sorted[Math.floor(sorted.length / 2)] ?? 0;
