import { X509Certificate } from 'node:crypto';
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs';
import { connect as tcpConnect } from 'node:net';
import { join } from 'node:path';
import { connect as tlsConnect } from 'node:tls';
import type { ConnectionOptions } from 'node:tls';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { CertificateFolder } from '#api/admin/certificate-folder.ts';
import { makeCertificate } from '#api/admin/certificates.ts';
import { BrokerConfig, configProblems } from '#broker/config.ts';
import type { BrokerTls } from '#runtime/broker-tls.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import type { MqttLink } from '#runtime/typed-mqtt.ts';
import { eventsOf, keys, site } from '../runtime/link-words.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { openTestBroker } from '../support/test-broker.ts';
import type { TestBroker } from '../support/test-broker.ts';
import { until } from '../support/until.ts';

const DAY_MS = 86_400_000;
const now = Date.now();
let temp: ReturnType<typeof openTempFolder>;
/** Two CAs of two cities; the broker here is of ours. */
let [ours, theirs] = ['', ''];

beforeAll(async () => {
  temp = openTempFolder();
  [ours, theirs] = [join(temp.path, 'ours'), join(temp.path, 'theirs')];
  const folder = new CertificateFolder(ours);
  await Promise.all([folder.openCa(now), new CertificateFolder(theirs).openCa(now)]);
  await folder.add({ kind: 'broker', hosts: ['localhost', '127.0.0.1'] }, 90, now);
  await folder.add({ kind: 'client', id: 'gw-1' }, 90, now);
});
afterAll(() => temp[Symbol.dispose]());

const links: MqttLink[] = [];
afterEach(async () => Promise.all(links.splice(0).map(async (link) => link.close())));

type Options = NonNullable<Parameters<typeof openTestBroker>[1]>;
const tlsBroker = async (options: Options = {}) =>
  openTestBroker(
    { 'gw-1': 'gateway', 'gw-2': 'gateway', api: 'api' },
    {
      mqttsHost: '127.0.0.1',
      mqttsPort: 0,
      certFile: join(ours, 'broker.pem'),
      keyFile: join(ours, 'broker.key'),
      ...options,
    },
  );

/** A link as gateways and api have it, and every reason that it gives for failing. */
function linkOf(house: TestBroker, id: string, tls: BrokerTls, url = house.broker.mqttsUrl ?? '') {
  const reasons: string[] = [];
  const log = {
    ...silentLog,
    warn: (facts: object) => void ('reason' in facts && reasons.push(String(facts.reason))),
  };
  const secret = house.secretOf(id);
  const link = openMqttLink({ url, id, secret, tls, clock: systemClock, log });
  links.push(link);
  return { link, reasons };
}

/** The certificate that a new connection is shown. */
async function shown(house: TestBroker, options: ConnectionOptions = {}): Promise<string> {
  const port = Number(new URL(house.broker.mqttsUrl ?? '').port);
  return new Promise((resolve, reject) => {
    const socket = tlsConnect({ host: '127.0.0.1', port, rejectUnauthorized: false, ...options });
    socket.once('error', reject);
    socket.once('secureConnect', () => {
      resolve(socket.getPeerCertificate().serialNumber);
      socket.destroy();
    });
  });
}

const serialOf = (file: string) => new X509Certificate(readFileSync(file)).serialNumber;

