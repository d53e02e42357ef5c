import { join } from 'node:path';
import { openRandom } from '#firmware-sim/world/random.ts';
import { startSystem } from '../support/system.ts';
import type { TestSystem } from '../support/system.ts';
import { until } from '../support/until.ts';
import { openChaosProxy } from './chaos-proxy.ts';
import type { ChaosProxy } from './chaos-proxy.ts';
import { readJournal, readLog } from './history-of.ts';
import type { Kept } from './history-of.ts';
import { compareKept } from './oracle.ts';
import type { Outage } from './oracle.ts';
import { openSmallDisk } from './small-disk.ts';
import type { SmallDisk } from './small-disk.ts';

/** The running system with a network that can be spoiled, and a note of who did not watch when. */
export interface Stand extends AsyncDisposable {
  readonly system: TestSystem;
  /** Between a gateway, or the api, and the broker. */
  readonly networks: ReadonlyMap<string, ChaosProxy>;
  /** Small ones that can be filled, by the process that has it. */
  readonly disks: ReadonlyMap<string, SmallDisk>;
  readonly outages: Outage[];
  /** Where gateways record what they hear. */
  readonly tracesFolder: string;
  baysOf(gateway: string, line?: string): readonly string[];
  log(): Kept;
  journals(): readonly Kept[];
}

export interface StandOptions {
  readonly seed: number;
  readonly lots?: number;
  readonly baysPerLot?: number;
  /** By the process's name: its data folder is a disk of its own of this size. */
  readonly disks?: Readonly<Record<string, string>>;
  /** Where gateways record what they hear; undefined: in the system's own folder. */
  readonly tracesFolder?: string | undefined;
}

const TRACES = 'traces';

/** 224 bays on 28 lines of four gateways, unless told otherwise; resolves when all are watched. */
export async function openStand({
  seed,
  lots = 4,
  baysPerLot = 56,
  disks: sizes = {},
  tracesFolder,
}: StandOptions): Promise<Stand> {
  const networks = new Map<string, ChaosProxy>();
  const disks = new Map<string, SmallDisk>();
  const names = ['api', ...Array.from({ length: lots }, (_, at) => `gw-${at + 1}`)];
  const system = await startSystem({
    lots,
    baysPerLot,
    prepare: async ({ mqttPort, folder }) => {
      for (const [name, size] of Object.entries(sizes)) {
        disks.set(name, openSmallDisk(join(folder, name), size));
      }
      for (const name of names) {
        networks.set(name, await openChaosProxy(mqttPort, openRandom(seed, `network/${name}`)));
      }
    },
    processOf: (name, at) => ({
      env: {
        BINJARI_BROKER_URL: `mqtt://127.0.0.1:${networks.get(name)?.port ?? 0}`,
        ...(name !== 'api' && { BINJARI_RECORD_FOLDER: tracesFolder ?? join(at.folder, TRACES) }),
      },
    }),
  });
  const folderOf = (name: string) => join(system.folder, name);
  await untilWatched(system);
  return {
    system,
    networks,
    disks,
    outages: [],
    tracesFolder: tracesFolder ?? join(system.folder, TRACES),
    baysOf: (gateway, line) =>
      system.site.lines
        .filter((each) => each.gateway === gateway && (line === undefined || each.line === line))
        .flatMap(({ bays }) => bays),
    log: () => readLog(folderOf('api')),
    journals: () => system.site.gateways.map((name) => readJournal(folderOf(name))),
    [Symbol.asyncDispose]: async () => {
      const { broker, api, sim, gateways } = system;
      for (const process of [broker, api, sim, ...gateways.values()]) await process.kill();
      for (const disk of disks.values()) disk.close();
      await system[Symbol.asyncDispose]();
      for (const network of networks.values()) await network.close();
    },
  };
}

/**
 * When a process stood still, as it says itself: on a machine that has too much to do, what changes
 * within such a time may be hidden as if its sensors had been silent.
 */
export function stallsOf({ system, baysOf }: Pick<Stand, 'system' | 'baysOf'>): Outage[] {
  return [system.sim, ...system.gateways.values()].flatMap((process) => {
    const bays = process === system.sim ? system.site.bays : baysOf(process.name);
    return process.said.split('\n').flatMap((line) => {
      if (!line.includes('process.loop.stalled')) return [];
      const { at, stalledMs } = JSON.parse(line) as { at: string | number; stalledMs: number };
      const to = new Date(at).getTime();
      return [{ bays, from: to - stalledMs, to, isDark: false }];
    });
  });
}

/** Every bay is known live. */
async function untilWatched(system: TestSystem): Promise<void> {
  await until(async () => (await liveStates(system)).every(({ state }) => state !== 'unknown'), {
    withinMs: 120_000,
    everyMs: 250,
  });
}

/** Live agrees with the street, bay by bay. */
export async function untilLiveIsTrue(system: TestSystem): Promise<void> {
  await until(
    async () => {
      const standing = new Set(
        system.truth().flatMap(({ bay, leftAt }) => (leftAt === undefined ? [bay] : [])),
      );
      const wrong = (await liveStates(system)).filter(
        ({ bay, state }) => state !== (standing.has(bay) ? 'occupied' : 'vacant'),
      );
      if (wrong.length === 0) return true;
      throw new Error(wrong.map(({ bay, state }) => `${bay} ${state}`).join(', '));
    },
    { withinMs: 120_000, everyMs: 250 },
  );
}

/** Every record of every gateway's disk is in the log; 0 lost, 0 doubled. */
export async function untilAllIsLogged(stand: Stand): Promise<void> {
  await until(
    () => {
      const problems = compareKept(stand.log(), stand.journals());
      if (problems.length === 0) return true;
      throw new Error(`${problems.length} differ: ${problems.slice(0, 5).join('; ')}`);
    },
    { withinMs: 90_000, everyMs: 500 },
  );
}

/** Every bay was observed at that instant, and the log knows. */
export async function untilObserved(stand: Stand, at: number): Promise<void> {
  await until(
    () => {
      const { intervals } = stand.log();
      const observed = new Set(
        intervals.flatMap(({ bays, until: end }) => (end >= at ? bays : [])),
      );
      return stand.system.site.bays.every((bay) => observed.has(bay));
    },
    { withinMs: 120_000, everyMs: 500 },
  );
}

async function liveStates(system: TestSystem) {
  return (await Promise.all(system.site.lots.map(async (lot) => system.liveBays(lot)))).flat();
}
