import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import mqtt from 'mqtt';
import type { MqttClient } from 'mqtt';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CertificateFolder } from '#api/admin/certificate-folder.ts';
import { publishRefusalOf, publishRightOf, subscribeRefusalOf } from '#broker/access.ts';
import type { Holder } from '#broker/access.ts';
import { topics } from '#contract/topics.ts';
import type { Role } from '#contract/topics.ts';
import { addClient, revokeClient } from '#runtime/credentials.ts';
import { findMosquitto, startMosquitto } from '../support/mosquitto.ts';
import type { Mosquitto } from '../support/mosquitto.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const site = 'jeonju';
const roles: Readonly<Record<string, Role>> = {
  'gw-1': 'gateway',
  'gw-2': 'gateway',
  'gw-3': 'gateway',
  api: 'api',
  kiosk: 'reader',
  'sign-1': 'sign',
  witness: 'reader',
};
const WITNESS_SEES_ALL = 'user witness\ntopic read #\ntopic read $SYS/#\n';
const program = findMosquitto();

/** Topics of the table with ids of ours and of others, and what is a little beside them. */
const anyTopic = fc
  .tuple(
    fc.constantFrom(...Object.values(topics).map(({ path }) => path)),
    fc.record({
      site: fc.constantFrom(site, site, site, 'paris'),
      gateway: fc.constantFrom('gw-1', 'gw-2', 'gw-9'),
      line: fc.constant('line-1'),
      lot: fc.constantFrom('nambu', 'gosa'),
      sign: fc.constantFrom('sign-1', 'sign-2'),
    }),
    fc.constantFrom('', '', '', '/more', 'x', '-'),
  )
  .map(([path, keys, more]) => {
    const topic = path.replaceAll(/\{(\w+)\}/g, (_, key: string) => keys[key as keyof typeof keys]);
    return more === '-' ? `$SYS/${topic}` : `${topic}${more}`;
  });

function mayPublish(holder: Holder, topic: string): boolean {
  const right = publishRightOf(holder, topic);
  const attempt = { qos: 1, retain: false, empty: false };
  // Mosquitto cannot tell clearing from publishing: see mosquittoAcl.
  const mayClear = holder.roles.includes('api') && typeof right === 'object' && right.clear;
  return mayClear || publishRefusalOf(right, attempt) === undefined;
}