describe('over TLS', () => {
  test('gateway and api speak, and know until when the broker’s certificate is good', async () => {
    await using house = await tlsBroker();
    const caFile = join(ours, 'ca.pem');
    const { link: api } = linkOf(house, 'api', { caFile });
    const { link: gateway } = linkOf(house, 'gw-1', { caFile });
    const heard: number[] = [];
    api.subscribe('events', { site }, ({ payload }) => heard.push(payload.firstHeld));
    await until(() => api.connected && gateway.connected);
    await gateway.publish('events', keys, eventsOf(7));
    await until(() => heard.length === 1);
    const days = ((api.certificateExpiresAt ?? 0) - now) / DAY_MS;
    expect(Math.round(days)).toBe(90);
  });

  test.each([
    [
      'by another CA',
      () => ({ caFile: join(theirs, 'ca.pem') }),
      /not signed by the CA in .*theirs/,
    ],
    ['by none of the public ones', () => ({}), /not signed by a public CA \(set caFile\?\)/],
  ])(
    'a certificate signed %s is refused in one sentence, again and again',
    async (_, tls, words) => {
      await using house = await tlsBroker();
      const { link, reasons } = linkOf(house, 'gw-1', tls());
      // Three tries, and the reason is said once.
      await until(() => house.broker.counts.refused.tls_handshake >= 3);
      expect(link.connected).toBe(false);
      expect(reasons).toHaveLength(1);
      expect(reasons[0]).toMatch(words);
      expect(house.broker.counts.connects).toBe(0);
    },
  );

  test('one that has expired is refused, and so is one from tomorrow', async () => {
    const caOf = (end: string) => readFileSync(join(ours, `ca.${end}`), 'utf8');
    const ca = { certificate: caOf('pem'), key: caOf('key') };
    const files = { certFile: join(temp.path, 'old.pem'), keyFile: join(temp.path, 'old.key') };
    for (const [from, until_, words] of [
      [-40, -1, 'has expired'],
      [2, 40, 'is not valid yet'],
    ] as const) {
      const validity = { from: now + from * DAY_MS, until: now + until_ * DAY_MS };
      const made = await makeCertificate({ kind: 'broker', hosts: ['127.0.0.1'] }, ca, validity);
      writeFileSync(files.certFile, made.certificate);
      writeFileSync(files.keyFile, made.key);
      await using house = await tlsBroker(files);
      const { link, reasons } = linkOf(house, 'gw-1', { caFile: join(ours, 'ca.pem') });
      await until(() => reasons.length > 0);
      expect(reasons[0]).toContain(`the broker's certificate ${words}`);
      expect(link.connected).toBe(false);
    }
  });

  test('who speaks plain MQTT at its port is told so, and the broker’s log tells whom', async () => {
    const refused: object[] = [];
    const log = { ...silentLog, warn: (facts: object) => void refused.push(facts) };
    await using house = await tlsBroker({ log });
    const url = (house.broker.mqttsUrl ?? '').replace('mqtts:', 'mqtt:');
    const { link, reasons } = linkOf(house, 'gw-1', {}, url);
    await until(() => reasons.length > 0);
    expect(reasons[0]).toContain('if its port speaks TLS: use mqtts://');
    expect(link.connected).toBe(false);
    expect(refused).toContainEqual(
      expect.objectContaining({
        reason: 'tls_handshake',
        source: '127.0.0.1',
        detail: 'it does not speak TLS; plain MQTT belongs to another port',
      }),
    );
  });

  test('a certificate for another name is refused', async () => {
    await using house = await tlsBroker();
    const url = (house.broker.mqttsUrl ?? '').replace('127.0.0.1', '127.0.0.2');
    await using elsewhere = await tlsBroker({ mqttsHost: '127.0.0.2' });
    const there = url.replace(/\d+$/, new URL(elsewhere.broker.mqttsUrl ?? '').port);
    const { reasons } = linkOf(elsewhere, 'gw-1', { caFile: join(ours, 'ca.pem') }, there);
    await until(() => reasons.length > 0);
    expect(reasons[0]).toContain('not made for "127.0.0.2"');
  });

  test('a port that does not speak it, and files that are not there, are named', async () => {
    await using house = await tlsBroker();
    const plain = house.broker.mqttUrl.replace('mqtt:', 'mqtts:');
    const wrongPort = linkOf(house, 'gw-1', { caFile: join(ours, 'ca.pem') }, plain);
    const noFile = linkOf(house, 'gw-2', { caFile: '/nowhere/ca.pem' });
    await until(() => wrongPort.reasons.length > 0 && noFile.reasons.length > 0);
    expect(wrongPort.reasons[0]).toContain('is this its TLS port?');
    expect(noFile.reasons[0]).toContain('caFile: /nowhere/ca.pem: expected a PEM file');
  });

  test('nothing older than 1.2 is spoken', async () => {
    await using house = await tlsBroker();
    const old = {
      maxVersion: 'TLSv1.1',
      minVersion: 'TLSv1',
      ciphers: 'DEFAULT@SECLEVEL=0',
    } as const;
    await expect(shown(house, old)).rejects.toBeInstanceOf(Error);
    expect(await shown(house, { maxVersion: 'TLSv1.2' })).toBe(serialOf(join(ours, 'broker.pem')));
  });

  test('the limits of connections hold before the handshake, too', async () => {
    await using house = await tlsBroker({ connectTimeoutMs: 400, maxConnectionsPerAddress: 8 });
    const { hostname: host, port } = new URL(house.broker.mqttsUrl ?? '');
    const silent = Array.from({ length: 20 }, () => {
      const socket = tcpConnect({ host, port: Number(port) });
      return socket.on('error', () => undefined).resume();
    });
    await until(() => house.broker.counts.refused.too_many_from_address >= 12);
    expect(house.broker.counts.connections).toBeLessThanOrEqual(8);
    const { link } = linkOf(house, 'gw-1', { caFile: join(ours, 'ca.pem') });
    await until(() => link.connected);
    await until(() => silent.every((socket) => socket.closed));
    await until(() => house.broker.counts.connections === 1);
  });
});

