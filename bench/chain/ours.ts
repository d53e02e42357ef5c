import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { provisionSite } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { TestProcess } from '../../tests/support/process.ts';
import { POLITELY, until } from '../../tests/support/until.ts';
import type { Contestant } from './contestant.ts';
import { Lanes } from './lanes.ts';
import { GATEWAY, LANES, writeStreet } from './street.ts';

/** gateway/publish/publisher.ts, COALESCE_MS: events wait so long for others. */
const GATEWAY_WINDOW_MS = 40;
/** The least that an api may be told; its default is 200 ms. */
const LIVE_WINDOW_MS = 10;

/** Gateway, broker and api as three processes on this machine, journal, log and view on disk. */
export async function openOurs(folder: string): Promise<Contestant> {
  const siteFolder = join(folder, 'site');
  writeStreet(siteFolder);
  const { credentialsFile, secretFileOf } = await provisionSite(folder, readSiteFolder(siteFolder));
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const linesFolder = join(folder, 'lines');
  const lanes = await Lanes.open(linesFolder);
  const shared = {
    BINJARI_SITE_FOLDER: siteFolder,
    BINJARI_BROKER_URL: `mqtt://127.0.0.1:${mqttPort}`,
    BINJARI_LOG_LEVEL: 'fatal',
  };
  const processes = [
    new TestProcess('broker', 'broker', {
      ...shared,
      BINJARI_MQTT_PORT: String(mqttPort),
      BINJARI_CREDENTIALS_FILE: credentialsFile,
    }),
    new TestProcess('api', 'api', {
      ...shared,
      BINJARI_HTTP_PORT: String(httpPort),
      BINJARI_DATA_FOLDER: join(folder, 'api'),
      BINJARI_SECRET_FILE: secretFileOf('api'),
      BINJARI_OPERATOR_TOKEN_FILE: join(folder, 'operator.token'),
      BINJARI_COALESCE_MS: String(LIVE_WINDOW_MS),
    }),
    new TestProcess('gateway', 'gateway', {
      ...shared,
      BINJARI_GATEWAY: GATEWAY,
      BINJARI_LINES_FOLDER: linesFolder,
      BINJARI_DATA_FOLDER: join(folder, GATEWAY),
      BINJARI_SECRET_FILE: secretFileOf(GATEWAY),
      BINJARI_CONFIRM_MS: '0',
    }),
  ];
  for (const each of processes) await each.start();
  const ask = async (path: string): Promise<string> => {
    const token = readFileSync(join(folder, 'operator.token'), 'utf8').trim();
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${httpPort}${path}`, { headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.text();
  };
  const accepted = async () =>
    Number(
      /^binjari_ingest_total\{what="accepted"\} (\d+)/m.exec(await ask('/metrics'))?.[1] ??
        Number.NaN,
    );
  await lanes.watch(httpPort);
  lanes.onShown = (change, overtaken) => {
    if (!overtaken) contestant.onShown(change);
  };

  const contestant: Contestant = {
    name: 'binjari',
    windowMs: GATEWAY_WINDOW_MS,
    get pids() {
      return processes.map(({ pid }) => pid);
    },
    onShown: () => undefined,
    send: (change) => lanes.send(change),
    done: async (sent) => {
      const isAllShown = async () =>
        lanes.flush() && lanes.areShown && (await accepted()) >= before + sent;
      await until(isAllShown, { withinMs: 120_000, ...POLITELY });
    },
    lost: async (sent) => {
      const records = (await ask('/api/v1/operator/export/records')).split('\n');
      const changes = records.filter((line) => /"state":"(vacant|occupied)"/.test(line));
      return sent + LANES - changes.length;
    },
    [Symbol.asyncDispose]: async () => {
      lanes.close();
      for (const each of processes) await each.kill('SIGKILL');
    },
  };
  await until(() => lanes.areShown, { withinMs: 30_000 });
  const before = await accepted();
  return contestant;
}
