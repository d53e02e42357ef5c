import { join } from 'node:path';
import { setTimeout as pass } from 'node:timers/promises';
import { Child } from '../child.ts';
import { quantileOf, runsOf } from '../quantiles.ts';
import type { Figure, Report, Size } from '../report.ts';
import type { CrowdFound, CrowdWish } from './crowd-child.ts';

/** Streets of one city district, each with its lots. */
const [BAYS, LOTS] = [5_000, 20];
const COALESCE_MS = 200;
const CHANGES_A_S = 200;
/** One in ten looks at one lot's bays, too; one in a hundred never reads. */
const [ZOOMED_SHARE, DEAF_SHARE] = [0.1, 0.01];
/** After a round, what is on its way still arrives. */
const SETTLE_MS = 1_500;
/** A client that takes nothing for 10 s is cut; the round with the deaf lasts longer. */
const DEAF_ROUND_MS = 18_000;

interface Crowd {
  readonly readers: number;
  /** Cut short of the deaf: for how cost grows. */
  readonly isWhole: boolean;
  readonly p99AtMostMs?: number;
}

interface Plan {
  readonly crowds: readonly Crowd[];
  readonly rounds: number;
  readonly roundMs: number;
}

const SMALL: Plan = {
  crowds: [{ readers: 20, isWhole: true }],
  rounds: 1,
  roundMs: 600,
};
const FULL: Plan = {
  crowds: [
    { readers: 1_000, isWhole: true, p99AtMostMs: COALESCE_MS + 50 },
    { readers: 3_000, isWhole: false },
    { readers: 10_000, isWhole: true, p99AtMostMs: 2_000 },
  ],
  rounds: 3,
  roundMs: 4_000,
};

/** Viewers of the live channel beside a broadcast of the same frames by bare `ws`. */
export async function* benchViewers(size: Size): AsyncGenerator<Report> {
  const plan = size.isSmall ? SMALL : FULL;
  const cpuUsOf: number[] = [];
  for (const crowd of plan.crowds) {
    const { report, cpuUs } = await measured(crowd, plan, size);
    cpuUsOf.push(cpuUs);
    yield report;
  }
  const [first, last] = [cpuUsOf[0] ?? 0, cpuUsOf.at(-1) ?? 0];
  yield {
    bench: 'viewers, how cost grows',
    about: `CPU for each frame and viewer, ${plan.crowds.map(({ readers }) => readers).join(', ')} viewers`,
    figures: [
      ...plan.crowds.map(({ readers }, at) => ({
        what: `${readers} viewers`,
        value: cpuUsOf[at] ?? 0,
        unit: 'µs',
      })),
      { what: 'most viewers / fewest', value: last / first, unit: '×', bar: { atMost: 1.25 } },
    ],
  };
}

/** One side of the comparison: a server, and the viewers that it has. */
interface Side {
  readonly server: Child;
  readonly viewers: Child;
}