describe.runIf(program !== undefined)('the real Mosquitto with our configuration', () => {
  const temp = openTempFolder();
  const credentialsFile = join(temp.path, 'credentials.json');
  const tlsFolder = join(temp.path, 'tls');
  const secrets = new Map<string, string>();
  let broker: Mosquitto;

  beforeAll(async () => {
    for (const [id, role] of Object.entries(roles)) {
      secrets.set(id, await addClient(credentialsFile, id, role));
    }
    const certificates = new CertificateFolder(tlsFolder);
    await certificates.openCa(Date.now());
    await certificates.add({ kind: 'broker', hosts: ['127.0.0.1'] }, 30, Date.now());
    broker = await startMosquitto({
      program: program ?? '',
      folder: temp.path,
      credentialsFile,
      site,
      tlsFolder,
      moreRules: WITNESS_SEES_ALL,
    });
  });
  const opened: MqttClient[] = [];
  afterAll(async () => {
    for (const client of opened) client.end(true);
    await broker?.close();
    temp[Symbol.dispose]();
  });

  async function connect(id: string, password = secrets.get(id) ?? ''): Promise<MqttClient> {
    const client = mqtt.connect(broker.secureUrl, {
      clientId: id,
      username: id,
      password,
      protocolVersion: 4,
      reconnectPeriod: 0,
      ca: readFileSync(join(tlsFolder, 'ca.pem')),
    });
    opened.push(client);
    await new Promise<void>((resolve, reject) => {
      client.once('connect', () => resolve());
      client.once('error', reject);
    });
    return client.on('error', () => undefined);
  }

  test('carries and delivers, of any topics, exactly what our own broker would', async () => {
    const ids = Object.keys(roles);
    const heard = new Map<string, Set<number>>(ids.map((id) => [id, new Set()]));
    const clients = new Map<string, MqttClient>();
    for (const id of ids) {
      const client = await connect(id);
      clients.set(id, client);
      client.on('message', (_, payload) => heard.get(id)?.add(Number(payload.toString())));
      // Mosquitto grants any filter, and then delivers only what may be read.
      await client.subscribeAsync(['#', '$SYS/binjari/#'], { qos: 1 });
    }
    const attempts = fc.sample(fc.tuple(fc.constantFrom(...ids), anyTopic), {
      seed: 1,
      numRuns: 1_000,
    });
    for (const [at, [id, topic]] of attempts.entries()) {
      await clients.get(id)?.publishAsync(topic, String(at), { qos: 1 });
    }
    const last = attempts.length;
    await clients
      .get('api')
      ?.publishAsync(`binjari/v1/${site}/lot/nambu`, String(last), { qos: 1 });
    await until(() => heard.get('witness')?.has(last) && heard.get('kiosk')?.has(last));

    const holderOf = (id: string): Holder => ({ id, roles: [roles[id] ?? 'reader'], site });
    const carried = attempts.flatMap(([id, topic], at) =>
      mayPublish(holderOf(id), topic) ? [{ at, topic }] : [],
    );
    expect(carried.length).toBeGreaterThan(50);
    expect(carried.length).toBeLessThan(attempts.length / 2);
    for (const id of ids) {
      const reads = carried
        .filter(({ topic }) => id === 'witness' || !subscribeRefusalOf(holderOf(id), topic, 1))
        .map(({ at }) => at);
      const got = [...(heard.get(id) ?? [])].filter((at) => at < last);
      expect([id, got.toSorted((a, b) => a - b)]).toEqual([id, reads]);
    }
  });

  test('listens where the configuration says and nowhere else', () => {
    const told = [broker.secureUrl, broker.plainUrl].map((url) => Number(new URL(url).port));
    expect(broker.ports).toEqual(told);
  });

  test.each([
    ['a packet over 64 KiB', { qos: 1, payload: Buffer.alloc(70_000) }],
    ['QoS 2', { qos: 2, payload: Buffer.from('x') }],
  ] as const)('ends a client that sends %s', async (_, { qos, payload }) => {
    const client = await connect('gw-2');
    client.publish(`binjari/v1/${site}/gateway/gw-2/events`, payload, { qos });
    await until(() => !client.connected);
    expect((await connect('gw-2')).connected).toBe(true);
  });

  test('gives an api that connects everything that is retained, however much it is', async () => {
    const lines = 3_000;
    const gateway = await connect('gw-2');
    for (let line = 0; line < lines; line += 1) {
      const topic = `binjari/v1/${site}/gateway/gw-2/snapshot/line-${line}`;
      const kept = gateway.publishAsync(topic, String(line), { qos: 1, retain: true });
      if (line % 50 === 49) await kept;
    }
    const api = await connect('api');
    const heard = new Set<string>();
    api.on('message', (topic) => heard.add(topic));
    await api.subscribeAsync(`binjari/v1/${site}/gateway/+/snapshot/+`, { qos: 1 });
    await until(() => heard.size >= lines);
    expect(heard.size).toBe(lines);
  });

  test('knows nobody without the secret, and the newest session of a user wins', async () => {
    await expect(connect('gw-1', 'guess')).rejects.toMatchObject({ code: 5 });
    await expect(connect('gw-9', 'guess')).rejects.toMatchObject({ code: 5 });
    const first = await connect('gw-1');
    const second = await connect('gw-1');
    await until(() => !first.connected);
    expect(second.connected).toBe(true);
  });

  test('cuts a revoked client off when it is told', async () => {
    const client = await connect('gw-3');
    revokeClient(credentialsFile, 'gw-3');
    broker.reload();
    await until(() => !client.connected, { withinMs: 2_000 });
    await expect(connect('gw-3')).rejects.toMatchObject({ code: 5 });
  });
});
