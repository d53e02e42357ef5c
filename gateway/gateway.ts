import { readFileSync } from 'node:fs';
import { deadlines, gatewayUnknownMs } from '#contract/deadlines.ts';
import { isModbusKind } from '#contract/sensor-kind.ts';
import type { BayId } from '#contract/ids.ts';
import type { LineProperties } from '#contract/site.ts';
import { topicPath } from '#contract/topics.ts';
import type { Clock } from '#runtime/clock.ts';
import { takeDataFolder } from '#runtime/data-folder.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import { Closers } from '#runtime/lifecycle.ts';
import { simulatedLinePath } from '#runtime/line-path.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { openDriver, pollPeriodOf } from './bus/open-driver.ts';
import type { GatewayConfig } from './config.ts';
import { Journal } from './journal/journal.ts';
import { Retention } from './journal/retention.ts';
import { WallTime } from './journal/wall-time.ts';
import { keepLine } from './line/kept-line.ts';
import type { OpenLine } from './line/line.ts';
import { serialLine } from './line/serial-line.ts';
import { tcpLine } from './line/tcp-line.ts';
import { LineWatch } from './line-watch.ts';
import { HealthReports } from './publish/health-reports.ts';
import { Publisher } from './publish/publisher.ts';
import { GatewayLines } from './site/gateway-lines.ts';
import type { OpenedLine } from './site/gateway-lines.ts';
import { readKeptSite } from './site/kept-site.ts';
import type { OwnSite } from './site/kept-site.ts';
import { TakenSite } from './site/taken-site.ts';
import { readSoftware } from './software.ts';

export interface RunningGateway extends Running {
  readonly ready: string;
}

const LOOK_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 60_000;
/** A sensor that speaks by itself is thought dead after so many of its periods. */
const SILENT_PERIODS = 3;

