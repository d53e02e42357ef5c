import { join } from 'node:path';
import type { Clock } from '#runtime/clock.ts';
import { takeDataFolder } from '#runtime/data-folder.ts';
import { ConfigError, RejectedError } from '#runtime/errors.ts';
import { Closers } from '#runtime/lifecycle.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { readSiteBytes, siteInFolder } from '#runtime/site-folder.ts';
import type { SiteFile } from '#runtime/site-folder.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { startAlarmTeller } from './alarms/open-teller.ts';
import { openBackups } from './backup/backup-stream.ts';
import { refuseHalfRestored } from './backup/restoring.ts';
import type { ApiConfig } from './config.ts';
import { startExpiry } from './history/start-expiry.ts';
import { startHistory } from './history/start-history.ts';
import { deadLettersOf } from './http/dead-letter-routes.ts';
import { ownGateways } from './ingest/division.ts';
import { startIngest } from './ingest/start-ingest.ts';
import { openEventLog } from './log/open-event-log.ts';
import type { LastBayState } from './log/log-entry.ts';
import type { EventLog } from './log/open-event-log.ts';
import { openOperations } from './operations/open-operations.ts';
import { readOwnFiles } from './own-files.ts';
import { FirstKnown } from './past/first-known.ts';
import { isUntouched, layIn } from './past/lay-in.ts';
import type { SimulatedPast } from './past/lay-in.ts';
import { serve } from './serve.ts';
import { startShown } from './shown/start-shown.ts';
import { startGatewaySites } from './site/gateway-sites.ts';
import { startOverlayRelay } from './site/overlay-relay.ts';
import { RunningSite } from './site/running-site.ts';
import type { SiteNow } from './site/running-site.ts';
import { SiteStore } from './site/site-store.ts';
import { openSigns } from './signs/open-signs.ts';
import { openLiveState } from './state/open-live-state.ts';
import { publicLiveState } from './state/public-live-state.ts';
import { PublishedTopics } from './state/published-topics.ts';
import { startLotPublisher } from './state/publish-lots.ts';
import { VERSION } from './version.ts';
import { startWatch } from './watch/start-watch.ts';

export interface Api extends Running {
  /** Where it answers, e.g. `http://127.0.0.1:8080`. */
  readonly url: string;
}

export interface ApiParts {
  readonly clock: Clock;
  readonly log: Log;
  /** For a simulated street: laid into a log that is still empty. */
  readonly past?: SimulatedPast;
}

/**
 * gateways ──MQTT──▶ link ─▶ ingest ─▶ live state ─▶ HTTP, WebSocket, lot and sign topics
 *                                └──▶ event log ─▶ history ──┘        operations ─▶ HTTP
 */