async function measured(
  crowd: Crowd,
  plan: Plan,
  size: Size,
): Promise<{ report: Report; cpuUs: number }> {
  const { readers } = crowd;
  const child = (file: string, ...args: number[]) =>
    new Child(join(import.meta.dirname, file), args.map(String), size.profileFolder);
  const viewersOf = () => child('crowd-child.ts');
  const ours: Side = {
    server: child('street-child.ts', BAYS, LOTS, COALESCE_MS, CHANGES_A_S),
    viewers: viewersOf(),
  };
  const open: Side[] = [ours];
  try {
    const unwatchedUs = await unwatched(ours, plan);
    const emptyBytes = await ours.server.ask<number>('rssBytes');
    const zoomed = Math.round(readers * ZOOMED_SHARE);
    await enter(ours, readers - zoomed, ['lots']);
    for (let lot = 0; lot < LOTS; lot += 1) {
      const some = Math.floor((zoomed * (lot + 1)) / LOTS) - Math.floor((zoomed * lot) / LOTS);
      await enter(ours, some, ['lots', `lot:lot-${lot + 1}`]);
    }
    const idleBytes = await ours.server.ask<number>('rssBytes');
    // One that is not counted: what runs for the first time is not yet what runs for long.
    const first = await round(ours, plan.roundMs);
    const bare: Side = {
      server: child('bare-child.ts', Math.round(first.bytes / first.frames), COALESCE_MS),
      viewers: viewersOf(),
    };
    open.push(bare);
    await enter(bare, readers, ['lots']);
    await round(bare, plan.roundMs);
    const rounds: { readonly ours: Round; readonly bare: Round }[] = [];
    for (let at = 0; at < plan.rounds; at += 1) {
      rounds.push({ ours: await round(ours, plan.roundMs), bare: await round(bare, plan.roundMs) });
    }
    const loopsMs: number[] = [];
    for (let at = 0; at < plan.rounds; at += 1) {
      loopsMs.push((await watchedRound(ours, plan.roundMs)).loopP99Ms);
    }
    const loadedBytes = await ours.server.ask<number>('rssBytes');
    const withDeaf = crowd.isWhole ? await deafRound(ours, readers, size.isSmall) : [];
    const cpu = runsOf(rounds.map(({ ours: { cpuUs, frames } }) => cpuUs / frames));
    const bareCpu = runsOf(rounds.map(({ bare: { cpuUs, frames } }) => cpuUs / frames));
    const ratio = runsOf(
      rounds.map((one) => one.ours.cpuUs / one.ours.frames / (one.bare.cpuUs / one.bare.frames)),
    );
    const p99 = runsOf(rounds.map((one) => quantileOf(one.ours.delaysMs, 0.99)));
    const p50 = runsOf(rounds.map((one) => quantileOf(one.ours.delaysMs, 0.5)));
    const loop = runsOf(loopsMs);
    const perClient = (bytes: number) => (bytes - emptyBytes) / readers / 1_024;
    const { p99AtMostMs } = crowd;
    const bars = p99AtMostMs !== undefined;
    const figures: Figure[] = [
      ratioFigure(ratio, bars),
      { what: 'CPU for each frame', ...valueOf(cpu), unit: 'µs', bare: bareCpu.median },
      {
        what: 'of it what the changes cost when nobody watches',
        value: unwatchedUs / (rounds[0]?.ours.frames ?? Number.NaN),
        unit: 'µs',
      },
      {
        what: 'memory of a viewer, loaded',
        value: perClient(loadedBytes),
        unit: 'KiB',
        ...(bars && { bar: { atMost: 20 } }),
      },
      { what: 'memory of a viewer, idle', value: perClient(idleBytes), unit: 'KiB' },
      { what: 'oldest change of a frame to viewer, p50', ...valueOf(p50), unit: 'ms' },
      {
        what: 'oldest change of a frame to viewer, p99',
        ...valueOf(p99),
        unit: 'ms',
        ...(bars && { bar: { atMost: p99AtMostMs } }),
      },
      {
        what: 'event loop p99',
        ...valueOf(loop),
        unit: 'ms',
        ...(bars && { bar: { atMost: 50 } }),
      },
      {
        what: 'frames of channels not watched',
        value: sumOf(rounds.map((one) => one.ours.foreign)),
        unit: '',
        bar: { atMost: 0 },
      },
      ...withDeaf,
    ];
    const about = `${readers} viewers, ${BAYS} bays in ${LOTS} lots, ${CHANGES_A_S} changes/s, a frame each ${COALESCE_MS} ms of ${Math.round(first.bytes / first.frames)} bytes`;
    return { report: { bench: 'viewers', about, figures }, cpuUs: cpu.median };
  } finally {
    for (const side of open) await Promise.all([side.viewers.close(), side.server.close()]);
  }
}

const valueOf = ({ median, spread }: ReturnType<typeof runsOf>) => ({ value: median, spread });
const sumOf = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0);