describe('a renewed certificate', () => {
  test('is shown without a restart, and nobody who is in is cut off', async () => {
    const files = { certFile: join(temp.path, 'now.pem'), keyFile: join(temp.path, 'now.key') };
    const put = (end: 'pem' | 'key') =>
      copyFileSync(join(ours, `broker.${end}`), join(temp.path, `now.${end}`));
    put('pem');
    put('key');
    const failures: string[] = [];
    const log = { ...silentLog, error: (_: object, event: string) => void failures.push(event) };
    await using house = await tlsBroker({ ...files, log });
    const { link } = linkOf(house, 'gw-1', { caFile: join(ours, 'ca.pem') });
    await until(() => link.connected);
    const before = await shown(house);

    await new CertificateFolder(ours).renew('broker', 90, now);
    put('key');
    await until(() => failures.includes('broker.certificate.unreadable'));
    expect(await shown(house)).toBe(before);
    put('pem');
    const after = serialOf(files.certFile);
    await until(async () => (await shown(house)) === after);
    expect(after).not.toBe(before);
    expect(link.counts.connects).toBe(1);
    expect(link.connected).toBe(true);
  });

  test('is asked for by an alarm from 21 days before its end, until it is there', async () => {
    await new CertificateFolder(ours).renew('broker', 20.5, now);
    await using house = await tlsBroker();
    expect(house.broker.alarms()).toMatchObject([
      {
        alarm: 'certificate_expiring',
        subject: join(ours, 'broker.pem'),
        cause: "the broker's certificate ends in 20 days",
      },
    ]);
    await new CertificateFolder(ours).renew('broker', 90, now);
    await until(() => house.broker.alarms().length === 0);
  });
});

describe('where clients need a certificate', () => {
  const showing = (id: string): BrokerTls => ({
    caFile: join(ours, 'ca.pem'),
    clientCertFile: join(ours, `${id}.pem`),
    clientKeyFile: join(ours, `${id}.key`),
  });

  test('only the one with its own comes in', async () => {
    await using house = await tlsBroker({ clientCaFile: join(ours, 'ca.pem') });
    const { link } = linkOf(house, 'gw-1', showing('gw-1'));
    await until(() => link.connected);
    const other = linkOf(house, 'gw-2', showing('gw-1'));
    await until(() => house.broker.counts.refused.certificate_name === 1);
    const without = linkOf(house, 'api', { caFile: join(ours, 'ca.pem') });
    await until(() => without.reasons.length > 0);
    expect(without.reasons[0]).toContain('set clientCertFile');
    expect([other.link.connected, without.link.connected]).toEqual([false, false]);
  });
});

test.each([
  [{ certFile: 'a.pem' }, ['certFile: expected with keyFile, both or neither']],
  [{ clientCaFile: 'a.pem' }, ['certFile: expected with keyFile, both or neither']],
])('%j is no configuration', (keysOf, problems) => {
  const config = BrokerConfig.parse({ siteId: 'jeonju', credentialsFile: 'c.json', ...keysOf });
  expect(configProblems(config)).toEqual(problems);
});
