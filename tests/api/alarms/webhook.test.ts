import { createHmac, timingSafeEqual } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { ApiConfig } from '#api/config.ts';
import { readWebhook } from '#api/alarms/open-teller.ts';
import { openWebhook } from '#api/alarms/webhook.ts';
import { ConfigError } from '#runtime/errors.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { TellerRig } from './teller-rig.ts';

const KEY = Buffer.from('0123456789abcdef0123456789abcdef');

interface Request {
  readonly id: string;
  readonly body: string;
  readonly isSigned: boolean;
}

/** A receiver as somebody else would write it: by the text of Standard Webhooks, not by our code. */
class Receiver implements AsyncDisposable {
  readonly requests: Request[] = [];
  how: 'takes' | 'fails' | 'stalls' | 'redirects' | 'hangs up' = 'takes';
  readonly #server = createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8').on('data', (part: string) => {
      body += part;
    });
    request.on('end', () => {
      const header = (name: string) => String(request.headers[name] ?? '');
      const [id, time] = [header('webhook-id'), header('webhook-timestamp')];
      const expected = createHmac('sha256', KEY).update(`${id}.${time}.${body}`).digest();
      const sent = Buffer.from(header('webhook-signature').replace(/^v1,/, ''), 'base64');
      const isSigned = sent.length === expected.length && timingSafeEqual(sent, expected);
      this.requests.push({ id, body, isSigned });
      if (this.how === 'stalls') return;
      if (this.how === 'hangs up') {
        request.socket.destroy();
        return;
      }
      if (this.how === 'redirects') response.setHeader('location', '/elsewhere');
      response.statusCode = { takes: 204, fails: 500, redirects: 302 }[this.how];
      response.end();
    });
  });

  async open(): Promise<string> {
    await new Promise<void>((resolve) => {
      this.#server.listen(0, '127.0.0.1', resolve);
    });
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hooks?token=private`;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => {
      this.#server.close(resolve);
    });
  }
}

/** Longer than a busy machine takes to answer; and for who never will. */
const [PATIENT_MS, SHORT_MS] = [10_000, 300];

let rig: TellerRig;
let receiver: Receiver;
let url: string;
const waiting = (withinMs: number) =>
  openWebhook({ url, secret: KEY }, () => rig.clock.wallMs(), withinMs);
beforeEach(async () => {
  rig = new TellerRig();
  receiver = new Receiver();
  url = await receiver.open();
  rig.deliver = waiting(PATIENT_MS);
});
afterEach(async () => {
  rig[Symbol.dispose]();
  await receiver[Symbol.asyncDispose]();
});

test('a receiver that fails, stalls, hangs up and recovers gets each message at last, signed, under one id', async () => {
  receiver.how = 'fails';
  rig.find('line_fault', 'gw/line-2');
  await rig.pass(11);
  expect(rig.teller.outlet().failing).toMatchObject({ tries: 1, reason: 'status 500' });
  receiver.how = 'stalls';
  rig.deliver = waiting(SHORT_MS);
  await rig.pass(6);
  expect(rig.teller.outlet().failing?.reason).toContain('timeout');
  receiver.how = 'hangs up';
  rig.deliver = waiting(PATIENT_MS);
  await rig.pass(11);
  expect(rig.teller.outlet().failing?.tries).toBe(3);
  receiver.how = 'takes';
  await rig.pass(60);
  expect(rig.teller.outlet()).toMatchObject({ failing: null, waiting: 0, givenUp: 0 });
  const seen = receiver.requests.length;
  expect(receiver.requests.filter(({ isSigned }) => !isSigned)).toEqual([]);
  expect(rig.tries).toBe(4);
  expect(new Set(receiver.requests.map(({ id }) => id)).size).toBe(1);
  await rig.pass(600);
  expect(receiver.requests).toHaveLength(seen);
});

test('a redirect is not followed: the message stays with whom was configured', async () => {
  receiver.how = 'redirects';
  rig.find('line_fault', 'gw/line-2');
  await rig.pass(11);
  expect(rig.teller.outlet().failing?.reason).toBe('status 302');
  expect(receiver.requests).toHaveLength(1);
});

test('while one message is on its way no other begins', async () => {
  receiver.how = 'stalls';
  rig.deliver = waiting(SHORT_MS);
  rig.find('line_fault', 'gw/line-2');
  rig.operations.alarmBook.look(rig.found);
  rig.clock.pass(20_000);
  await Promise.all([rig.teller.look(), rig.teller.look(), rig.teller.look()]);
  expect(rig.tries).toBe(1);
});

test('a test message is sent at once, and says what came of it', async () => {
  expect(await rig.teller.test()).toEqual({ delivered: true, detail: 'status 204' });
  const [sent] = receiver.requests;
  expect(JSON.parse(sent?.body ?? '')).toMatchObject({ type: 'test', raised: [], cleared: [] });
  receiver.how = 'fails';
  expect(await rig.teller.test()).toEqual({ delivered: false, detail: 'status 500' });
});

test('the key is read from a file, in either form, and a weak or missing one is refused by name', () => {
  using temp = openTempFolder();
  const file = join(temp.path, 'key');
  const config = (more: object) => ApiConfig.parse({ siteFolder: 'x', secretFile: 'x', ...more });
  const set = config({ alarmWebhookUrl: url, alarmWebhookSecretFile: file });
  writeFileSync(file, `whsec_${KEY.toString('base64')}\n`);
  expect(readWebhook(set)?.secret).toEqual(KEY);
  writeFileSync(file, KEY.toString());
  expect(readWebhook(set)?.secret).toEqual(KEY);
  writeFileSync(file, 'short');
  expect(() => readWebhook(set)).toThrow(ConfigError);
  expect(() => readWebhook(config({ alarmWebhookUrl: url }))).toThrow(/alarmWebhookSecretFile/);
  expect(readWebhook(config({}))).toBeUndefined();
});
