import type { LotId } from '#contract/ids.ts';
import { LONGEST_KEPT_MS, lotsSql, numberIn } from './duckdb-rows.ts';
import type { Row } from './duckdb-rows.ts';
import type { Dwell, Hour, LotDwell } from './history.ts';
import { hourFrom } from './lot-sums.ts';

const HOUR_COLUMNS = ['occupied_ms', 'vacant_ms', 'arrivals', 'departures'] as const;

/** $1 an hour before the window, $2 its end; `ofLots`: the condition on the lot. */
export const summedHoursSql = (ofLots: string): string => `
SELECT hour_at::DOUBLE, ${HOUR_COLUMNS.map((name) => `sum(${name})::DOUBLE`).join(', ')}
FROM lot_hours WHERE hour_at > $1 AND hour_at < $2 AND ${ofLots}
GROUP BY hour_at ORDER BY hour_at`;

/** $3 the lot, of which each hour has one row. */
export const LOT_HOURS_SQL = `
SELECT hour_at::DOUBLE, ${HOUR_COLUMNS.map((name) => `${name}::DOUBLE`).join(', ')}
FROM lot_hours WHERE hour_at > $1 AND hour_at < $2 AND lot = $3 ORDER BY hour_at`;

/** Of both, by column, as numbers; hours without anything in them are left out. */
export function* hoursOfColumns(columns: readonly (readonly unknown[])[]): Iterable<Hour> {
  const [hours = [], occupied, vacant, arrivals, departures] = columns as number[][];
  for (const [at, hourAt] of hours.entries()) {
    const sums = {
      occupiedBayMs: occupied?.[at] ?? 0,
      vacantBayMs: vacant?.[at] ?? 0,
      arrivals: arrivals?.[at] ?? 0,
      departures: departures?.[at] ?? 0,
    };
    const { occupiedBayMs, vacantBayMs } = sums;
    if (occupiedBayMs + vacantBayMs + sums.arrivals + sums.departures > 0)
      yield hourFrom(hourAt, sums);
  }
}

/** Lengths as they are kept, or, where one of them is too long for that, from both ends. */
const LENGTH = {
  kept: 'length_ms',
  whole: 'CASE WHEN length_ms IS NOT NULL THEN departed_before - arrived_before END',
} as const;

/**
 * $1 and $2 the window, $3 and on the lots, undefined: all; a lot has up to two rows, of stays that
 * ended and of those that are open. The discrete quantile is the one by nearest rank.
 */
export function dwellSql(
  lots: number | undefined,
  shares: readonly number[],
  length: keyof typeof LENGTH = 'kept',
): string {
  const ofLots = lots === undefined ? '' : ` AND ${lotsSql(lots)}`;
  const begun = `arrived_before >= $1 AND arrived_before < $2${ofLots}`;
  const quantiles = shares.map((_, at) => `, ranked[${at + 1}] AS quantile_${at}`).join('');
  const ranked = shares.length === 0 ? 'NULL' : `quantile_disc(length_ms, [${shares.join(', ')}])`;
  return `
SELECT *${quantiles} FROM (
  SELECT lot, count(length_ms) AS exact, coalesce(sum(length_ms), 0)::BIGINT AS sum_ms,
    coalesce(max(length_ms), 0)::BIGINT AS longest_ms, 0 AS open,
    count(*) FILTER (open_left) AS open_left, count(*) AS every, ${ranked} AS ranked
  FROM (SELECT lot, open_left, ${LENGTH[length]} AS length_ms FROM stays WHERE ${begun})
  GROUP BY lot
  UNION ALL
  SELECT lot, 0, 0, 0, count(*) FILTER (NOT open_left), count(*) FILTER (open_left), count(*), NULL
  FROM bays WHERE is_open AND ${begun} GROUP BY lot
) ORDER BY lot`;
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
  return [...found].map(([lot, dwell]) => ({ lot, ...dwell }));
}

/** One of both has no lengths. */
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
