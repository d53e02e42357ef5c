import { readFileSync } from 'node:fs';
import { deadlines } from '#contract/deadlines.ts';
import type { BayId, GatewayId } from '#contract/ids.ts';
import { isModbusKind } from '#contract/sensor-kind.ts';
import type { LineProperties } from '#contract/site.ts';
import type { Site } from '#contract/site-check.ts';
import { topicPath } from '#contract/topics.ts';
import { AlarmBoard } from '#runtime/alarm-board.ts';
import { readBrokerTls } from '#runtime/broker-tls.ts';
import type { Clock } from '#runtime/clock.ts';
import { takeDataFolder } from '#runtime/data-folder.ts';
import { diskConditions } from '#runtime/disk-space.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import { Closers } from '#runtime/lifecycle.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { openDriver } from './bus/open-driver.ts';
import type { GatewayConfig } from './config.ts';
import { Journal } from './journal/journal.ts';
import { GatewayConditions } from './health/conditions.ts';
import { Retention, unsettledBytes } from './journal/retention.ts';
import { WallTime } from './journal/wall-time.ts';
import { keepLine } from './line/kept-line.ts';
import { baysBeside } from './bays-beside.ts';
import { LineWatch } from './line-watch.ts';
import { openerOf, silenceMsOf } from './open-line.ts';
import { HealthReports } from './publish/health-reports.ts';
import { Publisher } from './publish/publisher.ts';
import { GatewayLines } from './site/gateway-lines.ts';
import type { OpenedLine } from './site/gateway-lines.ts';
import { readKeptSite } from './site/kept-site.ts';
import type { OwnSite } from './site/kept-site.ts';
import { TakenSite } from './site/taken-site.ts';
import { GatewaySigns } from './sign/gateway-signs.ts';
import { readSoftware } from './software.ts';
import { LineTape, requireRecordable } from './trace/line-tape.ts';

export interface RunningGateway extends Running {
  readonly ready: string;
}

const LOOK_EVERY_MS = 1_000;
const ALARMS_EVERY_MS = 5_000;
const PRUNE_EVERY_MS = 60_000;

/** Serial lines → drivers → detector → journal → publisher. Throws ConfigError. */
export async function startGateway(
  config: GatewayConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<RunningGateway> {
  const { own, beside, secret } = readGateway(config, log);
  const keys = { site: own.site, gateway: config.gateway };
  const closers = new Closers();

  if (config.recordFolder !== '') requireRecordable(config.recordFolder);
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
    tls: config,
    clock,
    log,
    will: {
      path: topicPath('status', keys),
      payload: { v: 1, state: 'offline', gateway: config.gateway },
      retain: true,
    },
  });
  closers.add('link', () => link.close());
  const board = new AlarmBoard({ clock, log });
  const conditions = new GatewayConditions();
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
    alarms: () => board.active(),
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

  const signs = new GatewaySigns({ link, ...keys, clock, log });
  closers.add('signs', () => signs.close());
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
      signs.keep(new Set(lines.lines.map(({ id }) => id)));
      publisher.siteChanged(removed);
      reports.sendAll();
    },
    log,
  });
  closers.add('site', () => taken.close());
  link.subscribe('site', keys, ({ payload }) => taken.hear(payload));

  function tapeOf(line: LineProperties): LineTape | undefined {
    if (config.recordFolder === '') return undefined;
    return new LineTape({
      ...keys,
      beside,
      folder: config.recordFolder,
      line,
      confirmMs: config.confirmMs,
      maxBytes: config.recordMaxBytes / Math.max(1, own.lines.length),
      wallOf: (ms) => wallTime.wallOf(ms),
      log: log.child({ line: line.id }),
    });
  }

  function openLine(
    line: LineProperties,
    share: number,
    before: LineWatch | undefined,
  ): OpenedLine {
    const tape = tapeOf(line);
    const watch = new LineWatch(
      {
        line,
        beside,
        confirmMs: config.confirmMs,
        journal,
        wallTime,
        clock,
        lastStates,
        log,
        tape,
        onAppended: (appended) => publisher.appended(appended),
        onHealthChanged: (changed) => reports.changed(changed),
      },
      before,
    );
    const driver = openDriver(line, {
      clock,
      share,
      signs: signs.of(line),
      take: (bay, sample) => watch.hear(bay, sample),
      trouble: (bay, trouble) => watch.hearTrouble(bay, trouble),
    });
    const kept = keepLine({
      open: openerOf(line, config.gateway, config.linesFolder),
      user: driver,
      silenceMs: silenceMsOf(line),
      clock,
      log: log.child({ line: line.id }),
    });
    watch.connect(kept, driver);
    kept.onChanged(() => publisher.statusChanged());
    const close = async () => {
      await kept.close();
      await tape?.close();
    };
    return { watch, close };
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
    if (journal.takeCut()) {
      for (const watch of lines.watches) watch.tellAnew();
    } else if (stepped || journal.hasOrphanedInterval) {
      for (const watch of lines.watches) watch.splitInterval();
    }
    for (const watch of lines.watches) {
      if (watch.look() === 'changed') publisher.statusChanged();
    }
  }

  function lookAtOurselves(): void {
    const asked = new Set(lines.lines.filter(isAsked).map(({ id }) => id));
    const found = conditions.conditionsOf({
      monoMs: clock.monoMs(),
      clockDoubt: wallTime.doubt,
      diskFull: journal.isDiskFull,
      unsettled: journal.unsettled,
      unsettledBytes: unsettledBytes(journal),
      mostBytes: config.journalMaxBytes,
      askedLines: lines.watches
        .filter(({ line }) => asked.has(line))
        .map((watch) => watch.status()),
    });
    const changed = board.look([...found, ...diskConditions(config.dataFolder)]);
    if (changed === 'changed') publisher.statusChanged();
  }

  const timers = [
    setInterval(look, LOOK_EVERY_MS),
    setInterval(() => {
      journal.flush({ marks: true });
      journal.forgetSettledRows();
    }, deadlines.markEveryMs),
    setInterval(lookAtOurselves, ALARMS_EVERY_MS),
    setInterval(() => retention.prune(clock.wallMs()), PRUNE_EVERY_MS),
  ];
  closers.add('timers', () => timers.forEach((timer) => clearInterval(timer)));

  const sensors = own.lines.reduce((sum, line) => sum + line.sensors.length, 0);
  const { version } = own;
  log.info(
    { gateway: config.gateway, journal: journal.id, sensors, version },
    'gateway.process.started',
  );
  return {
    ready: `gateway ${config.gateway}: ${sensors} sensors on ${own.lines.length} lines`,
    close: () => closers.closeAll(),
  };
}

