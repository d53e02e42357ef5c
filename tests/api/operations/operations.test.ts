import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { LotId } from '#contract/ids.ts';
import { ConfigError } from '#runtime/errors.ts';
import { openDatabase } from '#runtime/sqlite.ts';
import { HashLanes } from '#api/operations/hash-lanes.ts';
import { LoginDelay } from '#api/operations/login-delay.ts';
import { openOperations } from '#api/operations/open-operations.ts';
import type { Operations } from '#api/operations/open-operations.ts';
import { passwordFaultOf } from '#api/operations/password-rules.ts';
import { SlowRefusals } from '#api/operations/slow-refusals.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';

const BY = {
  kind: 'bootstrap',
  name: 'bootstrap',
  role: 'admin',
  scope: 'site',
  address: '::1',
  mustChangePassword: false,
} as const;
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let temp: ReturnType<typeof openTempFolder>;
let clock: HandClock;
let operations: Operations;
beforeEach(() => {
  temp = openTempFolder();
  clock = new HandClock();
  operations = openOperations(temp.path, clock);
  operations.users.add(BY, { name: 'kim', role: 'operator', scope: 'site', password: 'none' });
});
afterEach(() => {
  operations.close();
  temp[Symbol.dispose]();
});

describe('the audit log', () => {
  test.each([
    "UPDATE audit SET actor = 'nobody'",
    'DELETE FROM audit',
    "REPLACE INTO audit (no, at, actor, address, action, subject) VALUES (1, 0, 'x', 'x', 'x', 'x')",
  ])('refuses %s', (sql) => {
    const other = openDatabase(join(temp.path, 'operations.sqlite'));
    expect(() => other.exec(sql)).toThrow('append-only');
    other.close();
  });

  test('has no line of a change that did not happen', () => {
    const count = () => [...operations.audit.rows({ from: 0, to: Infinity })].length;
    const before = count();
    expect(() => operations.users.change(BY, 'nobody', { role: 'admin' })).toThrow('No user');
    expect(() =>
      operations.users.add(BY, { name: 'kim', role: 'admin', scope: 'site', password: 'x' }),
    ).toThrow('There is a user');
    expect(count()).toBe(before);
  });
});

test('what is kept is there after a restart; a newer program’s file is refused and left alone', () => {
  operations.close();
  operations = openOperations(temp.path, clock);
  expect(operations.users.find('kim')).toMatchObject({ role: 'operator', mustChange: true });
  operations.close();
  const database = openDatabase(join(temp.path, 'operations.sqlite'));
  const { format } = database
    .prepare("SELECT format FROM part_format WHERE part = 'access'")
    .get() as { format: number };
  database.exec("UPDATE part_format SET format = 99 WHERE part = 'access'");
  expect(() => openOperations(temp.path, clock)).toThrow(ConfigError);
  database.exec(`UPDATE part_format SET format = ${format} WHERE part = 'access'`);
  database.close();
  operations = openOperations(temp.path, clock);
  expect(operations.users.all()).toHaveLength(1);
});

describe('a session', () => {
  test('ends after half an hour of nothing, and after twelve hours whatever happens', () => {
    const idle = operations.sessions.open('kim', '::1');
    clock.pass(30 * MINUTE_MS - 1);
    expect(operations.sessions.callerOf(idle, '::1')).toMatchObject({ name: 'kim' });
    clock.pass(30 * MINUTE_MS);
    expect(operations.sessions.callerOf(idle, '::1')).toBeUndefined();
    const busy = operations.sessions.open('kim', '::1');
    let lastedMs = 0;
    while (operations.sessions.callerOf(busy, '::1') && lastedMs < 24 * HOUR_MS) {
      clock.pass(10 * MINUTE_MS);
      lastedMs += 10 * MINUTE_MS;
    }
    expect(lastedMs).toBe(12 * HOUR_MS);
  });
});

describe('a token', () => {
  test('holds until it expires or is revoked, and says when it was used', () => {
    const { token, secret } = operations.tokens.add(BY, {
      name: 'wall',
      role: 'viewer',
      scope: [LotId.parse('full')],
      days: 2,
    });
    expect(secret).toMatch(/^bnj_[\w-]{43}$/);
    expect(operations.tokens.callerOf(secret, '::1')).toMatchObject({
      role: 'viewer',
      scope: ['full'],
    });
    expect(operations.tokens.find(token.token)?.lastUsedAt).not.toBeNull();
    expect(operations.tokens.callerOf(`${secret}x`, '::1')).toBeUndefined();
    clock.pass(48 * HOUR_MS);
    expect(operations.tokens.callerOf(secret, '::1')).toBeUndefined();
    const second = operations.tokens.add(BY, { name: 'b', role: 'admin', scope: 'site', days: 1 });
    operations.tokens.revoke(BY, second.token.token);
    expect(operations.tokens.callerOf(second.secret, '::1')).toBeUndefined();
  });
});

