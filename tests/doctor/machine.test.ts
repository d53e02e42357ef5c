import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { CertificateFolder } from '#api/admin/certificate-folder.ts';
import { SiteId } from '#contract/ids.ts';
import { freePort } from '../support/free-port.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { openTestBroker } from '../support/test-broker.ts';
import { SiteRig } from '../api/site/site-rig.ts';
import { runDoctor } from './run-doctor.ts';

let folder: ReturnType<typeof openTempFolder>;
const servers: Server[] = [];

beforeEach(() => {
  folder = openTempFolder();
  writeSmallSite(join(folder.path, 'site'), { lots: 1, baysPerLot: 4 });
  mkdirSync(join(folder.path, 'data'));
});
afterEach(async () => {
  for (const server of servers.splice(0)) {
    server.closeAllConnections();
    await new Promise((resolve) => {
      server.close(resolve);
    });
  }
  folder[Symbol.dispose]();
});

async function options(): Promise<Record<string, string>> {
  return {
    'site-folder': join(folder.path, 'site'),
    'lines-folder': join(folder.path, 'lines'),
    'data-folder': join(folder.path, 'data'),
    'http-port': String(await freePort()),
    'mqtt-port': String(await freePort()),
  };
}

/** An HTTP server that is none of ours; its clock is wrong by so much. */
async function serveOther(aheadMs = 0): Promise<number> {
  const server = createServer((_request, response) => {
    response.setHeader('Date', new Date(Date.now() + aheadMs).toUTCString());
    response.end('hello');
  });
  servers.push(server);
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  return (server.address() as AddressInfo).port;
}

test('a neglected machine is told everything that is wrong at once, and how to mend each', async () => {
  const { path } = folder;
  const site = join(path, 'site', 'site.geojson');
  writeFileSync(site, readFileSync(site, 'utf8').replace('"address": 2', '"address": 1'));
  const app = join(path, 'app');
  const web = join(app, 'web', 'dist');
  mkdirSync(join(web, 'server'), { recursive: true });
  writeFileSync(join(app, 'package.json'), '{"engines":{"node":">=99.0"}}');
  writeFileSync(join(web, 'server', 'render.js'), '');
  writeFileSync(join(app, 'web', 'main.ts'), '');
  spawnSync('touch', ['-d', '2026-01-01', join(web, 'server', 'render.js')]);
  const secret = join(path, 'data', 'gw-1.secret');
  writeFileSync(secret, 'hush');
  chmodSync(secret, 0o644);
  const [nobody, other] = [await freePort(), await serveOther(20 * 60_000)];
  const { code, wrong } = await runDoctor({
    ...(await options()),
    'app-folder': app,
    'web-folder': web,
    'http-port': String(other),
    'broker-url': `mqtt://127.0.0.1:${nobody}`,
    'api-url': `http://127.0.0.1:${other}`,
    'history-url': `http://127.0.0.1:${nobody}/binjari`,
    'built-at': '2099-01-01T00:00:00Z',
  });
  expect(code).toBe(1);
  const expected = [
    /^problem node-version \(certain\): Node .*needed >=99\.0 → Install Node 99\.0 or later/,
    /^problem secrets \(certain\): .*gw-1\.secret may be read by others \(0644\) → Run "chmod 600/,
    /^problem clock \(certain\): .*before this program was made/,
    /^problem clock \(certain\): this clock is 1[12]\d\d s behind the api's: .* → Synchronise both/,
    /^problem site-file \(certain\): .*sensors\.1\.address: an address used once on its line; 1 is not/,
    /^problem ports \(certain\): http port \d+ is taken by .*\(process \d+\) → Stop that program/,
    /^problem broker \(certain\): no broker at .*\(ECONNREFUSED\) → Start the broker/,
    /^problem api \(likely\): what answers at .* is no Binjari api \(status 200\)/,
    /^problem influxdb \(certain\): no InfluxDB at .*ECONNREFUSED.* → Start InfluxDB/,
    /^warning web-build \(likely\): the page was built 2026-01-01.* → Run "npm run build"/,
  ];
  for (const pattern of expected) expect(wrong).toContainEqual(expect.stringMatching(pattern));
  expect(wrong.filter((text) => !text.includes('not synchronised'))).toHaveLength(expected.length);
});

const mayMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

