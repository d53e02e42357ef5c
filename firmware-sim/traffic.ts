import type { Site } from '#contract/site-check.ts';
import type { Clock } from '#runtime/clock.ts';
import { ConfigError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { SimConfig } from './config.ts';
import type { Simulation } from './simulation-file.ts';
import { readReplay } from './world/replay.ts';
import { drawDemand, seededTraffic } from './world/seeded-traffic.ts';
import { noTraffic } from './world/visit.ts';
import type { Traffic } from './world/visit.ts';

/** Real time before a recording's first arrival: a gateway sees the street empty first. */
const REPLAY_LEAD_MS = 5_000;
const MOST_BAD_ROWS_SAID = 100;
/** Added to the street's seed for its past. */
const PAST_SEED = 1_000_003;

/** The traffic that the configuration asks for, and what the street's clock says at its start. */
export function openTraffic(options: {
  readonly config: SimConfig;
  readonly site: Site;
  readonly simulation: Simulation;
  readonly seed: number;
  readonly bays: ReadonlySet<string>;
  readonly clock: Clock;
  readonly log: Log;
}): { readonly traffic: Traffic; readonly startsAt: number } {
  const { config, site, simulation, seed, clock } = options;
  const kind = config.traffic ?? (config.replayFile === '' ? 'seeded' : 'replay');
  switch (kind) {
    case 'none':
      return { traffic: noTraffic, startsAt: clock.wallMs() };
    case 'replay':
      return openReplay(options);
    case 'seeded': {
      return { traffic: trafficOfSite(site, simulation, seed), startsAt: clock.wallMs() };
    }
  }
}

/** Cars as the site's simulation wants them. */
function trafficOfSite(site: Site, simulation: Simulation, seed: number): Traffic {
  const lotOf = new Map(site.bays.map(({ properties }) => [properties.id, properties.lot]));
  const demands = new Map(
    site.lots.map(({ properties: { id } }) => [id, simulation.demand[id] ?? drawDemand(seed, id)]),
  );
  return seededTraffic({
    seed,
    timeZone: site.header.timeZone,
    demandOf: (bay) => {
      const lot = lotOf.get(bay);
      return lot === undefined ? 0 : (demands.get(lot) ?? 0);
    },
  });
}

/** The traffic that a street would have had before it was built: other cars than those to come. */
export function pastTraffic(
  site: Site,
  simulation: Simulation,
  asked: number | undefined,
): Traffic {
  return trafficOfSite(site, simulation, (asked ?? simulation.seed ?? 1) + PAST_SEED);
}

function openReplay(options: {
  readonly config: SimConfig;
  readonly bays: ReadonlySet<string>;
  readonly log: Log;
}): { readonly traffic: Traffic; readonly startsAt: number } {
  const { config, bays, log } = options;
  const { replayFile, speed } = config;
  if (replayFile === '') {
    throw new ConfigError(['replayFile: expected a file when traffic is "replay"']);
  }
  const { traffic, stays, firstAt, badRows } = readReplay(replayFile, bays);
  for (const row of badRows.slice(0, MOST_BAD_ROWS_SAID)) log.warn(row, 'sim.replay.rowSkipped');
  log.info({ replayFile, stays, skipped: badRows.length }, 'sim.replay.read');
  if (firstAt === undefined) {
    throw new ConfigError([
      `replayFile: ${replayFile}: expected at least one stay that can be played`,
    ]);
  }
  return { traffic, startsAt: firstAt - REPLAY_LEAD_MS * speed };
}
