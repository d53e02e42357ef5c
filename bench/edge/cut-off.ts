import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { Lanes } from '../chain/lanes.ts';
import { prepareSystem } from '../chain/system.ts';
import { Program } from '../program.ts';
import type { Size } from '../report.ts';
import { journalOutage, unheardOf } from './outage.ts';

/** A gateway that has just opened its lines reads what it does not know yet. */
const SETTLE_MS = 1_000;

/** A gateway with a backlog, its lines read, an api with a viewer, and no broker between them yet. */
export interface CutOff {
  readonly lanes: Lanes;
  /** Starts the broker. */
  connect(): Promise<void>;
  /** Records that the api has taken into its log. */
  accepted(): Promise<number>;
  /** Ends all in order; how many journalled records the log does not have. */
  unheard(): Promise<number>;
  stop(): Promise<void>;
}

/** In the folder, which is empty; `events`: in the gateway's journal before it starts. */
export async function openCutOff(folder: string, events: number, size: Size): Promise<CutOff> {
  const system = await prepareSystem(folder);
  const { linesFolder, gatewayFolder, apiFolder, httpPort, env } = system;
  journalOutage(gatewayFolder, system.site, events);

  const lanes = await Lanes.open(linesFolder);
  const running: Program[] = [];
  const start = async (what: 'api' | 'gateway' | 'broker') => {
    const program = new Program(what, env[what], size.profileFolder);
    running.push(program);
    await program.ready;
  };
  const stop = async () => {
    lanes.close();
    // What speaks stops before what it speaks to.
    for (const at of [1, 0, 2]) await running[at]?.stop();
  };
  try {
    await start('api');
    await lanes.watch(httpPort);
    await start('gateway');
    await pass(SETTLE_MS);
  } catch (error) {
    await stop();
    throw error;
  }
  return {
    lanes,
    connect: () => start('broker'),
    accepted: system.accepted,
    unheard: async () => {
      await pass(SETTLE_MS);
      await stop();
      return unheardOf(gatewayFolder, join(apiFolder, 'log'));
    },
    stop,
  };
}