export async function startApi(config: ApiConfig, { clock, log, past }: ApiParts): Promise<Api> {
  const { webhook, secret, influx, division } = readOwnFiles(config);
  const isPrimary = config.role === 'primary';
  const closers = new Closers();
  const folder = takeDataFolder(config.dataFolder, 'dataFolder');
  closers.add('data folder', () => folder.release());
  try {
    refuseHalfRestored(config.dataFolder);
    const operations = openOperations(config.dataFolder, clock);
    closers.add('operations', () => operations.close());

    const sites = openSites(config, new SiteStore(operations.database), { clock, log });
    closers.add('site', () => sites.close());
    const atStart = sites.now;
    const { site, closedBays, closedLots, corrected } = atStart;

    const eventLog = openEventLog(join(config.dataFolder, 'log'), { clock, log });
    closers.add('event log', () => eventLog.close());
    // The map of now comes first.
    const firstKnown = past && isUntouched(eventLog) ? new FirstKnown() : undefined;
    const laying =
      past && firstKnown
        ? layIn({ eventLog, site, now: clock.wallMs(), log }, past, firstKnown.seen)
        : undefined;
    closers.add('simulated past', () => {
      firstKnown?.stop();
      return laying?.stop();
    });

    const restored = { bays: statesOfOwners(eventLog, sites), facts: eventLog.lotFacts() };
    const liveState = openLiveState({ site, closedBays, corrected, clock, log, restored });
    firstKnown?.listenTo(liveState);
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

    const siteAt = (at: number) => sites.siteAt(at);
    let owns = ownGatewaysNow();
    function ownGatewaysNow() {
      const versions = [...sites.versions.map((version) => version.site), sites.now.site];
      return ownGateways({ division, api: config.id }, versions);
    }
    const ingest = startIngest({
      site,
      closedBays,
      siteAt,
      link,
      isOwn: (gateway) => owns(gateway),
      eventLog,
      liveState,
      clock,
      log,
    });
    closers.add('ingest', () => ingest.close());

    const published = new PublishedTopics(
      join(config.dataFolder, 'published.json'),
      clock.wallMs(),
      log,
    );
    const seen = publicLiveState(site, liveState);
    const shownPath = join(config.dataFolder, 'shown.sqlite');
    const shown = startShown({ path: shownPath, site: atStart, liveState, seen, clock, log });
    closers.add('what was shown', () => shown.close());
    const { sensors } = ingest;
    const signs = openSigns({
      database: operations.database,
      now: atStart,
      liveState: seen,
      sensors,
      nextSerial: () => published.nextSerial(),
      link,
      clock,
    });
    closers.add('signs', () => signs.close());
    // What signs and gateways are told comes from one: two would take turns.
    const lots = isPrimary
      ? startLotPublisher({
          site,
          closedLots,
          link,
          liveState: seen,
          board: signs.board,
          published,
          signTold: (message) => shown.signTold(message),
          clock,
          log,
        })
      : undefined;
    closers.add('lot and sign topics', () => lots?.close());

    const gatewaySites = isPrimary ? startGatewaySites({ sites, link, log }) : undefined;
    closers.add('gateways’ sites', () => gatewaySites?.close());

    // A view is asked for later than the map, and takes its time to be opened.
    let listening = () => undefined as void;
    const isListening = new Promise<void>((resolve) => {
      listening = resolve;
    });
    const history = await startHistory({
      eventLog,
      placements: sites.placements,
      folder: join(config.dataFolder, 'view'),
      engine: influx ?? config.historyEngine,
      sharedAs: division.size > 0 ? config.id : undefined,
      after: isListening.then(() => laying?.done),
      clock,
      log,
    });
    closers.add('history', () => {
      listening();
      firstKnown?.stop();
      void laying?.stop();
      return history.close();
    });

    const { keepStaysDays } = config;
    const { audit } = operations;
    const expiring = startExpiry({ keepStaysDays, history, eventLog, audit, clock, log });
    closers.add('expiry', () => expiring.close());

    const system = startWatch({
      dataFolder: config.dataFolder,
      certificateFiles: config.watchCertificates.split(',').filter((file) => file !== ''),
      brokerConnected: () => link.connected,
      logFailing: () => ingest.logFailing,
      lastPosition: () => eventLog.lastPosition,
      ingest: () => ingest.counts,
      gateways: ingest.gateways,
      sensors: ingest.sensors,
      alarmBook: operations.alarmBook,
      quarantined: () => liveState.quarantined,
      brokerCertificateExpiresAt: () => link.certificateExpiresAt,
      history,
      clock,
      log,
    });
    closers.add('watch', () => system.close());

    const alarmTeller = startAlarmTeller({
      webhook,
      quietHours: config.alarmQuietHours,
      site: () => sites.now.site,
      book: operations.alarmBook,
      clock,
      log,
    });
    closers.add('alarm webhook', () => alarmTeller?.close());

    const backup = openBackups({
      dataFolder: config.dataFolder,
      site: site.header.site,
      logId: eventLog.logId,
      software: `binjari ${VERSION}`,
      clock,
      log,
    });

    const operatorTokenFile = config.operatorTokenFile || join(config.dataFolder, 'operator.token');
    const serving = await serve({
      config: { ...config, operatorTokenFile },
      sites,
      eventLog,
      liveState,
      operations,
      history,
      shown,
      gateways: ingest.gateways,
      sensors,
      signs,
      deadLetters: deadLettersOf(eventLog, (id) => ingest.replay(id)),
      ingestCounts: () => ({
        ...ingest.counts,
        connects: link.counts.connects,
        messagesRejected: link.counts.rejected,
      }),
      brokerConnected: () => link.connected,
      system,
      alarmTeller,
      backup,
      certificateExpiresAt: () => link.certificateExpiresAt,
      clock,
      log,
    });
    closers.add('http', () => serving.close());
    listening();
    // Who takes records in first, who tells of them after: nobody reads a bay that is not there.
    const change = (now: SiteNow) => {
      liveState.changeSite(now);
      seen.changeSite(now.site);
      owns = ownGatewaysNow();
      ingest.changeSite(now);
      history.changePlacements(sites.placements);
      signs.changeSite(now);
      lots?.changeSite(now);
      shown.changeSite(now);
      gatewaySites?.changeSite();
      serving.changeSite(now);
    };
    sites.onChanged(change);
    const relay =
      division.size > 0 ? startOverlayRelay({ sites, link, isPrimary, log }) : undefined;
    closers.add('overlays', () => relay?.close());
    // Its time may have come while the parts were started.
    if (sites.now !== atStart) change(sites.now);
    log.info({ url: serving.url, site: site.header.site }, 'api.server.listening');
    return { url: serving.url, close: () => closers.closeAll() };
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
}

/**
 * The versions that were kept, and the site folder's file where it is a new one. A file that cannot
 * be used is no reason to stand still while there is a version that can.
 */
function openSites(
  { siteFolder }: ApiConfig,
  store: SiteStore,
  parts: { readonly clock: Clock; readonly log: Log },
): RunningSite {
  try {
    let newFile: SiteFile | undefined;
    try {
      // The same file as ever: what was applied since holds. Another one was put there to be run.
      newFile = newFileIn(siteFolder, store);
    } catch (error) {
      if (!(error instanceof ConfigError) || store.versions().length === 0) throw error;
      parts.log.error({ siteFolder, problems: error.problems }, 'site.file.unusable');
    }
    return new RunningSite(store, newFile, parts);
  } catch (error) {
    if (!(error instanceof RejectedError)) throw error;
    // A good file, but of another site than the one whose log is in the data folder.
    throw new ConfigError([`siteFolder: ${siteFolder}: ${error.message}`]);
  }
}

/** undefined: a version is of this very file. A city's is not made a text only to find that. */
function newFileIn(siteFolder: string, store: SiteStore): SiteFile | undefined {
  const bytes = readSiteBytes(siteFolder);
  if (store.has(bytes)) return undefined;
  const text = bytes.toString('utf8');
  // What is no UTF-8 was kept as it was read.
  return store.has(text) ? undefined : { text, site: siteInFolder(text, siteFolder) };
}

/** A bay's last state by its present gateway's word: another one's order says nothing to it. */
function statesOfOwners(eventLog: EventLog, { now, placements }: RunningSite): LastBayState[] {
  const gateways = new Map(
    [...eventLog.journals].map(({ order, gateway }) => [order, gateway] as const),
  );
  const owned = new Set(now.site.bays.map(({ properties }) => properties.id));
  return eventLog.bayStates().filter(({ bay, journalOrder }) => {
    const owner = placements.get(bay)?.at(-1)?.gateway;
    return owned.has(bay) && owner === gateways.get(journalOrder);
  });
}
