import type { BayId, GatewayId, SignId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { LineProperties, SensorProperties } from '#contract/site.ts';
import type { Clock } from '#runtime/clock.ts';
import { ConfigError, RejectedError } from '#runtime/errors.ts';
import { Closers } from '#runtime/lifecycle.ts';
import type { Log } from '#runtime/log.ts';
import type { Running } from '#runtime/main.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import type { SimConfig } from './config.ts';
import { openStation } from './line/station.ts';
import type { Station, StationCounts } from './line/station.ts';
import type { LineFault, SensorFault } from './node/fault-kinds.ts';
import { CLEAR, findScenario } from './scenario.ts';
import type { Scenario } from './scenario.ts';
import { scheduleFaults } from './scheduled-faults.ts';
import { readSimulation } from './simulation-file.ts';
import type { Simulation } from './simulation-file.ts';
import { openTraffic } from './traffic.ts';
import { City } from './world/city.ts';
import { placesOf } from './world/neighbours.ts';
import { openSurroundings } from './world/surroundings.ts';
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
  /** Something is wrong with a bay's sensor until it is mended, or happens to it now. */
  fail(bay: string, fault: SensorFault): void;
  mend(bay: string): void;
  /** `share` of bytes (noise) or of answers (late, cut), 0 to 1. */
  failLine(gateway: string, line: string, fault: LineFault, share: number): void;
  mendLine(gateway: string, line: string): void;
  /** What a display shows, row by row, as shownToken names it. */
  signShows(sign: string): readonly string[];
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
export function readScenarioOf(
  siteFolder: string,
  asked: string,
  site = readSiteFolder(siteFolder),
): { readonly simulation: Simulation; readonly scenario: Scenario } {
  const lots = new Set(site.lots.map(({ properties }) => properties.id));
  const simulation = readSimulation(siteFolder, lots);
  const name = asked === '' ? simulation.scenario : asked;
  return { simulation, scenario: name === undefined ? CLEAR : findScenario(siteFolder, name) };
}

/** Powers the site's simulated lines on, each under its name in the lines folder. */
export async function startSim(config: SimConfig, parts: SimParts): Promise<RunningSim> {
  const { clock } = parts;
  const log = parts.log.child({ part: 'sim' });
  const site = parts.site ?? readSiteFolder(config.siteFolder);
  const served = simulatedLines(site, config.gateway);
  const sensors = served.flatMap(({ line }) => line.sensors);
  const { simulation, scenario } = readScenarioOf(config.siteFolder, config.scenario, site);
  const seed = config.seed ?? simulation.seed ?? 1;
  const bays = new Set(sensors.map(({ bay }) => bay));
  const { traffic, startsAt } = openTraffic({ config, site, simulation, seed, bays, clock, log });

  const closers = new Closers();
  const truth: Truth =
    config.truthFile === '' ? noTruth : openTruth(config.truthFile, config.truthMostBytes, log);
  closers.add('truth log', () => truth.close());
  const stations: Station[] = [];
  const stationOf = new Map<BayId, Station>();
  const city = new City({
    bays: sensors,
    traffic,
    mix: scenario,
    startsAt,
    speed: config.speed,
    seed,
    clock,
    truth,
    onChange: (bay, at) => stationOf.get(bay)?.hearWorld(bay, at),
  });
  const { timeZone } = site.header;
  const world = {
    street: city.street,
    surroundings: openSurroundings({ scenario, seed, timeZone }),
    streetTimeAt: (at: number) => city.streetTimeAt(at),
  };
  const places = placesOf(site, sensors);
  try {
    for (const { gateway, line } of served) {
      const station = await openStation({
        linesFolder: config.linesFolder,
        gateway,
        line,
        seed,
        world,
        places,
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
  log.info({ lines: stations.length, bays: bays.size, seed }, 'sim.process.started');

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
    const { station, sensor } = sensorOf(bay);
    station.setMuted(sensor.id, muted);
    markSensor(muted ? 'muted' : 'unmuted', station, sensor);
  }

  function sensorOf(bay: string): { station: Station; sensor: SensorProperties } {
    for (const station of stations) {
      const sensor = station.sensors.find((each) => each.bay === bay);
      if (sensor !== undefined) return { station, sensor };
    }
    throw new RejectedError('unknown_bay', `"${bay}" has no simulated sensor`);
  }

  function markSensor(
    kind: 'muted' | 'unmuted' | 'failed' | 'mended',
    { gateway, line }: Station,
    { id, bay }: SensorProperties,
    fault?: SensorFault,
  ): void {
    const what = { gateway, line, sensor: id, ...(fault === undefined ? {} : { fault }) };
    log.info(what, `sim.sensor.${kind}`);
    truth.write({ kind, ...what, bay, at: clock.wallMs() });
  }

  function fail(bay: string, fault: SensorFault): void {
    const { station, sensor } = sensorOf(bay);
    station.fail(sensor.id, fault);
    markSensor('failed', station, sensor, fault);
  }

  function mend(bay: string): void {
    const { station, sensor } = sensorOf(bay);
    station.mend(sensor.id);
    markSensor('mended', station, sensor);
  }

  const bayIds = sensors.map(({ bay }) => bay);
  const schedule = scheduleFaults(scenario.sensorFaults, bayIds, config.speed, { fail, mend }, log);
  closers.add('scheduled faults', () => schedule.close());
  for (const { line, fault, share } of scenario.lineFaults) stations[line]?.failLine(fault, share);

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
    fail,
    mend,
    failLine: (gateway, line, fault, share) => lineOf(gateway, line).failLine(fault, share),
    mendLine: (gateway, line) => lineOf(gateway, line).mendLine(),
    signShows: (sign) => {
      for (const station of stations) {
        const shown = station.signs().get(sign as SignId);
        if (shown !== undefined) return shown;
      }
      throw new RejectedError('unknown_sign', `"${sign}" is no simulated display`);
    },
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