const ratioFigure = (ratio: ReturnType<typeof runsOf>, hasBar: boolean): Figure => ({
  what: 'CPU for each frame, of that of a preframed broadcast',
  ...valueOf(ratio),
  unit: '×',
  ...(hasBar && { bar: { atMost: 1.25 } }),
});

async function enter(
  { server, viewers }: Side,
  count: number,
  channels: readonly string[],
  isDeaf = false,
): Promise<void> {
  const wish: CrowdWish = { port: await server.ask('port'), count, channels, isDeaf };
  await viewers.ask('open', wish);
}

interface Round {
  readonly cpuUs: number;
  readonly frames: number;
  readonly bytes: number;
  readonly delaysMs: readonly number[];
  readonly loopP99Ms: number;
  readonly foreign: number;
}

async function round({ server, viewers }: Side, ms: number): Promise<Round> {
  await viewers.ask('found');
  const countsOf = async () => server.ask<{ framesSent: number; loopP99Ms?: number }>('counts');
  const before = await countsOf();
  await server.ask('change', true);
  const cpuBefore = await server.ask<number>('cpuUs');
  await pass(ms);
  const cpuUs = (await server.ask<number>('cpuUs')) - cpuBefore;
  const after = await countsOf();
  await server.ask('change', false);
  await pass(SETTLE_MS);
  const { heard, foreign, bytes } = await viewers.ask<CrowdFound>('found');
  const delaysMs: number[] = [];
  for (const [channel, { at, laterMs }] of Object.entries(heard)) {
    const ats = [...new Set(at)].toSorted((a, b) => a - b);
    const oldest = await server.ask<number[]>('oldest', { channel, ats });
    const waitedMs = new Map(ats.map((one, index) => [one, one - (oldest[index] ?? one)]));
    for (const [index, one] of at.entries()) {
      delaysMs.push((laterMs[index] ?? 0) + (waitedMs.get(one) ?? 0));
    }
  }
  const frames = after.framesSent - before.framesSent;
  return { cpuUs, frames, bytes, delaysMs, loopP99Ms: after.loopP99Ms ?? 0, foreign };
}

/** The CPU time of a round's changes, and of all else that goes on without any viewer (µs). */
async function unwatched(side: Side, { rounds, roundMs }: Plan): Promise<number> {
  await round(side, roundMs);
  const costsUs: number[] = [];
  for (let at = 0; at < rounds; at += 1) costsUs.push((await round(side, roundMs)).cpuUs);
  return runsOf(costsUs).median;
}

/** Its CPU time is not the server's alone. */
async function watchedRound(side: Side, ms: number): Promise<Round> {
  await side.server.ask('watchLoop', true);
  const found = await round(side, ms);
  await side.server.ask('watchLoop', false);
  return found;
}

/** One in a hundred more comes, and never reads: the others must not notice. */
async function deafRound(side: Side, readers: number, isSmall: boolean): Promise<Figure[]> {
  const deaf = Math.max(1, Math.round(readers * DEAF_SHARE));
  const channels = ['lots', ...Array.from({ length: LOTS }, (_, at) => `lot:lot-${at + 1}`)];
  await enter(side, deaf, channels, true);
  const ms = isSmall ? SMALL.roundMs : DEAF_ROUND_MS;
  const { delaysMs, loopP99Ms } = await watchedRound(side, ms);
  const { cut, skips } = await side.server.ask<{ cut: number; skips: number }>('counts');
  const { closed } = await side.viewers.ask<CrowdFound>('found');
  return [
    { what: 'p99 beside the deaf', value: quantileOf(delaysMs, 0.99), unit: 'ms' },
    { what: 'event loop p99 beside the deaf', value: loopP99Ms, unit: 'ms' },
    { what: 'turns in which a deaf one got nothing', value: skips, unit: '' },
    { what: `of ${deaf} deaf cut off`, value: cut, unit: '' },
    { what: 'readers cut off', value: closed, unit: '', bar: { atMost: 0 } },
  ];
}
