import { join } from 'node:path';
import { coalesce } from '#gateway/publish/publisher.ts';
import { TestProcess } from '../../tests/support/process.ts';
import { POLITELY, until } from '../../tests/support/until.ts';
import type { Contestant } from './contestant.ts';
import { Lanes } from './lanes.ts';
import { LANES } from './street.ts';
import { Program } from '../program.ts';
import { prepareSystem } from './system.ts';
import type { StreetSystem } from './system.ts';

/** What runs ours, started. */
interface Started {
  readonly name: string;
  readonly pids: readonly number[];
  readonly kill: () => Promise<void>;
}

/** Gateway, broker and api as three processes on this machine, journal, log and view on disk. */
export async function openOurs(folder: string): Promise<Contestant> {
  return openOn(folder, async ({ env }) => {
    const processes = (['broker', 'api', 'gateway'] as const).map(
      (name) => new TestProcess(name, name, env[name]),
    );
    for (const each of processes) await each.start();
    return {
      name: 'binjari',
      pids: processes.map(({ pid }) => pid),
      kill: async () => {
        for (const each of processes) await each.kill('SIGKILL');
      },
    };
  });
}

/** The same in one process, as `npm start` runs a street. */
export async function openOursInOne(folder: string): Promise<Contestant> {
  return openOn(folder, async ({ env }) => {
    const file = join(import.meta.dirname, 'one-process-child.ts');
    // Not by tsx, which wraps each function.
    const typed = ['--import', './runtime/typescript.mjs'];
    const program = new Program([...typed, file, JSON.stringify(env)], {}, undefined);
    await program.ready;
    return {
      name: 'binjari in one process',
      pids: [program.pid],
      kill: async () => program.stop('SIGKILL'),
    };
  });
}

/** What is told together waited so long for others. */
const windowOf = (together: number): number =>
  together < coalesce.crowd ? coalesce.fewMs : coalesce.crowdMs;

async function openOn(
  folder: string,
  start: (system: StreetSystem) => Promise<Started>,
): Promise<Contestant> {
  const system = await prepareSystem(folder);
  const { linesFolder, httpPort, ask, accepted } = system;
  const lanes = await Lanes.open(linesFolder);
  const { name, pids, kill } = await start(system);
  await lanes.watch(httpPort);
  lanes.onShown = (change, overtaken) => {
    if (!overtaken) contestant.onShown(change);
  };

  const contestant: Contestant = {
    name,
    windowMs: windowOf,
    pids,
    onShown: () => undefined,
    send: (change) => lanes.send(change),
    done: async (sent) => {
      const isAllShown = async () =>
        lanes.flush() && lanes.areShown && (await accepted()) >= before + sent;
      await until(isAllShown, { withinMs: 120_000, ...POLITELY });
    },
    lost: async (sent) => sent + LANES - changesIn(await ask('/api/v1/operator/export/records')),
    [Symbol.asyncDispose]: async () => {
      lanes.close();
      await kill();
    },
  };
  await until(() => lanes.areShown, { withinMs: 30_000 });
  const before = await accepted();
  return contestant;
}

/**
 * Bay events of a log as NDJSON, in its order, without what is only known again: where this machine
 * gives nobody a turn for some seconds, lines are silent and bays unknown meanwhile.
 */
function changesIn(records: string): number {
  const before = new Map<string, { readonly now: string; readonly known: string }>();
  let changes = 0;
  for (const line of records.split('\n')) {
    const [, bay, state] = /"bay":"([^"]+)".*"state":"(vacant|occupied|unknown)"/.exec(line) ?? [];
    if (bay === undefined || state === undefined) continue;
    const { now = '', known = '' } = before.get(bay) ?? {};
    const isKnownAgain = now === 'unknown' && known === state;
    if (state !== 'unknown' && !isKnownAgain) changes += 1;
    before.set(bay, { now: state, known: state === 'unknown' ? known : state });
  }
  return changes;
}
