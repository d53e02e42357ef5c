import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { provisionSite } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { Lanes } from '../chain/lanes.ts';
import { GATEWAY, writeStreet } from '../chain/street.ts';
import { Program } from '../program.ts';
import type { Size } from '../report.ts';
import { journalOutage, unheardOf } from './outage.ts';

/** The least that an api may be told; its default is 200 ms. */
export const LIVE_WINDOW_MS = 10;
/** A gateway that has just opened its lines reads what it does not know yet. */
const SETTLE_MS = 1_000;

/** A gateway with a backlog, its lines read, an api with a viewer, and no broker between them yet. */
export interface CutOff {
  readonly lanes: Lanes;
  /** Starts the broker. */
  connect(): Promise<void>;
  /** Records that the api has taken into its log. */
  accepted(): Promise<number>;
  /** Ends all in order; how many journalled records the log does not have. */
  unheard(): Promise<number>;
  stop(): Promise<void>;
}

/** In the folder, which is empty; `events`: in the gateway's journal before it starts. */
export async function openCutOff(folder: string, events: number, size: Size): Promise<CutOff> {
  const siteFolder = join(folder, 'site');
  writeStreet(siteFolder);
  const site = readSiteFolder(siteFolder);
  const { credentialsFile, secretFileOf } = await provisionSite(folder, site);
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const linesFolder = join(folder, 'lines');
  const [journalFolder, apiFolder] = [join(folder, GATEWAY), join(folder, 'api')];
  const tokenFile = join(folder, 'operator.token');
  const shared = {
    BINJARI_SITE_FOLDER: siteFolder,
    BINJARI_BROKER_URL: `mqtt://127.0.0.1:${mqttPort}`,
    BINJARI_LOG_LEVEL: 'fatal',
  };
  journalOutage(journalFolder, site, events);

  const lanes = await Lanes.open(linesFolder);
  const running: Program[] = [];
  const start = async (
    what: 'api' | 'gateway' | 'broker',
    env: Readonly<Record<string, string>>,
  ) => {
    const program = new Program(what, { ...shared, ...env }, size.profileFolder);
    running.push(program);
    await program.ready;
  };
  const stop = async () => {
    lanes.close();
    // What speaks stops before what it speaks to.
    for (const at of [1, 0, 2]) await running[at]?.stop();
  };
  try {
    await start('api', {
      BINJARI_HTTP_PORT: String(httpPort),
      BINJARI_DATA_FOLDER: apiFolder,
      BINJARI_SECRET_FILE: secretFileOf('api'),
      BINJARI_OPERATOR_TOKEN_FILE: tokenFile,
      BINJARI_COALESCE_MS: String(LIVE_WINDOW_MS),
    });
    await lanes.watch(httpPort);
    await start('gateway', {
      BINJARI_GATEWAY: GATEWAY,
      BINJARI_LINES_FOLDER: linesFolder,
      BINJARI_DATA_FOLDER: journalFolder,
      BINJARI_SECRET_FILE: secretFileOf(GATEWAY),
      BINJARI_CONFIRM_MS: '0',
    });
    await pass(SETTLE_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  const token = readFileSync(tokenFile, 'utf8').trim();
  return {
    lanes,
    connect: () =>
      start('broker', {
        BINJARI_MQTT_PORT: String(mqttPort),
        BINJARI_CREDENTIALS_FILE: credentialsFile,
      }),
    accepted: () => acceptedBy(httpPort, token),
    unheard: async () => {
      await pass(SETTLE_MS);
      await stop();
      return unheardOf(journalFolder, join(apiFolder, 'log'));
    },
    stop,
  };
}

async function acceptedBy(httpPort: number, token: string): Promise<number> {
  const headers = { authorization: `Bearer ${token}` };
  const answer = await fetch(`http://127.0.0.1:${httpPort}/metrics`, { headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`metrics: ${answer.status} ${text}`);
  return Number(/^binjari_ingest_total\{what="accepted"\} (\d+)/m.exec(text)?.[1]);
}
