import { readFileSync } from 'node:fs';
import { deadlines } from '#contract/deadlines.ts';
import { isSimulated } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import type { Gateway, LineProperties } from '#contract/site.ts';
import { topicPath } from '#contract/topics.ts';
import type { Clock } from '#runtime/clock.ts';
import { takeDataFolder } from '#runtime/data-folder.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import { Closers } from '#runtime/lifecycle.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { openDriver } from './bus/open-driver.ts';
import type { GatewayConfig } from './config.ts';
import { Journal } from './journal/journal.ts';
import { Retention } from './journal/retention.ts';
import { WallTime } from './journal/wall-time.ts';
import { keepLine } from './line/kept-line.ts';
import { baysBeside } from './bays-beside.ts';
import { LineWatch } from './line-watch.ts';
import { openerOf, silenceMsOf } from './open-line.ts';
import { HealthReports } from './publish/health-reports.ts';
import { Publisher } from './publish/publisher.ts';
import { readSoftware } from './software.ts';
import { LineTape } from './trace/line-tape.ts';

export interface RunningGateway extends Running {
  readonly ready: string;
}

const LOOK_EVERY_MS = 1_000;
const PRUNE_EVERY_MS = 60_000;

/** Serial lines → drivers → detector → journal → publisher. Throws ConfigError. */
export async function startGateway(
  config: GatewayConfig,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<RunningGateway> {
  const { site, feature, secret } = readGateway(config);
  const { properties } = feature;
  const keys = { site: site.header.site, gateway: config.gateway };
  const closers = new Closers();

  const beside = baysBeside(site);
  const tapes = new Map(properties.lines.map((line) => [line.id, tapeOf(line)]));
  for (const tape of tapes.values()) {
    if (tape) closers.add('recording', () => tape.close());
  }
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
  const lastStates = journal.lastStates();
  const watches = properties.lines.map(
    (line) =>
      new LineWatch({
        line,
        beside,
        confirmMs: config.confirmMs,
        journal,
        wallTime,
        clock,
        lastStates,
        log,
        tape: tapes.get(line.id),
        onAppended: (watch) => publisher.appended(watch),
        onHealthChanged: (watch) => reports.changed(watch),
      }),
  );
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
    simulated: isSimulated(feature),
    lines: watches,
    journal,
    wallTime,
    clock,
    log,
    onNewApi: () => reports.sendAll(),
    onNewRun: () => {
      for (const watch of watches) watch.startAnew();
    },
  });
  closers.add('publisher', () => publisher.close());
  const reports = new HealthReports({
    link,
    ...keys,
    simulated: isSimulated(feature),
    lines: watches,
    clock,
    log,
  });
  closers.add('health reports', () => reports.close());

  for (const [at, line] of properties.lines.entries()) {
    const watch = watches[at];
    if (watch) closers.add(`line ${line.id}`, openLine(watch, line, at / properties.lines.length));
  }

  function tapeOf(line: LineProperties): LineTape | undefined {
    if (config.recordFolder === '') return undefined;
    return new LineTape({
      ...keys,
      beside,
      folder: config.recordFolder,
      line,
      confirmMs: config.confirmMs,
      maxBytes: config.recordMaxBytes / properties.lines.length,
      wallOf: (ms) => wallTime.wallOf(ms),
      log: log.child({ line: line.id }),
    });
  }

  function openLine(watch: LineWatch, line: LineProperties, share: number): () => Promise<void> {
    const driver = openDriver(line, {
      clock,
      share,
      take: (bay, sample) => watch.hear(bay, sample),
      trouble: (bay, trouble) => watch.hearTrouble(bay, trouble),
    });
    const kept = keepLine({
      open: openerOf(line, properties.id, config.linesFolder),
      user: driver,
      silenceMs: silenceMsOf(line),
      clock,
      log: log.child({ line: line.id }),
    });
    watch.connect(kept, driver);
    kept.onChanged(() => publisher.lineChanged());
    return () => kept.close();
  }

  function look(): void {
    const stepped = wallTime.check() === 'changed';
    if (stepped || journal.hasOrphanedInterval) {
      for (const watch of watches) watch.splitInterval();
    }
    for (const watch of watches) {
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

  const sensors = properties.lines.reduce((sum, line) => sum + line.sensors.length, 0);
  log.info({ gateway: config.gateway, journal: journal.id, sensors }, 'gateway.started');
  return {
    ready: `gateway ${config.gateway}: ${sensors} sensors on ${properties.lines.length} lines`,
    close: () => closers.closeAll(),
  };
}

/** What the configuration points at; throws ConfigError where it is not there or wrong. */
export function readGateway(config: GatewayConfig): {
  readonly site: Site;
  readonly feature: Gateway;
  readonly secret: string;
} {
  const site = readSiteFolder(config.siteFolder);
  const feature = site.gateways.find(({ properties }) => properties.id === config.gateway);
  if (!feature) {
    const known = site.gateways.map(({ properties }) => properties.id).join(', ');
    throw new ConfigError([`gateway: "${config.gateway}" is not in the site; it has: ${known}`]);
  }
  return { site, feature, secret: readSecret(config.secretFile) };
}

function readSecret(path: string): string {
  try {
    return readFileSync(path, 'utf8').trim();
  } catch (error) {
    throw new ConfigError([`secretFile: ${path}: ${messageOf(error)}`]);
  }
}
