import { between } from '#firmware-sim/world/random.ts';
import type { Random } from '#firmware-sim/world/random.ts';
import type { ChaosProxy, Weather } from './chaos-proxy.ts';
import type { Stand } from './stand.ts';
import type { TestProcess } from '../support/process.ts';

/** A fault that is drawn for one round: how it reads, how it begins, and how it ends. */
export interface DrawnFault {
  readonly text: string;
  begin(): Promise<unknown>;
  end(): Promise<unknown>;
}

interface FaultKind {
  readonly name: string;
  readonly draw: (stand: Stand, random: Random) => DrawnFault;
}

const oneOf = <T>(all: readonly T[], random: Random): T =>
  all[Math.floor(random() * all.length)] as T;

function weather(name: string, of: (random: Random) => Weather): FaultKind {
  return {
    name,
    draw: ({ networks }, random) => {
      const [who, network] = drawNetwork(networks, random);
      const made = of(random);
      return {
        text: `${name} of ${who}`,
        begin: async () => network.set(made),
        end: async () => network.set(undefined),
      };
    },
  };
}

function drawNetwork(
  networks: ReadonlyMap<string, ChaosProxy>,
  random: Random,
): [string, ChaosProxy] {
  return oneOf([...networks], random);
}

function killed(name: string, of: (stand: Stand, random: Random) => TestProcess): FaultKind {
  return {
    name,
    draw: (stand, random) => {
      const process = of(stand, random);
      const dark = darkness(stand, stand.baysOf(process.name), true);
      const watches = stand.system.gateways.has(process.name);
      return {
        text: `${name} ${process.name}`,
        begin: async () => {
          if (watches) dark.begins();
          await process.kill('SIGKILL');
        },
        end: async () => {
          if (watches) dark.ends();
          await process.start();
        },
      };
    },
  };
}

/** Notes from when to when bays may, or must, go unobserved. */
function darkness(stand: Stand, bays: readonly string[], isDark: boolean) {
  let from = 0;
  return {
    begins: () => {
      from = Date.now();
    },
    ends: () => void stand.outages.push({ bays, from, to: Date.now(), isDark }),
  };
}

const faultKinds: readonly FaultKind[] = [
  killed('kill -9 broker', ({ system }) => system.broker),
  killed('kill -9 api', ({ system }) => system.api),
  killed('kill -9 gateway', ({ system }, random) => oneOf([...system.gateways.values()], random)),
  {
    name: 'reset',
    draw: ({ networks }, random) => {
      const [who, network] = drawNetwork(networks, random);
      const everyMs = between(random, 300, 1_500);
      let timer: NodeJS.Timeout | undefined;
      return {
        text: `reset of ${who} every ${Math.round(everyMs)} ms`,
        begin: async () => {
          network.cut('reset');
          timer = setInterval(() => network.cut('reset'), everyMs);
        },
        end: async () => clearInterval(timer),
      };
    },
  },
  {
    name: 'broken frames',
    draw: ({ networks }, random) => {
      const [who, network] = drawNetwork(networks, random);
      return {
        text: `broken frames of ${who}`,
        begin: async () => network.corrupt(),
        end: async () => network.corrupt(),
      };
    },
  },
  weather('delay', (random) => ({ kind: 'delay', fromMs: 20, toMs: between(random, 100, 1_500) })),
  weather('throttle', () => ({ kind: 'throttle', bytesPerS: 2_000 })),
  weather('half-open link', () => ({ kind: 'vanish' })),
  weather('doubled and reordered messages', () => ({ kind: 'shuffle', doubled: 0.3, late: 0.3 })),
  {
    name: 'network gone',
    draw: ({ networks }, random) => {
      const [who, network] = drawNetwork(networks, random);
      return {
        text: `network of ${who} gone`,
        begin: async () => {
          network.set({ kind: 'refuse' });
          network.cut('end');
        },
        end: async () => network.set(undefined),
      };
    },
  },
  {
    name: 'line unplugged',
    draw: (stand, random) => {
      const { gateway, line, bays } = oneOf(stand.system.site.lines, random);
      // For less than its deadline: nothing is unknown yet.
      const dark = darkness(stand, bays, false);
      return {
        text: `unplugged ${gateway}.${line}`,
        begin: async () => {
          dark.begins();
          await stand.system.sim.ask({ do: 'unplug', gateway, line });
        },
        end: async () => {
          dark.ends();
          await stand.system.sim.ask({ do: 'replug', gateway, line });
        },
      };
    },
  },
  {
    name: 'line noise',
    draw: (stand, random) => {
      const { gateway, line, bays } = oneOf(stand.system.site.lines, random);
      const share = oneOf([0.001, 0.01], random);
      const dark = darkness(stand, bays, false);
      return {
        text: `noise ${share} on ${gateway}.${line}`,
        begin: async () => {
          dark.begins();
          await stand.system.sim.ask({ do: 'failLine', gateway, line, fault: 'noise', share });
        },
        end: async () => {
          dark.ends();
          await stand.system.sim.ask({ do: 'mendLine', gateway, line });
        },
      };
    },
  },
  {
    name: 'frozen process',
    draw: (stand, random) => {
      const { system } = stand;
      const victim = oneOf([system.broker, system.api, ...system.gateways.values()], random);
      const dark = darkness(stand, stand.baysOf(victim.name), false);
      return {
        text: `frozen ${victim.name}`,
        begin: async () => {
          dark.begins();
          process.kill(victim.pid, 'SIGSTOP');
        },
        end: async () => {
          dark.ends();
          process.kill(victim.pid, 'SIGCONT');
        },
      };
    },
  },
];

/** Where the stand has disks that can be filled. */
const diskFull: FaultKind = {
  name: 'disk full',
  draw: ({ disks }, random) => {
    const [who, disk] = oneOf([...disks], random);
    return {
      text: `disk of ${who} full`,
      begin: async () => disk.fill(),
      end: async () => disk.free(),
    };
  },
};

const kindsOf = ({ disks }: Stand): readonly FaultKind[] =>
  disks.size > 0 ? [...faultKinds, diskFull] : faultKinds;

/** One of each kind, dealt to so many rounds: what `npm test` sees of the long form. */
export function dealFaults(stand: Stand, random: Random, rounds: number): DrawnFault[][] {
  const drawn = kindsOf(stand).map((kind) => kind.draw(stand, random));
  return Array.from({ length: rounds }, (_, round) =>
    drawn.filter((_fault, at) => at % rounds === round),
  );
}

/** One fault or two at once, of different kinds. */
export function drawFaults(stand: Stand, random: Random): DrawnFault[] {
  const first = oneOf(kindsOf(stand), random);
  const second = random() < 0.3 ? oneOf(kindsOf(stand), random) : undefined;
  const kinds = second && second !== first ? [first, second] : [first];
  return kinds.map((kind) => kind.draw(stand, random));
}
