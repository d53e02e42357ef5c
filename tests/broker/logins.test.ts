import { describe, expect, test } from 'vitest';
import { Logins } from '#broker/logins.ts';
import { hashSecret, verifySecret } from '#runtime/credentials.ts';
import type { ClientCredential } from '#runtime/credentials.ts';
import { HandClock } from '../support/hand-clock.ts';
import { until } from '../support/until.ts';

const bytes = (text: string) => new TextEncoder().encode(text);

function credentialsOf(...ids: string[]): Map<string, ClientCredential> {
  return new Map(ids.map((id) => [id, { id, role: 'gateway', hash: `hash of ${id}` }]));
}

/** Hashes by hand: who is right is `right`, and each check ends when told. */
function slowHash() {
  const open: (() => void)[] = [];
  let running = 0;
  let most = 0;
  let calls = 0;
  const verify = async (secret: string | Uint8Array) => {
    calls += 1;
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => void open.push(resolve));
    running -= 1;
    return Buffer.from(secret).toString() === 'right';
  };
  return {
    verify,
    endOne: () => open.shift()?.(),
    endAll: async (jobs: Promise<unknown>) => {
      let done = false;
      void jobs.then(() => (done = true));
      await until(
        () => {
          open.shift()?.();
          return done;
        },
        { everyMs: 1 },
      );
    },
    get most() {
      return most;
    },
    get calls() {
      return calls;
    },
  };
}

const instantly = async (secret: string | Uint8Array) => Buffer.from(secret).toString() === 'right';

describe('a client that comes', () => {
  test('is known by the secret of its real hash, and not by another', async () => {
    const credential = { id: 'gw-1', role: 'gateway', hash: await hashSecret('s3cret') } as const;
    const logins = new Logins(new Map([['gw-1', credential]]), new HandClock(), verifySecret);
    expect(await logins.login('gw-1', bytes('s3cret'), 'a')).toEqual({
      kind: 'known',
      role: 'gateway',
    });
    expect(await logins.login('gw-1', bytes('s3cre'), 'a')).toMatchObject({
      reason: 'wrong_secret',
    });
    expect(await logins.login('gw-2', bytes('s3cret'), 'a')).toMatchObject({
      reason: 'unknown_client',
    });
  });

  test('again with the same secret costs no hash', async () => {
    const hash = slowHash();
    const logins = new Logins(credentialsOf('gw-1'), new HandClock(), hash.verify);
    const first = logins.login('gw-1', bytes('right'), 'a');
    await hash.endAll(first);
    for (let turn = 0; turn < 50; turn += 1) {
      expect(await logins.login('gw-1', bytes('right'), 'a')).toMatchObject({ kind: 'known' });
    }
    expect(hash.calls).toBe(1);
  });

  test('with a new hash in the file is not known by the old secret', async () => {
    const logins = new Logins(credentialsOf('gw-1'), new HandClock(), instantly);
    await logins.login('gw-1', bytes('right'), 'a');
    logins.replace(new Map([['gw-1', { id: 'gw-1', role: 'gateway', hash: 'new' }]]));
    const hash = slowHash();
    const changed = new Logins(logins.credentials, new HandClock(), hash.verify);
    const login = changed.login('gw-1', bytes('old'), 'a');
    await hash.endAll(login);
    expect(await login).toMatchObject({ reason: 'wrong_secret' });
  });

  test('is turned away when it is removed while its hash is at work', async () => {
    const hash = slowHash();
    const logins = new Logins(credentialsOf('gw-1'), new HandClock(), hash.verify);
    const login = logins.login('gw-1', bytes('right'), 'a');
    logins.replace(new Map());
    await hash.endAll(login);
    expect(await login).toMatchObject({ kind: 'refused' });
  });
});

describe('many at once', () => {
  test('never more than two hashes run, and all get their answer', async () => {
    const ids = Array.from({ length: 40 }, (_, at) => `gw-${at}`);
    const hash = slowHash();
    const logins = new Logins(credentialsOf(...ids), new HandClock(), hash.verify);
    const all = Promise.all(ids.map((id) => logins.login(id, bytes('right'), 'a')));
    await hash.endAll(all);
    expect((await all).every(({ kind }) => kind === 'known')).toBe(true);
    expect(hash.most).toBe(2);
  });

  test('the same secret of the same client is hashed once', async () => {
    const hash = slowHash();
    const logins = new Logins(credentialsOf('gw-1'), new HandClock(), hash.verify);
    const all = Promise.all(
      Array.from({ length: 20 }, () => logins.login('gw-1', bytes('right'), 'a')),
    );
    await hash.endAll(all);
    expect(hash.calls).toBe(1);
  });

  test('who comes when 256 wait already is told to come again', async () => {
    const ids = Array.from({ length: 300 }, (_, at) => `gw-${at}`);
    const hash = slowHash();
    const logins = new Logins(credentialsOf(...ids), new HandClock(), hash.verify);
    const all = Promise.all(ids.map((id) => logins.login(id, bytes('right'), 'a')));
    await hash.endAll(all);
    const busy = (await all).filter((login) => login.kind === 'refused' && login.reason === 'busy');
    expect(busy).toHaveLength(300 - 256 - 2);
  });
});

