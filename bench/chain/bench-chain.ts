import { join } from 'node:path';
import { openTempFolder } from '../../tests/support/temp-folder.ts';
import type { Figure, Report, Size } from '../report.ts';
import { barsAgainst } from './bars.ts';
import { openFloor } from './floors.ts';
import { openNodeRed } from './node-red/open.ts';
import { openOurs, openOursInOne } from './ours.ts';
import { median, quantile } from './quantile.ts';
import { flooded, paced } from './rounds.ts';
import type { Running } from './rounds.ts';

/** What each round measured, by the figure's name. */
export type Measured = ReadonlyMap<string, number[]>;

const UNITS: Readonly<Record<string, string>> = {
  'most changes': '/s',
  lost: '',
};

/**
 * Byte to screen, each contestant in processes of its own, round by round in turn; every load is
 * given to all of them within the same seconds.
 */
export async function* benchChain({ isSmall }: Size): AsyncGenerator<Report> {
  using folder = openTempFolder();
  const running: Running[] = [];
  try {
    yield* measure(isSmall, folder.path, running);
  } finally {
    for (const { contestant } of running) await contestant[Symbol.asyncDispose]();
  }
}

async function* measure(
  isSmall: boolean,
  folder: string,
  running: Running[],
): AsyncGenerator<Report> {
  const [rounds, lone, many, most] = isSmall ? [1, 20, 50, 200] : [5, 300, 1_500, 20_000];
  for (const open of [
    async () => openOurs(join(folder, 'three')),
    async () => openOursInOne(join(folder, 'one')),
    async () => openFloor('direct', folder),
    async () => openFloor('bare', folder),
    async () => openFloor('kept', folder),
    async () => openNodeRed(folder),
  ]) {
    const contestant = await open();
    if (contestant) running.push({ contestant, sent: 0 });
  }
  const measured = new Map(running.map((each) => [each, new Map<string, number[]>()]));
  const loads = [
    async (each: Running) => pacedFigures(each, 100, lone),
    async (each: Running) => pacedFigures(each, 1_000, many),
    async (each: Running) => {
      const { perS, cpuMsPer1000 } = await flooded(each, most);
      return { 'most changes': perS, 'CPU per 1,000 at most': cpuMsPer1000 };
    },
  ];
  // What a first round compiles and opens is no one's cost.
  for (let round = isSmall ? 0 : -1; round < rounds; round += 1) {
    for (const load of loads) {
      // Who goes first changes: what else the machine does is nobody's.
      for (const each of round % 2 === 0 ? running : running.toReversed()) {
        const figures = await load(each);
        if (round < 0) continue;
        for (const [what, value] of Object.entries(figures)) {
          const values = measured.get(each);
          values?.set(what, [...(values.get(what) ?? []), value]);
        }
      }
    }
  }
  const about = `${rounds} rounds in turn of ${lone} changes at 100/s, ${many} at 1,000/s and ${most} at most`;
  for (const each of running) {
    const { name, windowMs } = each.contestant;
    const windows =
      windowMs(1) > 0
        ? `; lets a change wait ${windowMs(1)} ms for others, ${windowMs(1_000)} ms where they are many, and 10 ms between frames`
        : '';
    const figures = [...(measured.get(each) ?? [])].map(([what, values]) => figureOf(what, values));
    const lost = await each.contestant.lost(each.sent);
    yield {
      bench: `chain, ${name}`,
      about: about + windows,
      figures: [...figures, { what: 'lost', value: lost, unit: '', bar: { atMost: 0 } }],
    };
  }
  const figuresOf = (each: Running) => measured.get(each) ?? new Map<string, number[]>();
  const isOurs = ({ contestant }: Running) => contestant.name.startsWith('binjari');
  for (const ours of running.filter(isOurs)) {
    for (const peer of running.filter((each) => !isOurs(each))) {
      const { name } = peer.contestant;
      const figures = barsAgainst(name, figuresOf(ours), figuresOf(peer));
      const bench = `chain, ${ours.contestant.name} against ${name}`;
      yield { bench, about: 'ratios round by round, windows subtracted from latencies', figures };
    }
  }
}

async function pacedFigures(each: Running, perS: number, count: number) {
  const { latenciesMs, workMs, cpuMsPer1000 } = await paced(each, perS, count);
  const at = `at ${perS.toLocaleString('en')}/s`;
  return {
    [`p50 ${at}`]: median(latenciesMs),
    [`p99 ${at}`]: quantile(latenciesMs, 0.99),
    [`p50 ${at}, window subtracted`]: median(workMs),
    [`p99 ${at}, window subtracted`]: quantile(workMs, 0.99),
    [`CPU per 1,000 ${at}`]: cpuMsPer1000,
  };
}

const figureOf = (what: string, values: readonly number[]): Figure => ({
  what,
  value: median(values),
  unit: UNITS[what] ?? 'ms',
  spread: [quantile(values, 0), quantile(values, 1)],
});
