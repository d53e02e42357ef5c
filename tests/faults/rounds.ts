import { between, openRandom } from '#firmware-sim/world/random.ts';
import { checkAgainstTruth } from '../support/checker.ts';
import { play } from '../support/scenario.ts';
import type { Act } from '../support/scenario.ts';
import { until } from '../support/until.ts';
import { drawFaults } from './fault-kinds.ts';
import type { DrawnFault } from './fault-kinds.ts';
import { judge } from './oracle.ts';
import type { Outage } from './oracle.ts';
import { silencesOf } from './silences.ts';
import { openStand, stallsOf, untilAllIsLogged, untilLiveIsTrue, untilObserved } from './stand.ts';
import { mayMakeDisks } from './small-disk.ts';
import type { Stand } from './stand.ts';
import { Traffic } from './traffic.ts';

/** A round lasts so long; each of its faults begins and ends within it. */
const ROUND_MS = 7_500;
/** After so many rounds the street is emptied and the history is held against it. */
const ROUNDS_A_BLOCK = 10;

const DISKS = { 'gw-1': '8m', api: '64m' };

export interface RoundsOptions {
  readonly seed: number;
  readonly rounds: number;
  readonly say: (line: string) => void;
  /** Where to keep what gateways heard; undefined: not beyond the run. */
  readonly tracesFolder?: string | undefined;
  /** The faults of each round, for a run that is not random. */
  readonly faultsOf?: (stand: Stand, round: number) => DrawnFault[];
}

export interface RoundsResult {
  readonly passed: number;
  readonly failed: number;
  readonly problems: readonly string[];
  /** Changes that were surely observable and are in history once with their time. */
  readonly found: number;
  readonly doubtful: number;
  readonly exactStays: number;
  /** How often nothing was heard of a bay for some polls. */
  readonly silences: number;
}

interface Round {
  readonly number: number;
  readonly from: number;
  to: number;
}

/** Rounds after which the street was emptied. */
interface Block {
  readonly rounds: readonly Round[];
  readonly from: number;
  readonly emptyAt: number;
}

type Say = (at: number, text: string) => void;

/** Round after round on one running system; the same seed draws the same faults and cars. */
export async function runRounds(options: RoundsOptions): Promise<RoundsResult> {
  const { seed, rounds, say } = options;
  say(`seed ${seed}, ${rounds} rounds`);
  if (!mayMakeDisks) say('without full disks: they need the right to mount');
  await using stand = await openStand({
    seed,
    disks: mayMakeDisks ? DISKS : {},
    tracesFolder: options.tracesFolder,
  });
  const traffic = new Traffic(stand.system, openRandom(seed, 'traffic'));
  const bad = new Set<number>();
  const problems: string[] = [];
  const sums = { found: 0, doubtful: 0, exactStays: 0, silences: 0 };
  const played: Round[] = [];
  const blame: Say = (at, text) => {
    const number = (played.find(({ to }) => at < to) ?? played.at(-1))?.number ?? 0;
    bad.add(number);
    problems.push(`round ${number}: ${text}`);
    say(`round ${number} FAILED: ${text}`);
  };
  let block: Round[] = [];
  let before: Block | undefined;
  for (let number = 1; number <= rounds; number += 1) {
    const random = openRandom(seed, `round/${number}`);
    const faults = options.faultsOf?.(stand, number) ?? drawFaults(stand, random);
    const round: Round = { number, from: Date.now(), to: 0 };
    say(`round ${number}: ${faults.map(({ text }) => text).join(' and ')}`);
    await play([
      ...traffic.round(ROUND_MS),
      ...faults.flatMap((fault) => actsOf(fault, random)),
      { atS: ROUND_MS / 1_000, run: async () => undefined },
    ]);
    round.to = Date.now();
    block.push(round);
    played.push(round);
    if (block.length < ROUNDS_A_BLOCK && number < rounds) continue;
    await traffic.emptyAll();
    const ended: Block = { rounds: block, from: block[0]?.from ?? 0, emptyAt: Date.now() };
    await untilCaughtUp(stand, ended.emptyAt, blame);
    // Open intervals travel twice a minute: what the last block was observed is known by now.
    if (before) await checkBlock(stand, before, sums, blame);
    before = ended;
    block = [];
    say(`  ${traffic.changes} changes, ${sums.found} found once, ${sums.doubtful} at gaps`);
  }
  if (before) {
    await untilObserved(stand, before.emptyAt + 1_000);
    await checkBlock(stand, before, sums, blame);
  }
  const result = { passed: rounds - bad.size, failed: bad.size, problems, ...sums };
  say(
    `${traffic.changes} changes, ${sums.found} found once, ${sums.doubtful} at gaps or ${sums.silences} silences`,
  );
  say(`seed ${seed}: ${result.passed} passed, ${result.failed} failed`);
  return result;
}

