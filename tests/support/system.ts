import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { LiveSnapshot } from '#contract/live.ts';
import type { BayLive, LotLive } from '#contract/live.ts';
import { ObservedSpan, Stay } from '#contract/stay.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { provisionSite } from '#runtime/provisioning.ts';
import { trueStaysOf } from './checker.ts';
import type { TrueStay } from './checker.ts';
import { freePort } from './free-port.ts';
import { TestProcess } from './process.ts';
import { openTempFolder } from './temp-folder.ts';
import { writeSmallSite } from './small-site.ts';
import type { SmallSite } from './small-site.ts';

/** The whole system as real processes on this machine, over a small site. */
export interface TestSystem extends AsyncDisposable {
  readonly site: SmallSite;
  readonly url: string;
  readonly folder: string;
  readonly mqttPort: number;
  readonly broker: TestProcess;
  readonly api: TestProcess;
  readonly sim: TestProcess;
  readonly gateways: ReadonlyMap<string, TestProcess>;
  /** What the simulator made happen. */
  truth(): TrueStay[];
  liveLots(): Promise<readonly LotLive[]>;
  liveBays(lot: string): Promise<readonly BayLive[]>;
  stays(): Promise<readonly Stay[]>;
  observed(): Promise<readonly ObservedSpan[]>;
  /** Prometheus text. */
  metrics(): Promise<string>;
  /** The answer to an operator's question, as text. */
  operator(path: string, method?: 'GET' | 'POST'): Promise<string>;
}

/** How one process differs from the others. */
interface ProcessOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** What runs it: a program and its arguments, before `node`. */
  readonly within?: readonly string[];
}

export interface SystemOptions {
  readonly lots?: number;
  readonly baysPerLot?: number;
  /** Another broker in the place of our own, and how its clients reach it. */
  readonly broker?: (place: {
    readonly folder: string;
    readonly credentialsFile: string;
    readonly site: string;
  }) => Promise<OtherBroker>;
  /** Further environment of the simulator, e.g. its traffic. */
  readonly sim?: Readonly<Record<string, string>>;
  /** Called before any process is started. */
  readonly prepare?: (at: { readonly mqttPort: number; readonly folder: string }) => Promise<void>;
  /** Of the api or a gateway, by its name, once the broker's port and the folder are known. */
  readonly processOf?: (
    name: string,
    at: { readonly mqttPort: number; readonly folder: string },
  ) => ProcessOptions;
}

export interface OtherBroker {
  readonly env: Readonly<Record<string, string>>;
  close(): Promise<void>;
}

export async function startSystem(options: SystemOptions = {}): Promise<TestSystem> {
  const temp = openTempFolder();
  const folder = temp.path;
  const site = writeSmallSite(join(folder, 'site'), options);
  const { credentialsFile, secretFileOf } = await provisionSite(
    folder,
    readSiteFolder(site.folder),
  );
  const siteId = readSiteFolder(site.folder).header.site;
  const other = await options.broker?.({ folder, credentialsFile, site: siteId });
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  await options.prepare?.({ mqttPort, folder });
  const truthFile = join(folder, 'truth.jsonl');
  const shared = {
    BINJARI_SITE_FOLDER: site.folder,
    BINJARI_LINES_FOLDER: join(folder, 'lines'),
    BINJARI_BROKER_URL: `mqtt://127.0.0.1:${mqttPort}`,
    BINJARI_LOG_LEVEL: process.env['BINJARI_LOG_LEVEL'] ?? 'warn',
    ...other?.env,
  };
  const own = (name: string) => options.processOf?.(name, { mqttPort, folder }) ?? {};
  const broker = new TestProcess('broker', 'broker', {
    ...shared,
    BINJARI_MQTT_PORT: String(mqttPort),
    BINJARI_CREDENTIALS_FILE: credentialsFile,
  });
  const apiEnv = {
    ...shared,
    BINJARI_HTTP_PORT: String(httpPort),
    BINJARI_DATA_FOLDER: join(folder, 'api'),
    BINJARI_SECRET_FILE: secretFileOf('api'),
    BINJARI_OPERATOR_TOKEN_FILE: join(folder, 'operator.token'),
    ...own('api').env,
  };
  const api = new TestProcess('api', 'api', apiEnv, own('api').within);
  const sim = new TestProcess('sim', 'sim', {
    ...shared,
    BINJARI_TRUTH_FILE: truthFile,
    BINJARI_TRAFFIC: 'none',
    BINJARI_CONTROL: 'stdin',
    ...options.sim,
  });
  const gateways = new Map(
    site.gateways.map((gateway) => {
      const env = {
        ...shared,
        BINJARI_GATEWAY: gateway,
        BINJARI_DATA_FOLDER: join(folder, gateway),
        BINJARI_SECRET_FILE: secretFileOf(gateway),
        ...own(gateway).env,
      };
      const { within } = own(gateway);
      return [gateway, new TestProcess(gateway, 'gateway', env, within)];
    }),
  );
  const all = [...(other ? [] : [broker]), sim, api, ...gateways.values()];
  await Promise.all(all.map(async (each) => each.start()));
  const url = `http://127.0.0.1:${httpPort}`;

  const operator = async (path: string, method: 'GET' | 'POST' = 'GET'): Promise<string> => {
    const token = readFileSync(join(folder, 'operator.token'), 'utf8').trim();
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`${url}${path}`, { method, headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.text();
  };
  const lines = (text: string) => text.split('\n').filter((line) => line !== '');
  const live = async (channel: string) => {
    const answer = await fetch(`${url}/api/v1/live?channel=${channel}`, {
      headers: { accept: 'application/json' },
    });
    return LiveSnapshot.parse(await answer.json());
  };

  return {
    site,
    url,
    folder,
    mqttPort,
    operator,
    broker,
    api,
    sim,
    gateways,
    truth: () => (existsSync(truthFile) ? trueStaysOf(lines(readFileSync(truthFile, 'utf8'))) : []),
    liveLots: async () => (await live('lots')).lots ?? [],
    liveBays: async (lot) => (await live(`lot:${lot}`)).bays ?? [],
    stays: async () =>
      lines(await operator('/api/v1/operator/export/stays')).map((line) =>
        Stay.parse(JSON.parse(line)),
      ),
    observed: async () =>
      lines(await operator('/api/v1/operator/export/observed')).map((line) =>
        ObservedSpan.parse(JSON.parse(line)),
      ),
    metrics: async () => operator('/metrics'),
    [Symbol.asyncDispose]: async () => {
      await Promise.all(all.map(async (each) => each.kill('SIGKILL')));
      await other?.close();
      temp[Symbol.dispose]();
    },
  };
}