describe('guessers in a crowd', () => {
  test('wait for each other, and nobody waits for them', async () => {
    const ids = Array.from({ length: 60 }, (_, at) => `gw-${at}`);
    const hash = slowHash();
    const logins = new Logins(credentialsOf(...ids, 'gw-honest'), new HandClock(), hash.verify);
    const known = Promise.all(
      ids.slice(0, 5).map((id) => logins.login(id, bytes(`wrong ${id}`), 'guesser')),
    );
    await hash.endAll(known);
    const guesses = Promise.all(
      ids.slice(5).map((id) => logins.login(id, bytes(`wrong ${id}`), 'guesser')),
    );
    const honest = logins.login('gw-honest', bytes('right'), 'home');
    const isIn = new AbortController();
    void honest.then(() => isIn.abort());
    let ended = 0;
    while (!isIn.signal.aborted) {
      hash.endOne();
      ended += 1;
      await new Promise((resolve) => {
        setImmediate(resolve);
      });
    }
    // Two that were under way already, and its own; a turn may pass in between.
    expect(ended).toBeLessThanOrEqual(6);
    await hash.endAll(guesses);
    expect(hash.most).toBe(2);
  });

  test('go first when too many wait', async () => {
    const ids = Array.from({ length: 300 }, (_, at) => `gw-${at}`);
    const hash = slowHash();
    const logins = new Logins(credentialsOf(...ids), new HandClock(), hash.verify);
    const crowd = Promise.all(
      ids.slice(0, 290).map((id) => logins.login(id, bytes(`wrong ${id}`), 'guesser')),
    );
    const honest = Promise.all(
      ids.slice(290).map((id, at) => logins.login(id, bytes('right'), `home ${at}`)),
    );
    await hash.endAll(Promise.all([crowd, honest]));
    expect((await honest).map(({ kind }) => kind)).toEqual(Array(10).fill('known'));
    const busy = (await crowd).filter((l) => l.kind === 'refused' && l.reason === 'busy');
    expect(busy).toHaveLength(290 - 256 - 2 + 10);
  });
});

describe('a guesser', () => {
  const guess = async (logins: Logins, times: number, address = 'a') => {
    for (let turn = 0; turn < times; turn += 1) {
      await logins.login('gw-1', bytes(`wrong ${address} ${turn}`), address);
    }
  };

  test('waits after five wrong tries, longer each time', async () => {
    const clock = new HandClock();
    const logins = new Logins(credentialsOf('gw-1'), clock, instantly);
    await guess(logins, 5);
    expect(await logins.login('gw-1', bytes('x'), 'a')).toMatchObject({ reason: 'backing_off' });
    clock.pass(1_000);
    expect(await logins.login('gw-1', bytes('y'), 'a')).toMatchObject({ reason: 'wrong_secret' });
    clock.pass(1_000);
    expect(await logins.login('gw-1', bytes('z'), 'a')).toMatchObject({ reason: 'backing_off' });
  });

  test('does not lock out the client itself elsewhere, nor where it is known', async () => {
    const logins = new Logins(credentialsOf('gw-1'), new HandClock(), instantly);
    await guess(logins, 9);
    expect(await logins.login('gw-1', bytes('right'), 'b')).toMatchObject({ kind: 'known' });
    expect(await logins.login('gw-1', bytes('right'), 'a')).toMatchObject({ kind: 'known' });
  });

  test('costs no hash when it says the same wrong secret again', async () => {
    const hash = slowHash();
    const logins = new Logins(credentialsOf('gw-1'), new HandClock(), hash.verify);
    const first = logins.login('gw-1', bytes('wrong'), 'a');
    await hash.endAll(first);
    await logins.login('gw-1', bytes('wrong'), 'b');
    expect(hash.calls).toBe(1);
  });
});
