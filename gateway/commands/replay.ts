import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import { BayId } from '#contract/ids.ts';
import { readTruth, replayTraces } from '../trace/replay.ts';
import type { Replayed } from '../trace/replay.ts';
import type { ReplayedEvent } from '../trace/replayed-line.ts';
import { scoreOf } from '../trace/score.ts';
import type { Score } from '../trace/score.ts';
import { eventHead, eventLine, scoreLines, summaryLine } from '../trace/replay-text.ts';

interface ReplayFlags {
  readonly json?: boolean;
  readonly confirmMs?: number;
  readonly mountMm?: number;
  readonly periodMs?: number;
  readonly bay?: BayId;
  readonly columns?: readonly string[];
  readonly rate?: number;
  readonly countsPerGauss?: number;
  readonly truth?: string;
  readonly earlyS: number;
  readonly lateS: number;
}

const MOST_BAD_ROWS_NAMED = 20;

export function addReplay(program: Command): void {
  program
    .command('replay')
    .description(
      'runs the detector over recorded traces and prints what it decides; docs/traces.md',
    )
    .argument('<traces...>', 'CSV files, in their order')
    .option('--json', 'one JSON line a decision, then a summary')
    .option('--truth <file>', 'what truly happened: a CSV with ms or at, bay, truth; then a score')
    .option('--early-s <seconds>', 'a decision may come so long before the truth', positive, 2)
    .option('--late-s <seconds>', 'and so long after it', positive, 30)
    .option('--confirm-ms <ms>', 'how long a change must last before it is believed', positive)
    .option('--mount-mm <mm>', 'the sensors’ height above the ground', positive)
    .option('--period-ms <ms>', 'the usual time between two samples of a bay', positive)
    .option('--bay <id>', 'whom rows without a bay are about', bayId)
    .option('--columns <names>', 'the columns of a file without a header, e.g. x,y,z', names)
    .option('--rate <hz>', 'samples a second, where no column tells the time', positive)
    .option('--counts-per-gauss <n>', 'the scale of a field in counts', positive)
    .action(runReplay);
}

async function runReplay(traces: readonly string[], flags: ReplayFlags): Promise<void> {
  const out = (text: string) => void process.stdout.write(`${text}\n`);
  const named: string[] = [];
  const onBadRow = ({ path, line, problem }: { path: string; line: number; problem: string }) => {
    if (named.length >= MOST_BAD_ROWS_NAMED) return;
    named.push(path);
    process.stderr.write(`${path}: line ${line}: ${problem}\n`);
  };
  const { rate: rateHz, json } = flags;
  if (!json) out(eventHead);
  const replayed = await replayTraces(traces, {
    ...flags,
    rateHz,
    onBadRow,
    onEvent: (event, path) => out(json ? jsonOf(event, path) : eventLine(event)),
  });
  const { truth: truthFile, bay } = flags;
  const { wallOffsetMs } = replayed;
  const truth =
    truthFile === undefined
      ? replayed.truth
      : await readTruth(truthFile, { bay, onBadRow, wallOffsetMs });
  const matching = { earlyMs: 1_000 * flags.earlyS, lateMs: 1_000 * flags.lateS };
  const hasTruth = truthFile !== undefined || truth.length > 0;
  const score = hasTruth ? scoreOf(truth, replayed.decided, matching) : undefined;
  if (json) out(JSON.stringify(summaryOf(replayed, score)));
  else for (const line of ['', summaryLine(replayed), ...scoreLines(score)]) out(line);
}

function jsonOf({ sensedAt, ...event }: ReplayedEvent, file: string): string {
  const at = sensedAt === undefined ? undefined : new Date(sensedAt).toISOString();
  return JSON.stringify({ kind: 'event', file, ...event, sensedAt: at });
}

function summaryOf(
  { decided: _decided, truth: _truth, wallOffsetMs: _offset, ...counts }: Replayed,
  score: Score | undefined,
): object {
  return { kind: 'summary', ...counts, ...(score && { score }) };
}

function positive(given: string): number {
  const value = Number(given);
  if (given !== '' && Number.isFinite(value) && value >= 0) return value;
  throw new InvalidArgumentError('expected a number from 0 on');
}

function names(given: string): readonly string[] {
  return given.split(',').map((name) => name.trim());
}

function bayId(given: string): BayId {
  const parsed = BayId.safeParse(given);
  if (parsed.success) return parsed.data;
  throw new InvalidArgumentError('expected the id of a bay, e.g. nambu-a-014');
}
