import { existsSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { BlockList } from 'node:net';
import type { Site } from '#contract/site-check.ts';
import type { Clock } from '#runtime/clock.ts';
import { Closers } from '#runtime/lifecycle.ts';
import type { Log } from '#runtime/log.ts';
import type { ApiConfig } from './config.ts';
import type { HistoryReader } from './history/history.ts';
import { openApp } from './http/app.ts';
import type { ApiContext, DeadLetters } from './http/context.ts';
import { Guard } from './http/guard.ts';
import { LIVE_PATH } from './http/live-path.ts';
import { openOperatorToken } from './http/operator-token.ts';
import { openPage } from './http/page.ts';
import { rawProblem } from './http/problem-answer.ts';
import { RequestBudget } from './http/request-budget.ts';
import type { Route } from './http/route.ts';
import { routesOf } from './http/routes.ts';
import { securityHeadersOf } from './http/security.ts';
import { listen } from './http/server.ts';
import type { Upgrade } from './http/server.ts';
import { siteIndexOf } from './http/site-index.ts';
import { tileFileOf } from './http/tile-file.ts';
import { proxyListOf } from './http/trusted-proxies.ts';
import { visitOf as visitFrom } from './http/visit.ts';
import { LiveHub } from './live/hub.ts';
import type { ClientLimits } from './live/live-client.ts';
import type { EventLogReader } from './log/event-log.ts';
import { openMetrics } from './metrics.ts';
import type { Counts } from '#runtime/figures.ts';
import type { Operations } from './operations/open-operations.ts';
import type { ShownReader } from './shown/start-shown.ts';
import type { GatewayStatusReader } from './state/gateway-status.ts';
import type { SiteNow, SiteReader, SiteWriter } from './site/running-site.ts';
import type { SensorHealthReader } from './state/sensor-health.ts';
import { openLotFlows } from './state/lot-flows.ts';
import type { LiveStateReader } from './state/live-state.ts';
import { publicLiveState } from './state/public-live-state.ts';
import type { SystemWatchReader } from './watch/start-watch.ts';

/** What the public side reads, and the operations file, the one thing that is written here. */
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
    | 'requestsPerSecond'
    | 'crowdFrom'
    | 'maxLiveClientsPerAddress'
    | 'trustedProxies'
    | 'proxyHeader'
    | 'securityContact'
    | 'role'
  > & { readonly operatorTokenFile: string };
  readonly sites: SiteReader & SiteWriter;
  readonly eventLog: EventLogReader;
  readonly liveState: LiveStateReader;
  readonly operations: Operations;
  readonly history: HistoryReader;
  readonly shown: ShownReader;
  readonly gateways: Pick<GatewayStatusReader, 'all'>;
  readonly sensors: SensorHealthReader;
  readonly signs: ApiContext['signs'];
  readonly deadLetters: DeadLetters;
  readonly ingestCounts: () => Counts;
  readonly brokerConnected: () => boolean;
  readonly system: SystemWatchReader;
  readonly alarmTeller?: ApiContext['alarmTeller'];
  readonly backup: ApiContext['backup'];
  readonly certificateExpiresAt?: () => number | undefined;
  readonly liveLimits?: Partial<ClientLimits>;
  readonly clock: Clock;
  readonly log: Log;
}

export interface Serving {
  readonly url: string;
  readonly routes: readonly Route[];
  readonly hub: LiveHub;
  /** Another site holds: live state has it already. */
  changeSite(now: SiteNow): void;
  close(): Promise<void>;
}

