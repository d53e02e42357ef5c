import { barsOf, totalOf, verdictOf } from './bars.ts';
import type { Bar, Scored } from './bars.ts';
import { quantile } from './bounds.ts';
import { MODALITIES } from './classes.ts';
import type { Played } from './jobs.ts';
import { addTally, newTally, sortedGiven } from './tally.ts';
import type { Tally } from './tally.ts';

const DAY_MS = 86_400_000;
const MINUTE_MS = 60_000;

type Row = readonly string[];

const BAR_HEAD: Row = ['figure', 'measured', '95 % bound', 'at least', 'aim', ''];
export const CLASS_HEAD: Row = [
  'scenario',
  'events',
  'missed arrivals %',
  'missed departures %',
  'false arrivals / bay-day',
  'latency p50 / p95 s',
  'longest wrong min',
  'without flag min',
  'wrong ‰',
  'unknown ‰',
];
const GIVEN_HEAD: Row = ['evidence', 'state', 'class', 'given', 'claimed %', 'right %'];

/** The whole score as Markdown: bars, one table a modality, the confidence. */
export const reportOf = (scored: Scored): string =>
  [table(BAR_HEAD, barsOf(scored).map(barRow)), tablesOf(scored.played)].join('\n\n');

/** One table a modality, the confidence. */
export function tablesOf(played: readonly Played[]): string {
  const given = newTally();
  for (const each of MODALITIES) addTally(given, totalOf(played, each));
  return [
    ...MODALITIES.map(
      (modality) => `### ${modality}\n\n${table(CLASS_HEAD, classRows(played, modality))}`,
    ),
    `### confidence\n\n${table(
      GIVEN_HEAD,
      sortedGiven(given.given).map(({ kind, state, strength, count, right, claimed }) => [
        kind,
        state,
        String(strength),
        String(count),
        ((100 * claimed) / count).toFixed(1),
        ((100 * right) / count).toFixed(1),
      ]),
    )}`,
  ].join('\n\n');
}

function barRow(bar: Bar): Row {
  const { name, unit, measured, bound, atLeast, aim } = bar;
  const digits = unit === '' ? 3 : 2;
  const told = { aim: 'met, and the aim', met: 'met', missed: 'not met' }[verdictOf(bar)];
  return [
    `${name}${unit === '' ? '' : `, ${unit}`}`,
    measured.toFixed(digits),
    bound === measured ? '' : bound.toFixed(digits),
    `≤ ${atLeast}`,
    `≤ ${aim}`,
    told,
  ];
}

function classRows(played: readonly Played[], modality: (typeof MODALITIES)[number]): Row[] {
  const rows = played.flatMap(({ job, tallies }) => {
    const tally = tallies[modality];
    return tally === undefined ? [] : [classRow(job.what, tally)];
  });
  return [...rows, classRow('all classes', totalOf(played, modality))];
}

function classRow(name: string, tally: Tally): Row {
  const { events, arrivals, missedArrivals, missedDepartures, watchedMs, latenciesMs } = tally;
  const seconds = (share: number) => (quantile(latenciesMs, share) / 1_000).toFixed(1);
  return [
    name,
    String(events),
    ((100 * missedArrivals) / arrivals).toFixed(2),
    ((100 * missedDepartures) / (events - arrivals)).toFixed(2),
    (tally.falseArrivals / (watchedMs / DAY_MS)).toFixed(3),
    `${seconds(0.5)} / ${seconds(0.95)}`,
    (tally.longestWrongMs / MINUTE_MS).toFixed(1),
    (tally.longestUnflaggedMs / MINUTE_MS).toFixed(1),
    ((1_000 * tally.wrongMs) / watchedMs).toFixed(2),
    ((1_000 * tally.unknownMs) / watchedMs).toFixed(1),
  ];
}

/** Padded as the formatter of this project pads Markdown. */
function table(head: Row, rows: readonly Row[]): string {
  const widths = head.map((cell, at) =>
    Math.max(3, cell.length, ...rows.map((row) => (row[at] ?? '').length)),
  );
  const line = (row: Row) =>
    `| ${row.map((cell, at) => cell.padEnd(widths[at] ?? 0)).join(' | ')} |`;
  return [
    line(head),
    `| ${widths.map((width) => '-'.repeat(width)).join(' | ')} |`,
    ...rows.map(line),
  ].join('\n');
}