test.skipIf(!mayMount)('a full disk is found before anything fails on it', async () => {
  const data = join(folder.path, 'data');
  const script =
    'mount -t tmpfs -o size=2m tmpfs "$0" && head -c 3m /dev/zero > "$0/fill"; exec "$@"';
  const wrapper = ['unshare', '-m', 'bash', '-c', script, data];
  const { code, wrong } = await runDoctor(await options(), { wrapper });
  expect(code).toBe(1);
  expect(wrong).toContainEqual(
    expect.stringMatching(/^problem disk \(certain\): .*: 0 MB free of 2 MB → Make room/),
  );
});

test('a secret that the broker refuses is told from one that it takes, and a broker that is open to the network is named', async () => {
  await using broker = await openTestBroker(
    { 'gw-1': 'gateway' },
    { siteId: SiteId.parse('small'), mqttHost: '0.0.0.0' },
  );
  const url = new URL(broker.broker.mqttUrl);
  const secret = join(folder.path, 'gw-1.secret');
  const asked = {
    ...(await options()),
    'mqtt-port': url.port,
    'broker-url': `mqtt://127.0.0.1:${url.port}`,
    'client-id': 'gw-1',
    'secret-file': secret,
  };
  writeFileSync(secret, 'wrong', { mode: 0o600 });
  const refused = await runDoctor(asked);
  expect(refused.code).toBe(1);
  expect(refused.wrong).toContainEqual(
    expect.stringMatching(
      /^problem credential \(certain\): the broker refuses the secret of "gw-1"/,
    ),
  );
  expect(refused.wrong).toContainEqual(
    expect.stringMatching(/^warning listeners .*mqtt port \d+ is open to the network, without TLS/),
  );
  expect(refused.all).toContainEqual(
    expect.stringMatching(/^ok ports .*in use by what belongs there/),
  );
  writeFileSync(secret, broker.secretOf('gw-1'));
  const taken = await runDoctor(asked);
  expect(taken.all).toContainEqual(expect.stringMatching(/^ok credential .*takes the secret/));
});

test('a broker whose certificate nobody here knows is named, and trusted by its CA', async () => {
  const tls = join(folder.path, 'tls');
  const certificates = new CertificateFolder(tls);
  await certificates.openCa(Date.now());
  await certificates.add({ kind: 'broker', hosts: ['127.0.0.1'] }, 30, Date.now());
  await using broker = await openTestBroker(
    { 'gw-1': 'gateway' },
    {
      siteId: SiteId.parse('small'),
      mqttsHost: '127.0.0.1',
      mqttsPort: 0,
      certFile: join(tls, 'broker.pem'),
      keyFile: join(tls, 'broker.key'),
    },
  );
  const secret = join(folder.path, 'gw-1.secret');
  writeFileSync(secret, broker.secretOf('gw-1'), { mode: 0o600 });
  const asked = {
    ...(await options()),
    'broker-url': broker.broker.mqttsUrl ?? '',
    'client-id': 'gw-1',
    'secret-file': secret,
  };
  const strange = await runDoctor(asked);
  expect(strange.wrong).toContainEqual(
    expect.stringMatching(/^problem credential .*not signed by a public CA .*--ca-file/),
  );
  const trusted = await runDoctor({ ...asked, 'ca-file': join(tls, 'ca.pem') });
  expect(trusted.all).toContainEqual(expect.stringMatching(/^ok credential .*takes the secret/));
});

test('a system in order has no problem, also while it runs', async () => {
  await using rig = await SiteRig.open();
  const broker = new URL(rig.broker.broker.mqttUrl);
  const { code, wrong, all } = await runDoctor({
    'site-folder': join(rig.folder.path, 'site'),
    'lines-folder': join(rig.folder.path, 'lines'),
    'data-folder': join(rig.folder.path, 'api'),
    'http-port': new URL(rig.url).port,
    'mqtt-port': broker.port,
    'broker-url': broker.href,
    'api-url': rig.url,
    'client-id': 'api',
    'secret-file': join(rig.folder.path, 'api', 'operator.token'),
  });
  expect(wrong.filter((text) => !/clock is not synchronised|web-build/.test(text))).toEqual([]);
  expect(code).toBe(0);
  expect(all).toContainEqual(expect.stringMatching(/^skipped credential .*"api" runs/));
  expect(all).toContainEqual(expect.stringMatching(/^ok api .*is ready/));
  expect(all).toContainEqual(expect.stringMatching(/^ok clock .*: this clock is 0 s/));
});
