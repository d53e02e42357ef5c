import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CertificateFolder } from '#api/admin/certificate-folder.ts';
import { deadlines } from '#contract/deadlines.ts';
import { LiveSnapshot } from '#contract/live.ts';
import { SiteOverlay } from '#contract/site-overlay.ts';
import { ObservedSpan, Stay } from '#contract/stay.ts';
import { addClient } from '#runtime/credentials.ts';
import { writePrivateFile } from '#runtime/private-file.ts';
import { checkAgainstTruth } from '../support/checker.ts';
import { freePort } from '../support/free-port.ts';
import { hasInflux, startInflux } from '../support/influxd.ts';
import type { TestInflux } from '../support/influxd.ts';
import { openLastingViewer } from '../support/lasting-viewer.ts';
import { findMosquitto, startMosquitto } from '../support/mosquitto.ts';
import { TestProcess } from '../support/process.ts';
import { leave, park, play } from '../support/scenario.ts';
import type { Act } from '../support/scenario.ts';
import { openSharedAddress } from '../support/shared-address.ts';
import { startSystem } from '../support/system.ts';
import type { OtherBroker, TestSystem } from '../support/system.ts';
import { POLITELY, until } from '../support/until.ts';

const program = findMosquitto();

/** Poll period, median and confirmation of a first reading after a gap. */
const LATE_MS = 6_000;
const EARLY_MS = 2_000;
const KILLED_AT_S = 12;
const BACK_AT_S = 42;
/** A frame's coalescing, a look each 250 ms, and a busy machine. */
const SLACK_MS = 1_500;

/** A viewer that comes back after 200 ms, on a busy machine. */
const GONE_ON_MS = 5_000;

/** The primary has the gateway of lot-1, the secondary that of lot-2. */
const DIVISION = 'api-2: lot-2';

describe.runIf(program !== undefined && hasInflux)('of two apis behind one address', () => {
  test('one may be killed while bays change: nothing is lost or doubled, and clients go on with the other', async () => {
    await using influx = await startInflux();
    const historyUrl = `${influx.url}/${influx.newDatabase()}`;
    await using system = await startSystem({
      broker: mosquittoOf,
      processOf: (name) => ({ env: name === 'api' ? sharedEnv(historyUrl, influx) : {} }),
    });
    await using second = await startSecond(system, historyUrl, influx);
    const first = { url: system.url, tokenFile: join(system.folder, 'operator.token') };
    const both = [first, second];
    await using shared = await openSharedAddress(both.map(({ url }) => Number(new URL(url).port)));
    for (const { url } of both) await untilKnown(url, system.site.lots);

    const viewer = openLastingViewer(shared.url, system.site.lots);
    await until(() => viewer.unknownOf('lot-1') === 0);
    let killedMs = 0;
    await play([
      ...traffic(system),
      {
        atS: KILLED_AT_S,
        run: async () => {
          killedMs = performance.now();
          await system.api.kill('SIGKILL');
        },
      },
      // Both gateways' cars, through the address that they all know.
      { atS: KILLED_AT_S + 18, run: async () => untilTrue(shared.url, system) },
      {
        atS: KILLED_AT_S + 18,
        run: async () => {
          expect(system.api.running).toBe(false);
          await until(() => isTrue(system, (bay) => viewer.stateOf(bay)));
          expect(viewer.streams.map(({ begunBy }) => begunBy)).toEqual(['snapshot', 'snapshot']);
          expect((viewer.streams.at(-1)?.begunMs ?? 0) - killedMs).toBeLessThan(GONE_ON_MS);
        },
      },
      { atS: BACK_AT_S, run: async () => system.api.start() },
    ]);

    for (const { url } of both) await untilTrue(url, system);
    await untilObserved(system, both);
    await expectEachRecordOnce(both);
    for (const each of both) await expectTrueHistory(system, each, both);
    expect(viewer.problems).toEqual([]);
    expect(viewer.oldestToldMs).toBeLessThan(deadlines.apiUnknownMs + SLACK_MS);

    await expectClosedAtBoth(first, second);

    // Who only follows a gateway keeps its deadline as well.
    const gateway = system.gateways.get('gw-1');
    await gateway?.kill('SIGKILL');
    for (const { url } of both) {
      await until(async () => (await baysOf(url, 'lot-1')).every(isUnknown), {
        ...POLITELY,
        withinMs: deadlines.apiUnknownMs + 10_000,
      });
      expect((await baysOf(url, 'lot-2')).some(isUnknown)).toBe(false);
    }
    await gateway?.start();
    for (const { url } of both) await untilTrue(url, system);
    viewer.close();
    expect(viewer.oldestToldMs).toBeLessThan(deadlines.apiUnknownMs + SLACK_MS);
  }, 240_000);
});

