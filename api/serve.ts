import { existsSync } from 'node:fs';
import type { Site } from '#contract/site-check.ts';
import type { Clock } from '#runtime/clock.ts';
import { Closers } from '#runtime/lifecycle.ts';
import type { Log } from '#runtime/log.ts';
import type { ApiConfig } from './config.ts';
import type { HistoryReader } from './history/history.ts';
import { openApp } from './http/app.ts';
import type { ApiContext } from './http/context.ts';
import { LIVE_PATH } from './http/live-path.ts';
import { openOperatorToken } from './http/operator-token.ts';
import { openPage } from './http/page.ts';
import { rawProblem } from './http/problem-answer.ts';
import type { Route } from './http/route.ts';
import { routesOf } from './http/routes.ts';
import { listen } from './http/server.ts';
import type { Upgrade } from './http/server.ts';
import { siteIndexOf } from './http/site-index.ts';
import { tileFileOf } from './http/tile-file.ts';
import { LiveHub } from './live/hub.ts';
import type { ClientLimits } from './live/live-client.ts';
import type { EventLogReader } from './log/event-log.ts';
import { openMetrics } from './metrics.ts';
import type { Counts } from './metrics.ts';
import type { GatewayStatusReader } from './state/gateway-status.ts';
import type { SensorHealthReader } from './state/sensor-health.ts';
import type { LiveStateReader } from './state/live-state.ts';

/** What the public side reads; nothing here writes. */
export interface ServeOptions {
  readonly config: Pick<
    ApiConfig,
    | 'siteFolder'
    | 'httpHost'
    | 'httpPort'
    | 'webFolder'
    | 'publicUrl'
    | 'coalesceMs'
    | 'maxLiveClients'
  > & { readonly operatorTokenFile: string };
  readonly site: Site;
  readonly eventLog: EventLogReader;
  readonly liveState: LiveStateReader;
  readonly history: HistoryReader;
  readonly gateways: Pick<GatewayStatusReader, 'all'>;
  readonly sensors: SensorHealthReader;
  readonly ingestCounts: () => Counts;
  readonly brokerConnected: () => boolean;
  readonly certificateExpiresAt?: () => number | undefined;
  readonly logFailing: () => boolean;
  readonly liveLimits?: Partial<ClientLimits>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Serving {
  readonly url: string;
  readonly routes: readonly Route[];
  readonly hub: LiveHub;
  close(): Promise<void>;
}

/** HTTP, the live channel and the metrics over the readers of log, state and view. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { config, site, eventLog, liveState, history, gateways, sensors } = options;
  const { brokerConnected, logFailing } = options;
  const { clock, log } = options;
  const closers = new Closers();
  try {
    const token = openOperatorToken(config.operatorTokenFile, log);
    const index = siteIndexOf(site);
    const { revision } = index;
    const { coalesceMs, maxLiveClients: maxClients, publicUrl } = config;
    const limits = options.liveLimits ?? {};
    const refusal = rawProblem;
    const live = { site, revision, liveState, coalesceMs, maxClients, limits, refusal };
    const hub = new LiveHub({ ...live, clock, log });
    closers.add('live', () => hub.close());

    const metrics = openMetrics({
      ingest: options.ingestCounts,
      live: () => ({ ...hub.counts }),
      history: () => history.status(),
      lots: () => liveState.lots(),
      sensors: () => sensors.countByState(),
      gatewaysQuarantined: () => liveState.quarantined.length,
      brokerConnected,
      certificateExpiresAt: options.certificateExpiresAt ?? (() => undefined),
    });
    closers.add('metrics', () => metrics.close());

    const tileFile = tileFileOf(site, config.siteFolder);
    if (tileFile !== undefined && !existsSync(tileFile)) {
      log.error({ expected: tileFile }, 'api.tiles.missing');
    }
    const page = openPage(config.webFolder, clock, log);
    const context: ApiContext = {
      index,
      liveState,
      eventLog,
      history,
      gateways,
      sensors,
      liveSnapshot: (channel) => hub.snapshot(channel),
      brokerConnected,
      logFailing,
      metricsText: () => metrics.text(),
      tileFile,
      page,
      publicUrl,
      clock,
      log,
    };
    const routes = routesOf(context);
    const { simulated } = site;
    const { assetFolder } = page;
    const app = openApp({
      routes,
      assetFolder,
      simulated,
      token,
      answered: (path, method, status) => metrics.answered(path, method, status),
      log,
    });
    const upgrade: Upgrade = (request, socket, head) => {
      const [path] = (request.url ?? '').split('?');
      if (path === LIVE_PATH) hub.upgrade(request, socket, head);
      else socket.end(rawProblem('not_found', `Only ${LIVE_PATH} upgrades to a WebSocket.`));
    };
    const server = await listen(config.httpHost, config.httpPort, app, upgrade, log);
    // Last in, first out: live clients are told to go before the server waits for connections.
    closers.add('http', async () => {
      await Promise.all([hub.close(), server.close()]);
    });
    return { url: server.url, routes, hub, close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}
