import type { LotId } from '#contract/ids.ts';
import { lotsSql, numberIn } from './duckdb-rows.ts';
import type { Row } from './duckdb-rows.ts';
import type { Hour, LotDwell } from './history.ts';
import { hourFrom } from './lot-sums.ts';

/** $1 an hour before the window, $2 its end, $3 and on the lots. */
export const summedHoursSql = (lots: number): string => `
SELECT hour_at, sum(occupied_ms)::BIGINT AS occupied_ms, sum(vacant_ms)::BIGINT AS vacant_ms,
       sum(arrivals)::BIGINT AS arrivals, sum(departures)::BIGINT AS departures
FROM lot_hours WHERE hour_at > $1 AND hour_at < $2 AND ${lotsSql(lots)}
GROUP BY hour_at HAVING sum(occupied_ms + vacant_ms + arrivals + departures) > 0
ORDER BY hour_at`;

export function hourOfRow(row: Row): Hour {
  return hourFrom(numberIn(row, 'hour_at'), {
    occupiedBayMs: numberIn(row, 'occupied_ms'),
    vacantBayMs: numberIn(row, 'vacant_ms'),
    arrivals: numberIn(row, 'arrivals'),
    departures: numberIn(row, 'departures'),
  });
}

/**
 * $1 and $2 the window, $3 and on the lots. A stay has a length where both its ends are exact; the
 * discrete quantile is the one by nearest rank.
 */
export function dwellSql(lots: number, shares: readonly number[]): string {
  const quantiles = shares
    .map((share, at) => `, quantile_disc(length_ms, ${share}) AS quantile_${at}`)
    .join('');
  return `
WITH begun AS (
  SELECT lot, open_left, false AS is_open,
    CASE WHEN NOT open_left AND NOT anomalous AND arrived_after = arrived_before
          AND departed_after = departed_before THEN departed_before - arrived_before END AS length_ms
  FROM stays WHERE arrived_before >= $1 AND arrived_before < $2 AND ${lotsSql(lots)}
  UNION ALL
  SELECT lot, open_left, true, NULL
  FROM bays WHERE is_open AND arrived_before >= $1 AND arrived_before < $2 AND ${lotsSql(lots)}
)
SELECT lot, count(length_ms) AS exact, coalesce(sum(length_ms), 0)::BIGINT AS sum_ms,
  count(*) FILTER (open_left) AS open_left, count(*) FILTER (is_open AND NOT open_left) AS open,
  count(*) AS every${quantiles}
FROM begun GROUP BY lot ORDER BY lot`;
}

export function dwellOfRow(row: Row, shares: readonly number[]): LotDwell {
  const [count, open, openLeft] = ['exact', 'open', 'open_left'].map((name) => numberIn(row, name));
  const exact = count ?? 0;
  const censored = { open: open ?? 0, openLeft: openLeft ?? 0 };
  const uncertain = numberIn(row, 'every') - exact - censored.open - censored.openLeft;
  return {
    lot: row['lot'] as LotId,
    count: exact,
    sumMs: numberIn(row, 'sum_ms'),
    percentilesMs: shares.map((_, at) => {
      const lengthMs = row[`quantile_${at}`];
      return lengthMs === null || lengthMs === undefined ? undefined : Number(lengthMs);
    }),
    censored: { ...censored, uncertain },
  };
}