/** What an operator says at the primary holds at both; the secondary takes no such word. */
async function expectClosedAtBoth(first: OneApi, second: OneApi): Promise<void> {
  const path = '/api/v1/operator/site/overlays';
  const body = { change: { kind: 'bayOutOfService', bay: 'lot-2-6' }, author: 'test' };
  expect((await post(second, path, body)).status).toBe(421);
  const answer = await post(first, path, body);
  const { id } = SiteOverlay.parse(await answer.json());
  const isClosedAt = async ({ url }: OneApi) =>
    (await baysOf(url, 'lot-2')).find(({ bay }) => bay === 'lot-2-6')?.closed ?? false;
  for (const api of [first, second]) await until(() => isClosedAt(api), POLITELY);
  await post(first, `${path}/${id}/end?author=test`, {});
  for (const api of [first, second]) await until(async () => !(await isClosedAt(api)), POLITELY);
}

async function post(api: OneApi, path: string, body: object): Promise<Response> {
  const token = readFileSync(api.tokenFile, 'utf8').trim();
  return fetch(`${api.url}${path}`, {
    method: 'POST',
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
  });
}

interface OneApi {
  readonly url: string;
  readonly tokenFile: string;
}

function sharedEnv(historyUrl: string, { token }: TestInflux): Record<string, string> {
  if (token !== undefined) throw new Error('this test wants an InfluxDB without a token');
  return { BINJARI_DIVISION: DIVISION, BINJARI_HISTORY_URL: historyUrl };
}

/** With TLS, and a secret for a second api. */
async function mosquittoOf(place: {
  readonly folder: string;
  readonly credentialsFile: string;
  readonly site: string;
}): Promise<OtherBroker> {
  const { folder, credentialsFile } = place;
  const tlsFolder = join(folder, 'tls');
  const certificates = new CertificateFolder(tlsFolder);
  await certificates.openCa(Date.now());
  await certificates.add({ kind: 'broker', hosts: ['127.0.0.1'] }, 30, Date.now());
  const secret = await addClient(credentialsFile, 'api-2', 'api');
  writePrivateFile(join(folder, 'api-2.secret'), `${secret}\n`);
  const mosquitto = await startMosquitto({ ...place, program: program ?? '', tlsFolder });
  const env = {
    BINJARI_BROKER_URL: mosquitto.secureUrl,
    BINJARI_CA_FILE: join(tlsFolder, 'ca.pem'),
  };
  writePrivateFile(join(folder, 'broker.json'), JSON.stringify(env));
  return { env, close: () => mosquitto.close() };
}

async function startSecond(system: TestSystem, historyUrl: string, influx: TestInflux) {
  const { folder, site } = system;
  const port = await freePort();
  const tokenFile = join(folder, 'operator-2.token');
  const broker = JSON.parse(readFileSync(join(folder, 'broker.json'), 'utf8')) as object;
  const api = new TestProcess('api-2', 'api', {
    ...broker,
    ...sharedEnv(historyUrl, influx),
    BINJARI_ID: 'api-2',
    BINJARI_ROLE: 'secondary',
    BINJARI_SECRET_FILE: join(folder, 'api-2.secret'),
    BINJARI_SITE_FOLDER: site.folder,
    BINJARI_DATA_FOLDER: join(folder, 'api-2'),
    BINJARI_HTTP_PORT: String(port),
    BINJARI_OPERATOR_TOKEN_FILE: tokenFile,
    BINJARI_LOG_LEVEL: 'warn',
  });
  await api.start();
  return {
    url: `http://127.0.0.1:${port}`,
    tokenFile,
    [Symbol.asyncDispose]: async () => api.kill('SIGKILL'),
  };
}

/** Cars come and go in both lots before the kill, in the dark, and after the return. */
function traffic(system: TestSystem): Act[] {
  const visits: [fromS: number, toS: number][][] = [
    [[1, 62]],
    [
      [0, 18],
      [34, 58],
    ],
    [[16, 38]],
    [[8, 50]],
    [[20, 56]],
    [],
    [[46, 64]],
    [[2, 14]],
  ];
  return system.site.bays.flatMap((bay, at) =>
    (visits[at % visits.length] ?? []).flatMap(([fromS, toS]) => [
      park(system, bay, fromS + (at % 5) * 0.2),
      leave(system, bay, toS + (at % 5) * 0.2),
    ]),
  );
}

async function baysOf(url: string, lot: string) {
  const answer = await fetch(`${url}/api/v1/live?channel=lot:${lot}`, {
    headers: { accept: 'application/json' },
  });
  return LiveSnapshot.parse(await answer.json()).bays ?? [];
}