function actsOf(fault: DrawnFault, random: () => number): Act[] {
  const from = between(random, 0.3, 2.5);
  const to = between(random, from + 0.3, 6.5);
  return [
    { atS: from, run: async () => fault.begin() },
    { atS: to, run: async () => fault.end() },
  ];
}

/** Live is true again, and every record is in the log. */
async function untilCaughtUp(stand: Stand, at: number, blame: Say): Promise<void> {
  const note = (error: unknown) => blame(at, String(error));
  await untilLiveIsTrue(stand.system).catch(note);
  await untilAllIsLogged(stand).catch(note);
}

async function checkBlock(
  stand: Stand,
  { from, emptyAt }: Block,
  sums: { found: number; doubtful: number; exactStays: number; silences: number },
  blame: Say,
): Promise<void> {
  const { system } = stand;
  const { bays } = system.site;
  const silences = silencesOf(stand.tracesFolder).filter(
    (silence) => silence.to > from && silence.from < emptyAt,
  );
  sums.silences += silences.length;
  const outages = [...stand.outages, ...stallsOf(stand), ...silences];
  const truth = system.truth();
  const verdict = judge({ bays, truth, log: stand.log(), outages, from, to: emptyAt });
  sums.found += verdict.found;
  sums.doubtful += verdict.doubtful;
  for (const { at, text } of verdict.problems) blame(at, text);
  for (const { at, text } of await problemsOfStays(stand, outages, from, emptyAt, sums))
    blame(at, text);
}

/** What history makes of it, of bays that no gap touched: every stay once with its times. */
async function problemsOfStays(
  { system }: Stand,
  outages: readonly Outage[],
  from: number,
  to: number,
  sums: { exactStays: number },
): Promise<{ at: number; text: string }[]> {
  const touched = new Set(
    outages
      .filter((outage) => outage.to > from - 20_000 && outage.from < to + 20_000)
      .flatMap(({ bays }) => bays),
  );
  const window = `from=${new Date(from).toISOString()}&to=${new Date(to + 5_000).toISOString()}`;
  const read = async (what: string): Promise<unknown[]> =>
    (await system.operator(`/api/v1/operator/export/${what}?${window}`))
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);
  const isInBlock = ({ stoppedAt }: { readonly stoppedAt: number }) =>
    stoppedAt >= from && stoppedAt < to;
  const truth = system.truth().filter(isInBlock);
  const check = async () => {
    const stays = (await read('stays')) as Awaited<ReturnType<typeof system.stays>>;
    const observed = (await read('observed')) as Awaited<ReturnType<typeof system.observed>>;
    return checkAgainstTruth({
      truth,
      stays: stays.filter(
        ({ arrivedBefore }) => arrivedBefore >= from - 3_000 && arrivedBefore < to,
      ),
      observed,
      bays: system.site.bays.filter((bay) => !touched.has(bay)),
      lateMs: 6_000,
      earlyMs: 3_000,
      until: to,
    });
  };
  try {
    // The view follows the log on its own time.
    const result = await until(
      async () => {
        const checked = await check();
        if (checked.problems.length === 0) return checked;
        throw new Error(checked.problems.slice(0, 5).join('; '));
      },
      { withinMs: 60_000, everyMs: 1_000 },
    );
    sums.exactStays += result.exact;
    return [];
  } catch (error) {
    return [{ at: to, text: `stays: ${String(error)}` }];
  }
}
