import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '#contract/site-check.ts';
import { provisionSite } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { GATEWAY, writeStreet } from './street.ts';

/** The least that an api may be told; its default is 200 ms. */
export const LIVE_WINDOW_MS = 10;

type Env = Readonly<Record<string, string>>;

/** Broker, api and gateway of the bench's street, ready to be started, all below one folder. */
export interface StreetSystem {
  readonly site: Site;
  readonly linesFolder: string;
  readonly gatewayFolder: string;
  readonly apiFolder: string;
  readonly httpPort: number;
  /** Of each process; the detection's confirmation is zero. */
  readonly env: { readonly broker: Env; readonly api: Env; readonly gateway: Env };
  /** An operator's question to the running api; throws where it refuses. */
  readonly ask: (path: string) => Promise<string>;
  /** Records that the running api has taken into its log. */
  readonly accepted: () => Promise<number>;
}

/** Writes the street's site and credentials into the folder, which is empty or not there. */
export async function prepareSystem(folder: string): Promise<StreetSystem> {
  mkdirSync(folder, { recursive: true });
  const siteFolder = join(folder, 'site');
  writeStreet(siteFolder);
  const site = readSiteFolder(siteFolder);
  const { credentialsFile, secretFileOf } = await provisionSite(folder, site);
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const [linesFolder, tokenFile] = [join(folder, 'lines'), join(folder, 'operator.token')];
  const [gatewayFolder, apiFolder] = [join(folder, GATEWAY), join(folder, 'api')];
  const shared = {
    BINJARI_SITE_FOLDER: siteFolder,
    BINJARI_BROKER_URL: `mqtt://127.0.0.1:${mqttPort}`,
    BINJARI_LOG_LEVEL: 'fatal',
  };
  const ask = async (path: string): Promise<string> => {
    const headers = { authorization: `Bearer ${readFileSync(tokenFile, 'utf8').trim()}` };
    const answer = await fetch(`http://127.0.0.1:${httpPort}${path}`, { headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.text();
  };
  return {
    site,
    linesFolder,
    gatewayFolder,
    apiFolder,
    httpPort,
    env: {
      broker: {
        ...shared,
        BINJARI_MQTT_PORT: String(mqttPort),
        BINJARI_CREDENTIALS_FILE: credentialsFile,
      },
      api: {
        ...shared,
        BINJARI_HTTP_PORT: String(httpPort),
        BINJARI_DATA_FOLDER: apiFolder,
        BINJARI_SECRET_FILE: secretFileOf('api'),
        BINJARI_OPERATOR_TOKEN_FILE: tokenFile,
        BINJARI_COALESCE_MS: String(LIVE_WINDOW_MS),
      },
      gateway: {
        ...shared,
        BINJARI_GATEWAY: GATEWAY,
        BINJARI_LINES_FOLDER: linesFolder,
        BINJARI_DATA_FOLDER: gatewayFolder,
        BINJARI_SECRET_FILE: secretFileOf(GATEWAY),
        BINJARI_CONFIRM_MS: '0',
      },
    },
    ask,
    accepted: async () => {
      const counted = /^binjari_ingest_total\{what="accepted"\} (\d+)/m.exec(await ask('/metrics'));
      return Number(counted?.[1] ?? Number.NaN);
    },
  };
}