/** HTTP, the live channel and the metrics over the readers of log, state and view. */
export async function serve(options: ServeOptions): Promise<Serving> {
  const { config, sites, eventLog, liveState, history, gateways, sensors } = options;
  const { brokerConnected, system, operations, clock, log } = options;
  const closers = new Closers();
  try {
    const token = openOperatorToken(config.operatorTokenFile, log);
    let index = siteIndexOf(sites.now);
    const { site } = sites.now;
    const { revision } = index;
    const { publicUrl, proxyHeader, securityContact } = config;
    const seen = publicLiveState(site, liveState);
    const flows = openLotFlows(site, seen, clock);
    closers.add('flows', () => flows.close());
    const hub = new LiveHub({
      site,
      revision,
      liveState: seen,
      coalesceMs: config.coalesceMs,
      maxClients: config.maxLiveClients,
      crowdFrom: config.crowdFrom,
      maxClientsPerSource: config.maxLiveClientsPerAddress,
      limits: options.liveLimits ?? {},
      refusal: rawProblem,
      clock,
      log,
    });
    closers.add('live', () => hub.close());

    const budget = new RequestBudget(config.requestsPerSecond);
    const metrics = openMetrics({
      ingest: options.ingestCounts,
      live: () => ({ ...hub.counts }),
      http: () => ({ ...budget.counts }),
      logins: () => ({ ...operations.logins.counts }),
      history: () => history.status(),
      lots: () => liveState.lots(),
      sensors: () => sensors.countByState(),
      brokerConnected,
      alarms: system.alarms,
      alarmsRaised: system.raised,
      certificateExpiresAt: options.certificateExpiresAt ?? (() => undefined),
    });
    closers.add('metrics', () => metrics.close());

    let tileFile = presentTileFile(site, config.siteFolder, log);
    const page = openPage(config.webFolder, clock, log);
    const context: ApiContext = {
      get index() {
        return index;
      },
      get tileFile() {
        return tileFile;
      },
      sites,
      liveState: seen,
      ownState: liveState,
      flows,
      eventLog,
      history,
      shown: options.shown,
      gateways,
      sensors,
      signs: options.signs,
      deadLetters: options.deadLetters,
      liveSnapshot: (channel) => hub.snapshotBytes(channel),
      system,
      alarmTeller: options.alarmTeller,
      backup: options.backup,
      metricsText: () => metrics.text(),
      siteFolder: config.siteFolder,
      page,
      publicUrl,
      securityContact,
      operations,
      clock,
      log,
    };
    const routes = routesOf(context);
    // The configuration was read: what it says of proxies is right.
    const proxies = proxyListOf(config.trustedProxies) ?? new BlockList();
    const visitOf = (request: IncomingMessage) =>
      visitFrom(request, { proxies, proxyHeader, publicUrl });
    let headersOf = securityHeadersOf(site);
    const { assetFolder } = page;
    const app = openApp({
      routes,
      assetFolder,
      simulated: () => index.site.simulated,
      isPrimary: config.role === 'primary',
      guard: new Guard({ token, operations }),
      audit: operations.audit,
      budget,
      visitOf,
      securityHeadersOf: (path) => headersOf(path),
      answered: (path, method, status) => metrics.answered(path, method, status),
      clock,
      log,
    });
    const upgrade: Upgrade = (request, socket, head) => {
      const [path] = (request.url ?? '').split('?');
      if (path === LIVE_PATH) {
        hub.upgrade(request, socket, head, visitOf(request).source);
      } else socket.end(rawProblem('not_found', `Only ${LIVE_PATH} upgrades to a WebSocket.`));
    };
    const server = await listen(config.httpHost, config.httpPort, app, upgrade, log);
    // Last in, first out: live clients are told to go before the server waits for connections.
    closers.add('http', async () => {
      await Promise.all([hub.close(), server.close()]);
    });
    return {
      url: server.url,
      routes,
      hub,
      changeSite: (now) => {
        index = siteIndexOf(now);
        tileFile = presentTileFile(now.site, config.siteFolder, log);
        headersOf = securityHeadersOf(now.site);
        seen.changeSite(now.site);
        flows.changeSite(now.site);
        hub.changeSite(now.site, index.revision);
      },
      close: () => closers.closeAll(),
    };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

function presentTileFile(site: Site, siteFolder: string, log: Log): string | undefined {
  const tileFile = tileFileOf(site, siteFolder);
  if (tileFile !== undefined && !existsSync(tileFile)) {
    log.error({ expected: tileFile }, 'api.tiles.missing');
  }
  return tileFile;
}
