import type { BayId, GatewayId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { LineProperties } from '#contract/site.ts';
import type { Clock } from '#runtime/clock.ts';
import { ConfigError, RejectedError } from '#runtime/errors.ts';
import { Closers } from '#runtime/lifecycle.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import type { SimConfig } from './config.ts';
import { openStation } from './line/station.ts';
import type { Station, StationCounts } from './line/station.ts';
import { readScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { openTraffic } from './traffic.ts';
import { City } from './world/city.ts';
import { noTruth, openTruth } from './world/truth.ts';
import type { Truth } from './world/truth.ts';

export interface SimParts {
  readonly clock: Clock;
  readonly log: Log;
  /** The site of the folder, when the caller has read it already. */
  readonly site?: Site;
}

/** A running simulator. What is asked of a bay or line that is not there throws RejectedError. */
export interface RunningSim extends Running {
  readonly ready: string;
  /** A car parks, leaves; traffic no longer comes to a bay that was driven by hand. */
  park(bay: string): void;
  leave(bay: string): void;
  isOccupied(bay: string): boolean;
  /** A line's adapter is pulled out, and put in again. */
  unplug(gateway: string, line: string): void;
  replug(gateway: string, line: string): Promise<void>;
  /** The sensor of a bay falls silent, and speaks again. */
  mute(bay: string): void;
  unmute(bay: string): void;
  readonly counts: SimCounts;
}

export interface SimCounts {
  readonly changes: number;
  readonly truthLost: number;
  readonly lines: Readonly<Record<string, StationCounts>>;
}

interface ServedLine {
  readonly gateway: GatewayId;
  readonly line: LineProperties;
}

/** What the site's folder says of the simulation; throws ConfigError where it is wrong. */
export function readScenarioOf(siteFolder: string, site = readSiteFolder(siteFolder)): Scenario {
  return readScenario(siteFolder, new Set(site.lots.map(({ properties }) => properties.id)));
}

/** Powers the site's simulated lines on, each under its name in the lines folder. */
export async function startSim(config: SimConfig, parts: SimParts): Promise<RunningSim> {
  const { clock } = parts;
  const log = parts.log.child({ part: 'sim' });
  const site = parts.site ?? readSiteFolder(config.siteFolder);
  const served = simulatedLines(site, config.gateway);
  const sensors = served.flatMap(({ line }) => line.sensors);
  const scenario = readScenarioOf(config.siteFolder, site);
  const seed = config.seed ?? scenario.seed ?? 1;
  const bays = new Set(sensors.map(({ bay }) => bay));
  const { traffic, startsAt } = openTraffic({ config, site, scenario, seed, bays, clock, log });

  const closers = new Closers();
  const truth: Truth =
    config.truthFile === '' ? noTruth : openTruth(config.truthFile, config.truthMostBytes, log);
  closers.add('truth log', () => truth.close());
  const stations: Station[] = [];
  const stationOf = new Map<BayId, Station>();
  const city = new City({
    bays: sensors,
    traffic,
    startsAt,
    speed: config.speed,
    seed,
    timeZone: site.header.timeZone,
    clock,
    truth,
    onChange: (bay, at) => stationOf.get(bay)?.hearWorld(bay, at),
  });
  try {
    for (const { gateway, line } of served) {
      const station = await openStation({
        linesFolder: config.linesFolder,
        gateway,
        line,
        seed,
        world: city.world,
        clock,
        log,
      });
      closers.add(`line ${gateway} ${line.id}`, () => station.close());
      stations.push(station);
      for (const { bay } of line.sensors) stationOf.set(bay, station);
    }
  } catch (error) {
    await closers.closeAll();
    throw error;
  }
  closers.add('city', () => city.close());
  city.start();
  log.info({ lines: stations.length, bays: bays.size, seed }, 'sim.started');

  function lineOf(gateway: string, line: string): Station {
    const found = stations.find((each) => each.gateway === gateway && each.line === line);
    if (found) return found;
    throw new RejectedError('unknown_line', `"${gateway}" has no simulated line "${line}"`);
  }

  function markLine(kind: 'unplugged' | 'replugged', { gateway, line }: Station): void {
    log.info({ gateway, line }, `sim.line.${kind}`);
    truth.write({ kind, gateway, line, at: clock.wallMs() });
  }

  function setMuted(bay: string, muted: boolean): void {
    for (const station of stations) {
      const sensor = station.sensors.find((each) => each.bay === bay);
      if (sensor === undefined) continue;
      const { gateway, line } = station;
      const kind = muted ? 'muted' : 'unmuted';
      station.setMuted(sensor.id, muted);
      log.info({ gateway, line, sensor: sensor.id }, `sim.sensor.${kind}`);
      truth.write({ kind, gateway, line, sensor: sensor.id, bay: sensor.bay, at: clock.wallMs() });
      return;
    }
    throw new RejectedError('unknown_bay', `"${bay}" has no simulated sensor`);
  }

  return {
    ready: `simulator: ${stations.length} lines, ${bays.size} bays in ${config.linesFolder}`,
    park: (bay) => city.park(bay),
    leave: (bay) => city.leave(bay),
    isOccupied: (bay) => city.isOccupied(bay as BayId),
    unplug: (gateway, line) => {
      const station = lineOf(gateway, line);
      if (!station.plugged) throw new RejectedError('line_unplugged', `${line} is unplugged`);
      station.unplug();
      markLine('unplugged', station);
    },
    replug: async (gateway, line) => {
      const station = lineOf(gateway, line);
      if (station.plugged) throw new RejectedError('line_plugged', `${line} is plugged in`);
      await station.replug();
      markLine('replugged', station);
    },
    mute: (bay) => setMuted(bay, true),
    unmute: (bay) => setMuted(bay, false),
    get counts() {
      return {
        changes: city.changes,
        truthLost: truth.lost,
        lines: Object.fromEntries(
          stations.map((each) => [`${each.gateway}.${each.line}`, each.counts]),
        ),
      };
    },
    close: () => closers.closeAll(),
  };
}

function simulatedLines(site: Site, gateway: string): ServedLine[] {
  const gateways = site.gateways.filter(
    ({ properties }) => gateway === '' || properties.id === gateway,
  );
  if (gateway !== '' && gateways.length === 0) {
    throw new ConfigError([`gateway: expected a gateway of this site; "${gateway}" is none`]);
  }
  const lines = gateways.flatMap(({ properties }) =>
    properties.lines
      .filter(({ port }) => port.kind === 'simulated')
      .map((line) => ({ gateway: properties.id, line })),
  );
  if (lines.length > 0) return lines;
  throw new ConfigError(['siteFolder: expected a site with at least one simulated line']);
}