const isSimulated = ({ lines }: GatewayLines): boolean =>
  lines.some(({ port }) => port.kind === 'simulated');

/** Of a line whose sensors are all asked, silence tells. */
const isAsked = ({ sensors }: LineProperties): boolean =>
  sensors.every(({ kind }) => isModbusKind(kind));

/** What a gateway starts from. */
interface ReadGateway {
  readonly own: OwnSite;
  /** Who stands beside whom; nothing where only the api's word is left, which does not tell it. */
  readonly beside: ReadonlyMap<BayId, readonly BayId[]>;
  readonly secret: string;
}

/** What the configuration points at; throws ConfigError where it is not there or wrong. */
export function readGateway(config: GatewayConfig, log: Log = silentLog): ReadGateway {
  const kept = readKeptSite(config.dataFolder, config.gateway, log);
  readBrokerTls(config, config.brokerUrl);
  const secret = readSecret(config.secretFile);
  try {
    const site = readSiteFolder(config.siteFolder);
    const own = newerOf(kept, ownOf(site, config.gateway));
    return { own, beside: baysBeside(site), secret };
  } catch (error) {
    if (!kept || !(error instanceof ConfigError)) throw error;
    log.error({ problems: error.problems, runs: kept.version }, 'gateway.site.fileUnusable');
    return { own: kept, beside: new Map(), secret };
  }
}

/** The api's last word, unless somebody has put a file of a later date here since. */
function newerOf(kept: OwnSite | undefined, file: OwnSite): OwnSite {
  return kept && file.site === kept.site && file.validFrom <= kept.validFrom ? kept : file;
}

function ownOf({ header, gateways }: Site, gateway: GatewayId): OwnSite {
  const feature = gateways.find(({ properties }) => properties.id === gateway);
  if (!feature) {
    const known = gateways.map(({ properties }) => properties.id).join(', ');
    throw new ConfigError([`gateway: "${gateway}" is not in the site; it has: ${known}`]);
  }
  const { lines } = feature.properties;
  return { site: header.site, version: null, validFrom: Date.parse(header.validFrom), lines };
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new ConfigError([`secretFile: ${path}: ${messageOf(error)}`]);
  }
}