/** Serial lines → drivers → detector → journal → publisher. Throws ConfigError. */
export async function startGateway(
  config: GatewayConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<RunningGateway> {
  const { own, secret } = readGateway(config, log);
  const keys = { site: own.site, gateway: config.gateway };
  const closers = new Closers();

  const folder = takeDataFolder(config.dataFolder, 'dataFolder');
  closers.add('data folder', () => folder.release());
  const wallTime = new WallTime(clock, Date.parse(config.softwareBuiltAt));
  const journal = new Journal(config.dataFolder, wallTime, log);
  closers.add('journal', () => journal.close());
  const retention = new Retention(
    journal,
    { keepSettledMs: config.keepSettledMs, maxBytes: config.journalMaxBytes },
    log,
  );

  retention.prune(clock.wallMs());
  let lastStates = journal.lastStates();
  const link = openMqttLink({
    url: config.brokerUrl,
    id: config.gateway,
    secret,
    clock,
    log,
    will: {
      path: topicPath('status', keys),
      payload: { v: 1, state: 'offline', gateway: config.gateway },
      retain: true,
    },
  });
  closers.add('link', () => link.close());
  const publisher = new Publisher({
    link,
    ...keys,
    software: readSoftware(),
    get simulated() {
      return isSimulated(lines);
    },
    get lines() {
      return lines.watches;
    },
    siteStatus: () => taken.status(),
    journal,
    wallTime,
    clock,
    log,
    onNewApi: () => reports.sendAll(),
    onNewRun: () => {
      for (const watch of lines.watches) watch.startAnew();
    },
  });
  closers.add('publisher', () => publisher.close());
  const reports = new HealthReports({
    link,
    ...keys,
    get simulated() {
      return isSimulated(lines);
    },
    get lines() {
      return lines.watches;
    },
    clock,
    log,
  });
  closers.add('health reports', () => reports.close());

  const lines = new GatewayLines({ open: openLine, onAdded: callUnknown }, own.lines);
  closers.add('lines', () => lines.close());
  const taken = new TakenSite({
    ...keys,
    folder: config.dataFolder,
    version: own.version,
    apply: async (next) => {
      journal.flush();
      lastStates = journal.lastStates();
      return lines.apply(next);
    },
    onApplied: ({ removed }) => {
      publisher.siteChanged(removed);
      reports.sendAll();
    },
    log,
  });
  closers.add('site', () => taken.close());
  link.subscribe('site', keys, ({ payload }) => taken.hear(payload));

  function openLine(
    line: LineProperties,
    share: number,
    before: LineWatch | undefined,
  ): OpenedLine {
    const watch = new LineWatch(
      {
        line,
        confirmMs: config.confirmMs,
        journal,
        wallTime,
        clock,
        lastStates,
        log,
        onAppended: (appended) => publisher.appended(appended),
        onHealthChanged: (changed) => reports.changed(changed),
      },
      before,
    );
    const driver = openDriver(line, {
      clock,
      share,
      take: (bay, sample) => watch.hear(bay, sample),
      trouble: (bay, trouble) => watch.hearTrouble(bay, trouble),
    });
    const kept = keepLine({
      open: openerOf(line, config),
      user: driver,
      silenceMs: silenceMsOf(line),
      clock,
      log: log.child({ line: line.id }),
    });
    watch.connect(kept, driver);
    kept.onChanged(() => publisher.lineChanged());
    return { watch, close: () => kept.close() };
  }

  /** Whoever watched these bays before may have said that a car stands there: that holds no more. */
  function callUnknown(bays: readonly BayId[]): void {
    const sensedMono = Math.round(clock.monoMs());
    for (const bay of bays) {
      journal.appendBay({ bay, state: 'unknown', cause: 'restart', confidence: 0, sensedMono });
    }
  }

  function look(): void {
    const stepped = wallTime.check() === 'changed';
    if (stepped || journal.hasOrphanedInterval) {
      for (const watch of lines.watches) watch.splitInterval();
    }
    for (const watch of lines.watches) {
      if (watch.look() === 'changed') publisher.lineChanged();
    }
  }

  const timers = [
    setInterval(look, LOOK_EVERY_MS),
    setInterval(() => {
      journal.flush({ marks: true });
      journal.forgetSettledRows();
    }, deadlines.markEveryMs),
    setInterval(() => retention.prune(clock.wallMs()), PRUNE_EVERY_MS),
  ];
  closers.add('timers', () => timers.forEach((timer) => clearInterval(timer)));

  const sensors = own.lines.reduce((sum, line) => sum + line.sensors.length, 0);
  const { version } = own;
  log.info({ gateway: config.gateway, journal: journal.id, sensors, version }, 'gateway.started');
  return {
    ready: `gateway ${config.gateway}: ${sensors} sensors on ${own.lines.length} lines`,
    close: () => closers.closeAll(),
  };
}

const isSimulated = ({ lines }: GatewayLines): boolean =>
  lines.some(({ port }) => port.kind === 'simulated');

function openerOf(
  { id, port, baud, parity }: LineProperties,
  { gateway, linesFolder }: Pick<GatewayConfig, 'gateway' | 'linesFolder'>,
): OpenLine {
  switch (port.kind) {
    case 'tcp':
      return tcpLine(port);
    case 'serial':
      return serialLine({ path: port.path, baud, parity });
    case 'simulated':
      return serialLine({ path: simulatedLinePath(linesFolder, gateway, id), baud, parity });
  }
}

/** What the configuration points at; throws ConfigError where it is not there or wrong. */
export function readGateway(
  config: GatewayConfig,
  log: Log = silentLog,
): { readonly own: OwnSite; readonly secret: string } {
  const kept = readKeptSite(config.dataFolder, config.gateway, log);
  return {
    own: newerOf(kept, () => readOwnFile(config), log),
    secret: readSecret(config.secretFile),
  };
}

/** The api's last word, unless somebody has put a file of a later date here since. */
function newerOf(kept: OwnSite | undefined, readFile: () => OwnSite, log: Log): OwnSite {
  if (!kept) return readFile();
  try {
    const file = readFile();
    return file.site === kept.site && file.validFrom <= kept.validFrom ? kept : file;
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    log.error({ problems: error.problems, runs: kept.version }, 'gateway.site.fileUnusable');
    return kept;
  }
}

function readOwnFile(config: GatewayConfig): OwnSite {
  const { header, gateways } = readSiteFolder(config.siteFolder);
  const feature = gateways.find(({ properties }) => properties.id === config.gateway);
  if (!feature) {
    const known = gateways.map(({ properties }) => properties.id).join(', ');
    throw new ConfigError([`gateway: "${config.gateway}" is not in the site; it has: ${known}`]);
  }
  const { lines } = feature.properties;
  return { site: header.site, version: null, validFrom: Date.parse(header.validFrom), lines };
}

/** Lines that are asked may have no node alive; those are opened again only now and then. */
function silenceMsOf(line: LineProperties): number {
  const periodMs = pollPeriodOf(line);
  const listens = line.sensors.some(({ kind }) => !isModbusKind(kind));
  return listens ? Math.max(1_000, SILENT_PERIODS * periodMs) : gatewayUnknownMs(periodMs);
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new ConfigError([`secretFile: ${path}: ${messageOf(error)}`]);
  }
}