const isUnknown = ({ state }: { readonly state: string }) => state === 'unknown';

async function untilKnown(url: string, lots: readonly string[]): Promise<void> {
  await until(
    async () => {
      const bays = await Promise.all(lots.map(async (lot) => baysOf(url, lot)));
      return !bays.flat().some(isUnknown);
    },
    { ...POLITELY, withinMs: 60_000 },
  );
}

function isTrue(system: TestSystem, stateOf: (bay: string) => string | undefined): boolean {
  const standing = new Set(
    system.truth().flatMap(({ bay, leftAt }) => (leftAt === undefined ? [bay] : [])),
  );
  return system.site.bays.every(
    (bay) => stateOf(bay) === (standing.has(bay) ? 'occupied' : 'vacant'),
  );
}

/** What this address says of every bay is what the street is like. */
async function untilTrue(url: string, system: TestSystem): Promise<void> {
  await until(
    async () => {
      const bays = await Promise.all(system.site.lots.map(async (lot) => baysOf(url, lot)));
      const states = new Map(bays.flat().map(({ bay, state }) => [String(bay), state]));
      return isTrue(system, (bay) => states.get(bay));
    },
    { everyMs: 200, withinMs: 60_000 },
  );
}

async function rowsOf(api: OneApi, what: string): Promise<unknown[]> {
  const token = readFileSync(api.tokenFile, 'utf8').trim();
  const answer = await fetch(`${api.url}/api/v1/operator/export/${what}`, {
    headers: { authorization: `Bearer ${token}` },
  });
  if (!answer.ok) throw new Error(`${what}: ${answer.status} ${await answer.text()}`);
  const lines = (await answer.text()).split('\n').filter((line) => line !== '');
  return lines.map((line) => JSON.parse(line) as unknown);
}

/** Each api's log has the coverage of its own bays. */
async function observedBy(apis: readonly OneApi[]): Promise<ObservedSpan[]> {
  const rows = await Promise.all(apis.map(async (api) => rowsOf(api, 'observed')));
  return rows.flat().map((row) => ObservedSpan.parse(row));
}

async function untilObserved(system: TestSystem, apis: readonly OneApi[]): Promise<void> {
  const last = Math.max(...system.truth().map(({ leftAt }) => leftAt ?? 0));
  await until(
    async () => {
      const observed = await observedBy(apis);
      return system.site.bays.every((bay) =>
        observed.some((span) => span.bay === bay && span.until > last + LATE_MS),
      );
    },
    { withinMs: 90_000, everyMs: 500 },
  );
}

interface RecordRow {
  readonly gateway: string;
  readonly journal: string;
  readonly record: { readonly kind: string; readonly seq: number };
}

/** Of each journal every record without a gap, once, and in the log of its own api alone. */
async function expectEachRecordOnce(apis: readonly OneApi[]): Promise<void> {
  for (const [at, api] of apis.entries()) {
    const rows = ((await rowsOf(api, 'records')) as RecordRow[]).filter(({ record }) => record);
    expect(new Set(rows.map(({ gateway }) => gateway))).toEqual(new Set([`gw-${at + 1}`]));
    expect(new Set(rows.map(({ journal }) => journal)).size).toBe(1);
    const seqs = rows.map(({ record }) => record.seq).toSorted((a, b) => a - b);
    expect(seqs).toEqual(seqs.map((_, index) => index + 1));
    expect(rows.filter(({ record }) => record.kind === 'bay').length).toBeGreaterThan(30);
  }
}

/** Whichever api is asked: both lots' stays, each once and with its own times. */
async function expectTrueHistory(
  system: TestSystem,
  api: OneApi,
  all: readonly OneApi[],
): Promise<void> {
  const observed = await observedBy(all);
  const result = await until(
    async () => {
      const rows = (await rowsOf(api, 'stays')).filter(
        (row) => typeof row === 'object' && row !== null && 'bay' in row,
      );
      const checked = checkAgainstTruth({
        truth: system.truth(),
        stays: rows.map((row) => Stay.parse(row)),
        observed,
        bays: system.site.bays,
        lateMs: LATE_MS,
        earlyMs: EARLY_MS,
        until: Date.now(),
      });
      if (checked.problems.length > 0) throw new Error(checked.problems.join('\n'));
      return checked;
    },
    { withinMs: 20_000, everyMs: 500 },
  );
  expect(result.edgeBays).toEqual([]);
  expect(result.bridged + result.bounded).toBe(0);
  expect(result.exact).toBe(system.truth().filter(({ initial }) => !initial).length);
}
