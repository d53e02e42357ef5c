import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { JournalId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { Clock } from '#runtime/clock.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { ApiConfig } from '#api/config.ts';
import type { HistoryReader } from '#api/history/history.ts';
import type { DeadLetters } from '#api/http/context.ts';
import type { DeadLetter } from '#api/log/log-entry.ts';
import type { ClientLimits } from '#api/live/live-client.ts';
import { AlarmTeller } from '#api/alarms/alarm-teller.ts';
import type { Deliver } from '#api/alarms/webhook.ts';
import { openOperations } from '#api/operations/open-operations.ts';
import type { Operations } from '#api/operations/open-operations.ts';
import { serve } from '#api/serve.ts';
import type { Serving } from '#api/serve.ts';
import { openSigns } from '#api/signs/open-signs.ts';
import type { Signs } from '#api/signs/open-signs.ts';
import { openBackups } from '#api/backup/backup-stream.ts';
import { startShown } from '#api/shown/start-shown.ts';
import type { Shown } from '#api/shown/start-shown.ts';
import { publicLiveState } from '#api/state/public-live-state.ts';
import { effectiveSiteOf } from '#contract/site-overlay.ts';
import type { EventLogReader } from '#api/log/event-log.ts';
import { startWatch } from '#api/watch/start-watch.ts';
import { newIntakeCounts } from '#api/ingest/ingest-counts.ts';
import { GatewayStatuses } from '#api/state/gateway-status.ts';
import { SensorHealths } from '#api/state/sensor-health.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { InMemoryEventLog, InMemoryHistory, InMemoryLiveState } from './in-memory.ts';
import { standingSites } from './standing-sites.ts';
import { aStreet } from './street.ts';

export interface ServedStreet extends AsyncDisposable {
  readonly url: string;
  readonly folder: string;
  readonly serving: Serving;
  readonly site: Site;
  readonly liveState: InMemoryLiveState;
  readonly eventLog: InMemoryEventLog;
  readonly history: InMemoryHistory;
  readonly gateways: GatewayStatuses;
  readonly sensors: SensorHealths;
  readonly signs: Signs;
  readonly shown: Shown;
  readonly operations: Operations;
  readonly world: { brokerConnected: boolean; logFailing: boolean };
  readonly token: string;
  readonly tokenFile: string;
}

export interface StreetOptions {
  readonly site?: Site;
  readonly config?: Partial<ApiConfig>;
  readonly clock?: Clock;
  readonly liveLimits?: Partial<ClientLimits>;
  readonly deadLetters?: DeadLetters;
  readonly webFolder?: (folder: string) => string;
  /** Where alarms go; without it they go nowhere. */
  readonly deliver?: Deliver;
  /** In place of the one whose rows a test puts there. */
  readonly past?: HistoryReader;
  /** In place of the one whose records a test puts there. */
  readonly pastLog?: EventLogReader;
}

const LETTER: DeadLetter = {
  id: '2026-11.1',
  journal: 'a'.repeat(32) as JournalId,
  seq: 7,
  receivedAt: 1_790_000_000_000,
  reason: 'invalid',
  detail: 'state: expected vacant, occupied or unknown',
  content: '{"kind":"bay","seq":7}',
};
/** One, whatever id is asked for. */
const ONE_DEAD_LETTER: DeadLetters = {
  newest: () => [LETTER],
  one: () => LETTER,
  counts: () => ({ invalid: 1, conflict: 0, unplaced: 0, sealed: 0 }),
  replay: () => undefined,
};

/** The real HTTP server and live channel on a free port, over readers held in memory. */
export async function serveStreet(options: StreetOptions = {}): Promise<ServedStreet> {
  const temp = openTempFolder();
  const folder = temp.path;
  const site = options.site ?? aStreet();
  const tokenFile = join(folder, 'operator.token');
  const liveState = new InMemoryLiveState(site);
  const eventLog = new InMemoryEventLog();
  const history = new InMemoryHistory();
  const gateways = new GatewayStatuses(site);
  const sensors = new SensorHealths(site, systemClock);
  const world = { brokerConnected: true, logFailing: false };
  const config = ApiConfig.parse({
    siteFolder: folder,
    secretFile: tokenFile,
    httpPort: 0,
    webFolder: options.webFolder?.(folder) ?? join(folder, 'web'),
    operatorTokenFile: tokenFile,
    coalesceMs: 20,
    // Tests ask as fast as they can; those of the budget say so themselves.
    requestsPerSecond: 1_000,
    ...options.config,
  });
  const clock = options.clock ?? systemClock;
  let serial = 0;
  const operations = openOperations(join(folder, 'operations'), clock);
  const system = startWatch({
    dataFolder: folder,
    certificateFiles: [],
    brokerConnected: () => world.brokerConnected,
    logFailing: () => world.logFailing,
    lastPosition: () => eventLog.lastPosition,
    ingest: () => ({
      ...newIntakeCounts(),
      queueDropped: 0,
      queueLength: 0,
      queueTaken: 0,
      acksSent: 0,
      acksUnsent: 0,
      commitGroups: 0,
      commitFailures: 0,
    }),
    gateways,
    sensors,
    alarmBook: operations.alarmBook,
    quarantined: () => [],
    brokerCertificateExpiresAt: () => undefined,
    history,
    clock: systemClock,
    log: silentLog,
  });
  const signs = openSigns({
    database: operations.database,
    now: { site, closedLots: new Set() },
    liveState,
    sensors,
    nextSerial: () => (serial += 1),
    link: { subscribe: () => undefined },
    clock,
  });
  const shown = startShown({
    path: join(folder, 'shown.sqlite'),
    site: effectiveSiteOf(site, [], 0),
    liveState,
    seen: publicLiveState(site, liveState),
    clock,
    log: silentLog,
  });
  const serving = await serve({
    config,
    sites: standingSites(site),
    eventLog: options.pastLog ?? eventLog,
    liveState,
    operations,
    history: options.past ?? history,
    shown,
    gateways,
    sensors,
    signs,
    deadLetters: options.deadLetters ?? ONE_DEAD_LETTER,
    ingestCounts: () => ({ accepted: 7, queueLength: 1, deadLetters: { invalid: 2 } }),
    brokerConnected: () => world.brokerConnected,
    system,
    ...(options.deliver && { alarmTeller: tellerOf(options.deliver, site, operations, clock) }),
    backup: openBackups({
      dataFolder: folder,
      site: site.header.site,
      logId: eventLog.logId,
      software: 'binjari test',
      clock: systemClock,
      log: silentLog,
    }),
    ...(options.liveLimits && { liveLimits: options.liveLimits }),
    clock,
    log: silentLog,
  });
  return {
    url: serving.url,
    folder,
    serving,
    site,
    liveState,
    eventLog,
    history,
    gateways,
    sensors,
    signs,
    shown,
    operations,
    world,
    tokenFile,
    token: readFileSync(tokenFile, 'utf8').trim(),
    [Symbol.asyncDispose]: async () => {
      await serving.close();
      signs.close();
      await system.close();
      shown.close();
      operations.close();
      temp[Symbol.dispose]();
    },
  };
}

function tellerOf(
  deliver: Deliver,
  { header, simulated }: Site,
  { alarmBook }: Operations,
  clock: Clock,
): AlarmTeller {
  return new AlarmTeller({
    book: alarmBook,
    deliver,
    shownAs: 'https://alarms.example',
    quietHours: '22:00-06:30',
    site: () => ({ name: header.site, timeZone: header.timeZone, simulated }),
    clock,
    log: silentLog,
  });
}