describe('after wrong logins', () => {
  const at = (account: string, source: string, isKnown = false) => ({ account, source, isKnown });

  test('an account at a source waits 1, 2, 4 … 60 s, and no longer', () => {
    const delay = new LoginDelay();
    let nowMs = 0;
    const waits: number[] = [];
    for (let n = 0; n < 14; n += 1) {
      const waitMs = delay.waitMs(at('kim', 'a'), nowMs);
      waits.push(waitMs);
      nowMs += waitMs;
      delay.failed(at('kim', 'a'), nowMs);
    }
    expect(waits.slice(0, 6)).toEqual([0, 0, 0, 0, 0, 1_000]);
    expect(waits.slice(6, 8)).toEqual([2_000, 4_000]);
    expect(Math.max(...waits)).toBe(60_000);
  });

  test('an owner where they are known waits for nobody else; one elsewhere has a try at once', () => {
    const delay = new LoginDelay();
    for (let n = 0; n < 500; n += 1) {
      delay.failed(at('kim', `bot-${n % 40}`), n);
      delay.failed(at(`other-${n}`, 'market-wifi'), n);
    }
    expect(delay.waitMs(at('kim', 'bot-1'), 500)).toBeGreaterThan(0);
    expect(delay.waitMs(at('new', 'market-wifi'), 500)).toBeGreaterThan(0);
    expect(delay.waitMs(at('kim', 'market-wifi', true), 500)).toBe(0);
    expect(delay.waitMs(at('kim', 'hotel'), 500)).toBe(0);
  });

  test('a right one forgets the wrong ones before it', () => {
    const delay = new LoginDelay();
    for (let n = 0; n < 9; n += 1) delay.failed(at('kim', 'a'), 0);
    delay.succeeded(at('kim', 'a'));
    expect(delay.waitMs(at('kim', 'a'), 0)).toBe(0);
  });
});

describe('of those who wait for a hash', () => {
  let ends: (() => void)[];
  let began: string[];
  let lanes: HashLanes;
  let letGo: NodeJS.Timeout;
  beforeEach(() => {
    [ends, began, lanes] = [[], [], new HashLanes(0)];
    letGo = setInterval(() => ends.shift()?.(), 1);
  });
  afterEach(() => clearInterval(letGo));
  const run = async (name: string, isKnown: boolean, wrongTries = 0) =>
    lanes.run({ isKnown, wrongTries }, async () => {
      began.push(name);
      await new Promise<void>((resolve) => void ends.push(resolve));
      return name;
    });

  test('the known go first, and strangers never take both lanes nor begin beside them', async () => {
    const all = [run('s1', false), run('s2', false), run('k1', true), run('k2', true)];
    expect(began).toEqual(['s1', 'k1']);
    await Promise.all(all);
    expect(began).toEqual(['s1', 'k1', 'k2', 's2']);
    expect(lanes.mostRunning).toBe(2);
  });

  test('strangers go by what stands against them, and make room for who has less', async () => {
    const guesses = Array.from({ length: 40 }, async (_, n) => run(`g${n}`, false, 10 + n));
    const honest = run('honest', false, 0);
    const owner = run('owner', true);
    const done = await Promise.all(guesses);
    expect([await honest, await owner]).toEqual(['honest', 'owner']);
    expect(began.slice(0, 3)).toEqual(['g0', 'owner', 'honest']);
    // The one at work, and those who wait but for the one who made room.
    expect(done.filter((each) => each !== undefined)).toEqual(
      Array.from({ length: 16 }, (_, n) => `g${n}`),
    );
    expect(lanes.mostRunning).toBe(2);
  });
});

test('after a guess the next one waits, and nobody else does', async () => {
  const restMs = 200;
  const lanes = new HashLanes(restMs);
  const began = performance.now();
  const run = async (isKnown: boolean, wrongTries: number) =>
    lanes.run({ isKnown, wrongTries }, async () => performance.now() - began);
  expect(await run(false, 5)).toBeLessThan(restMs);
  const [guess, honest, owner] = [run(false, 5), run(false, 0), run(true, 9)];
  expect(await owner).toBeLessThan(restMs);
  expect(await honest).toBeLessThan(restMs);
  // Timers are as exact as a millisecond.
  expect(await guess).toBeGreaterThanOrEqual(restMs - 2);
});

test('refused logins are told so a hundred a second at most, and all at once at the end', async () => {
  const refusals = new SlowRefusals();
  let said = 0;
  const began = performance.now();
  const all = Array.from({ length: 2_100 }, async () => refusals.hold().then(() => (said += 1)));
  await until(() => said >= 52 + 20);
  // 52 found no room; of the others none is told within the first second.
  const tookMs = performance.now() - began;
  expect(tookMs).toBeGreaterThan(1_000);
  expect(said).toBeLessThanOrEqual(52 + 2 * Math.ceil((tookMs - 1_000) / 20 + 1));
  refusals.close();
  await Promise.all(all);
});

test.each([
  ['eleven char', 'too_short'],
  ['비밀번호는열두자가안돼요', undefined],
  ['123456789012', 'too_common'],
  ['aaaaaaaaaaaaaaaa', 'too_common'],
  ['Password1234', 'too_common'],
  ['abcdefghijklmnop', 'too_common'],
  ['correct horse battery staple', 'too_common'],
  ['kim-the-operator', undefined],
  ['x'.repeat(201), 'too_long'],
  ['seven grey herons by the weir', undefined],
])('the password "%s" is %s', (password, fault) => {
  expect(passwordFaultOf(password, 'kim')).toBe(fault);
});

test('a password that is little more than the name is none', () => {
  expect(passwordFaultOf('operator-kim-1', 'operator-kim')).toBe('has_name');
});
