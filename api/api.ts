import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Site } from '#contract/site-check.ts';
import { readBrokerTls } from '#runtime/broker-tls.ts';
import type { Clock } from '#runtime/clock.ts';
import { takeDataFolder } from '#runtime/data-folder.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import { Closers } from '#runtime/lifecycle.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import type { ApiConfig } from './config.ts';
import { startHistory } from './history/start-history.ts';
import { startIngest } from './ingest/start-ingest.ts';
import { openEventLog } from './log/open-event-log.ts';
import { serve } from './serve.ts';
import { openLiveState } from './state/open-live-state.ts';
import { startLotPublisher } from './state/publish-lots.ts';

export interface Api extends Running {
  /** Where it answers, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
}

/**
 * gateways ──MQTT──▶ link ─▶ ingest ─▶ live state ─▶ HTTP, WebSocket, lot and sign topics
 *                                └──▶ event log ─▶ history ──┘
 */
export async function startApi(
  config: ApiConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<Api> {
  const { site, secret } = readApiFiles(config);
  const closers = new Closers();
  const folder = takeDataFolder(config.dataFolder, 'dataFolder');
  closers.add('data folder', () => folder.release());
  try {
    const eventLog = openEventLog(join(config.dataFolder, 'log'), { clock, log });
    closers.add('event log', () => eventLog.close());

    const restored = { bays: eventLog.bayStates(), facts: eventLog.lotFacts() };
    const liveState = openLiveState({ site, clock, log, restored });
    closers.add('live state', () => liveState.close());

    const link = openMqttLink({
      url: config.brokerUrl,
      id: config.id,
      secret,
      tls: config,
      clock,
      log,
    });
    closers.add('mqtt link', () => link.close());

    const ingest = startIngest({ site, link, eventLog, liveState, clock, log });
    closers.add('ingest', () => ingest.close());

    const publishedPath = join(config.dataFolder, 'published.json');
    const lots = startLotPublisher({ site, link, liveState, publishedPath, clock, log });
    closers.add('lot and sign topics', () => lots.close());

    const history = await startHistory({
      eventLog,
      site,
      folder: join(config.dataFolder, 'view'),
      engine: config.historyEngine,
      clock,
      log,
    });
    closers.add('history', () => history.close());

    const operatorTokenFile = config.operatorTokenFile || join(config.dataFolder, 'operator.token');
    const serving = await serve({
      config: { ...config, operatorTokenFile },
      site,
      eventLog,
      liveState,
      history,
      gateways: ingest.gateways,
      sensors: ingest.sensors,
      ingestCounts: () => ({
        ...ingest.counts,
        connects: link.counts.connects,
        messagesRejected: link.counts.rejected,
      }),
      brokerConnected: () => link.connected,
      certificateExpiresAt: () => link.certificateExpiresAt,
      logFailing: () => ingest.logFailing,
      clock,
      log,
    });
    closers.add('http', () => serving.close());
    log.info({ url: serving.url, site: site.header.site }, 'api.server.listening');
    return { url: serving.url, close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/** What the configuration points at; throws ConfigError where it is not there or wrong. */
export function readApiFiles(config: ApiConfig): { readonly site: Site; readonly secret: string } {
  readBrokerTls(config, config.brokerUrl);
  return { site: readSiteFolder(config.siteFolder), secret: readSecret(config.secretFile) };
}

function readSecret(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError([`secretFile (BINJARI_SECRET_FILE): ${messageOf(error)}`]);
  }
}
