import { setTimeout as pass } from 'node:timers/promises';
import { openTempFolder } from '../../tests/support/temp-folder.ts';
import { POLITELY, until } from '../../tests/support/until.ts';
import { quantileOf, runsOf } from '../quantiles.ts';
import type { Figure, Report, Size } from '../report.ts';
import { LIVE_WINDOW_MS } from '../chain/system.ts';
import { openCutOff } from './cut-off.ts';
import { LiveChanges } from './live-changes.ts';

interface Plan {
  readonly events: number;
  readonly rounds: number;
  /** Changes on the lines, all the time. */
  readonly perS: number;
  /** Between the two: the view's last group, the ends of intervals. */
  readonly calmMs: number;
  /** The idle time lasts as long as the catch-up, and at least so long. */
  readonly idleMs: number;
}

const SMALL: Plan = { events: 4_000, rounds: 1, perS: 50, calmMs: 300, idleMs: 1_000 };
const FULL: Plan = { events: 100_000, rounds: 3, perS: 25, calmMs: 2_000, idleMs: 10_000 };

const WITHIN_MS = 300_000;

interface Round {
  readonly caughtUpPerS: number;
  readonly idleMs: readonly number[];
  readonly meanwhileMs: readonly number[];
  readonly lost: number;
}

/**
 * What a gateway journalled while it was cut off goes to the api once it is connected, and beside it
 * what changes on its lines: gateway, broker and api as processes, new ones in each round.
 */
export async function benchCatchUp(size: Size): Promise<Report> {
  const plan = size.isSmall ? SMALL : FULL;
  const rounds: Round[] = [];
  for (let at = 0; at < plan.rounds; at += 1) rounds.push(await measuredRound(plan, size));
  const over = (of: (round: Round) => number) => {
    const { median: value, spread } = runsOf(rounds.map(of));
    return { value, spread };
  };
  const liveMs = (what: 'idleMs' | 'meanwhileMs', share: number): Omit<Figure, 'what'> => ({
    ...over((round) => quantileOf(round[what], share)),
    unit: 'ms',
  });
  const p99Ratio = ({ meanwhileMs, idleMs }: Round) =>
    quantileOf(meanwhileMs, 0.99) / quantileOf(idleMs, 0.99);
  return {
    bench: 'edge, catch-up',
    about: `${plan.events} journalled events, ${plan.perS} changes/s on the lines all the time, ${plan.rounds} rounds; last serial byte to a WebSocket client, with the gateway's window of 40 to 100 ms and the api's of ${LIVE_WINDOW_MS} ms`,
    figures: [
      { what: 'caught up', ...over(({ caughtUpPerS }) => caughtUpPerS), unit: 'events/s' },
      { what: 'a live change at idle, p50', ...liveMs('idleMs', 0.5) },
      { what: 'a live change at idle, p99', ...liveMs('idleMs', 0.99) },
      { what: 'a live change meanwhile, p50', ...liveMs('meanwhileMs', 0.5) },
      { what: 'a live change meanwhile, p99', ...liveMs('meanwhileMs', 0.99) },
      { what: 'p99 meanwhile / at idle', ...over(p99Ratio), unit: '×', bar: { atMost: 2 } },
      { what: 'lost', ...over(({ lost }) => lost), unit: '', bar: { atMost: 0 } },
    ],
  };
}

async function measuredRound(plan: Plan, size: Size): Promise<Round> {
  const { events, perS, calmMs, idleMs } = plan;
  using temp = openTempFolder();
  const cutOff = await openCutOff(temp.path, events, size);
  try {
    const changes = new LiveChanges(cutOff.lanes, perS);
    await cutOff.connect();
    // Connected, a gateway says first what is true now; the records follow at once.
    await until(() => changes.areSeen, { withinMs: WITHIN_MS, everyMs: 5 });
    const from = performance.now();
    const isCaughtUp = async () => (await cutOff.accepted()) >= events;
    await until(isCaughtUp, { withinMs: WITHIN_MS, ...POLITELY });
    const caughtUp = { from, until: performance.now() };
    const tookMs = caughtUp.until - from;
    await pass(calmMs);
    const idleFrom = performance.now();
    await pass(Math.max(idleMs, tookMs));
    const idle = { from: idleFrom, until: performance.now() };
    await changes.end();
    return {
      caughtUpPerS: (1_000 * events) / tookMs,
      meanwhileMs: changes.latenciesMs(caughtUp),
      idleMs: changes.latenciesMs(idle),
      lost: await cutOff.unheard(),
    };
  } finally {
    await cutOff.stop();
  }
}
