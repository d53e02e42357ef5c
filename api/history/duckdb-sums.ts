import type { LotId } from '#contract/ids.ts';
import { LONGEST_KEPT_MS, lotsSql, numberIn } from './duckdb-rows.ts';
import type { Row } from './duckdb-rows.ts';
import type { Dwell, Hour, LotDwell } from './history.ts';
import type { HourSums } from './hour-sums.ts';

const HOUR_COLUMNS = ['occupied_ms', 'vacant_ms', 'arrivals', 'departures'] as const;

/** $1 an hour before the window, $2 its end; `ofLots`: the condition on the lot. */
export const summedHoursSql = (ofLots: string): string => `
SELECT hour_at::DOUBLE, ${HOUR_COLUMNS.map((name) => `sum(${name})::DOUBLE`).join(', ')}
FROM lot_hours WHERE hour_at > $1 AND hour_at < $2 AND ${ofLots}
GROUP BY hour_at ORDER BY hour_at`;

/** $3 the lot, of which each hour has one row; not in order, which would take as long again. */
export const LOT_HOURS_SQL = `
SELECT hour_at::DOUBLE, ${HOUR_COLUMNS.map((name) => `${name}::DOUBLE`).join(', ')}
FROM lot_hours WHERE hour_at > $1 AND hour_at < $2 AND lot = $3`;

/** Of both, by column, as numbers; hours without anything in them are left out. */
export function hoursOfColumns<Row extends Hour>(
  columns: readonly (readonly unknown[])[],
  rowFrom: (hourAt: number, sums: Readonly<HourSums>) => Row,
): Row[] {
  const [hours = [], occupied = [], vacant = [], arrivals = [], departures = []] =
    columns as number[][];
  const rows: Row[] = [];
  for (const [at, hourAt] of hours.entries()) {
    const row = rowFrom(hourAt, {
      occupiedBayMs: occupied[at] as number,
      vacantBayMs: vacant[at] as number,
      arrivals: arrivals[at] as number,
      departures: departures[at] as number,
    });
    if (row.observedBayMs + row.arrivals + row.departures > 0) rows.push(row);
  }
  return rows;
}

/** In time's order, in which nearly all of them are already. */
export function inOrder<Row extends Hour>(rows: readonly Row[]): readonly Row[] {
  const isInOrder = rows.every((row, at) => at === 0 || (rows[at - 1]?.hourAt ?? 0) < row.hourAt);
  return isInOrder ? rows : rows.toSorted((a, b) => a.hourAt - b.hourAt);
}

/** Lengths as they are kept, or, where one of them is too long for that, from both ends. */
const LENGTH = {
  kept: 'length_ms',
  whole: 'departed_before - arrived_before',
} as const;

/**
 * $1 and $2 the window, $3 and on the lots, undefined: all; a lot has up to three rows: of stays that
 * have a length, of those that ended without one, and of those that are open. The discrete quantile
 * is the one by nearest rank, that of 1 the longest. Apart, since each further sum over all rows
 * takes its time, and where every stay has a length, the others need not be looked for.
 */
export function dwellSql(
  lots: number | undefined,
  shares: readonly number[],
  length: keyof typeof LENGTH = 'kept',
): string {
  const ofLots = lots === undefined ? '' : ` AND ${lotsSql(lots)}`;
  const begun = `arrived_before >= $1 AND arrived_before < $2${ofLots}`;
  const quantiles = shares.map((_, at) => `, ranked[${at + 1}] AS quantile_${at}`).join('');
  return `
SELECT *${quantiles}, coalesce(ranked[${shares.length + 1}], 0) AS longest_ms FROM (
  SELECT lot, count(*) AS exact, sum(${LENGTH[length]})::BIGINT AS sum_ms,
    0 AS open, 0 AS open_left, count(*) AS every,
    quantile_disc(${LENGTH[length]}, [${[...shares, 1].join(', ')}]) AS ranked
  FROM stays WHERE length_ms IS NOT NULL AND ${begun} GROUP BY lot
  UNION ALL
  SELECT lot, 0, 0, 0, count(*) FILTER (open_left), count(*), NULL
  FROM stays WHERE length_ms IS NULL AND ${begun} GROUP BY lot
  UNION ALL
  SELECT lot, 0, 0, count(*) FILTER (NOT open_left), count(*) FILTER (open_left), count(*), NULL
  FROM bays WHERE is_open AND ${begun} GROUP BY lot
)`;
}

/** One of the lengths is too long to be kept: `LENGTH.whole` has to be asked. */
export const hasTooLong = (rows: readonly Row[]): boolean =>
  rows.some((row) => numberIn(row, 'longest_ms') >= LONGEST_KEPT_MS);

export function dwellOfRows(rows: readonly Row[], shares: readonly number[]): LotDwell[] {
  const found = new Map<LotId, Dwell>();
  for (const row of rows) {
    const lot = row['lot'] as LotId;
    const [one, other] = [dwellOfRow(row, shares), found.get(lot)];
    found.set(lot, other ? together(one, other) : one);
  }
  const dwells = [...found].map(([lot, dwell]) => ({ lot, ...dwell }));
  return dwells.toSorted((a, b) => (a.lot < b.lot ? -1 : 1));
}

/** Only one of both has lengths. */
function together(one: Dwell, other: Dwell): Dwell {
  return {
    count: one.count + other.count,
    sumMs: one.sumMs + other.sumMs,
    percentilesMs: one.count > 0 ? one.percentilesMs : other.percentilesMs,
    censored: {
      open: one.censored.open + other.censored.open,
      openLeft: one.censored.openLeft + other.censored.openLeft,
      uncertain: one.censored.uncertain + other.censored.uncertain,
    },
  };
}

function dwellOfRow(row: Row, shares: readonly number[]): Dwell {
  const count = numberIn(row, 'exact');
  const censored = { open: numberIn(row, 'open'), openLeft: numberIn(row, 'open_left') };
  const uncertain = numberIn(row, 'every') - count - censored.open - censored.openLeft;
  return {
    count,
    sumMs: numberIn(row, 'sum_ms'),
    percentilesMs: shares.map((_, at) => {
      const lengthMs = row[`quantile_${at}`];
      return lengthMs === null || lengthMs === undefined ? undefined : Number(lengthMs);
    }),
    censored: { ...censored, uncertain },
  };
}
