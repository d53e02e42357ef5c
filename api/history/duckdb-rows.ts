import type { BayId, LogId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import type { BayRow, KeyedStay, ViewMark } from './view.ts';

/** Raised with every change of the tables: a view of another format is made again from the log. */
export const VIEW_FORMAT = 2;

export const FORMAT_SQL = `
CREATE TABLE IF NOT EXISTS format (version INTEGER NOT NULL);
INSERT INTO format SELECT ${VIEW_FORMAT} WHERE NOT EXISTS (SELECT 1 FROM format);`;

/** What a column of four bytes holds; lengths beyond it, 24 days, stand in it as this much. */
export const LONGEST_KEPT_MS = 2 ** 31 - 1;

/**
 * Times are epoch milliseconds. No index and no key: DuckDB has open reports of both after a kill.
 * `length_ms`: of a stay with both ends exact; in four bytes it is ranked in half the time.
 */
export const DUCKDB_SCHEMA = `
CREATE TABLE IF NOT EXISTS mark (log_id VARCHAR NOT NULL, position BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS lot_hours (
  lot VARCHAR NOT NULL, hour_at BIGINT NOT NULL,
  occupied_ms BIGINT NOT NULL, vacant_ms BIGINT NOT NULL,
  arrivals BIGINT NOT NULL, departures BIGINT NOT NULL
);
CREATE TABLE IF NOT EXISTS stays (
  bay VARCHAR NOT NULL, lot VARCHAR NOT NULL, journal BIGINT NOT NULL, seq BIGINT NOT NULL,
  arrived_after BIGINT NOT NULL, arrived_before BIGINT NOT NULL,
  departed_after BIGINT NOT NULL, departed_before BIGINT NOT NULL,
  bridged BOOLEAN NOT NULL, anomalous BOOLEAN NOT NULL, open_left BOOLEAN NOT NULL,
  length_ms INTEGER
);
CREATE TABLE IF NOT EXISTS bays (
  bay VARCHAR NOT NULL, lot VARCHAR NOT NULL, fold VARCHAR NOT NULL, is_open BOOLEAN NOT NULL,
  journal BIGINT, seq BIGINT, arrived_after BIGINT, arrived_before BIGINT,
  bridged BOOLEAN, open_left BOOLEAN
);`;

/** A group's rows stand here first, so that one statement a table puts them in place. */
export const STAGED_SQL = `
CREATE TEMP TABLE IF NOT EXISTS staged_hours AS FROM lot_hours LIMIT 0;
CREATE TEMP TABLE IF NOT EXISTS staged_bays AS FROM bays LIMIT 0;
CREATE TEMP TABLE IF NOT EXISTS staged_keys AS SELECT bay, journal, seq FROM stays LIMIT 0;`;

export const CLEAR_SQL = `
BEGIN; DELETE FROM mark; DELETE FROM lot_hours; DELETE FROM stays; DELETE FROM bays; COMMIT;`;

const placesOf = (lots: number): string =>
  Array.from({ length: lots }, (_, at) => `$${at + 3}`).join(', ');

/** The condition that a row is of one of so many lots; $3 and on. */
export const lotsSql = (lots: number): string => `lot IN (${placesOf(lots) || 'NULL'})`;

/** The condition that it is of none of them. */
export const otherLotsSql = (lots: number): string =>
  lots === 0 ? 'true' : `lot NOT IN (${placesOf(lots)})`;

/**
 * $1 from, $2 to, $3 and on the lots, undefined: all; then the first bay, if there is one; the rule
 * of touchesWindow. No departure is before its arrival: the bound on it says nothing new, but it lets
 * whole stretches of the file be passed over. Numbers of eight bytes come as bigints, doubles as
 * they are; that a stay is of the one lot that was asked for need not be read.
 */
export function staysSql(lots: number | undefined, hasFirstBay: boolean): string {
  const ofLots = lots === undefined ? '' : ` AND ${lotsSql(lots)}`;
  const and = `${ofLots}${hasFirstBay ? ` AND bay >= $${3 + (lots ?? 0)}` : ''}`;
  return `
SELECT bay, ${lots === 1 ? 'NULL' : 'lot'}, arrived_after::DOUBLE, arrived_before::DOUBLE,
  departed_after::DOUBLE, departed_before::DOUBLE, bridged, anomalous, open_left
FROM (
  SELECT bay, lot, journal, seq, arrived_after, arrived_before,
         departed_after, departed_before, bridged, anomalous, open_left
  FROM stays
  WHERE arrived_after < $2 AND departed_before >= $1
    AND (arrived_after >= $1 OR departed_before > $1)${and}
  UNION ALL
  SELECT bay, lot, journal, seq, arrived_after, arrived_before,
         NULL, NULL, bridged, false, open_left
  FROM bays
  WHERE is_open AND arrived_after < $2${and}
) ORDER BY bay, arrived_before, journal, seq`;
}

/**
 * Rows of staysSql by column: to make an object of each row first takes three times as long. `lot`:
 * the one that was asked for.
 */
export function* staysOfColumns(
  columns: readonly (readonly unknown[])[],
  lot: LotId | undefined,
): Iterable<Stay> {
  const [bays, lots] = columns as [BayId[], LotId[]];
  const [arrivedAfter, arrivedBefore] = columns.slice(2) as number[][];
  const [departedAfter, departedBefore] = columns.slice(4) as (number | null)[][];
  const [bridged, anomalous, openLeft] = columns.slice(6) as boolean[][];
  for (const [at, bay] of bays.entries()) {
    yield {
      bay,
      lot: lot ?? (lots[at] as LotId),
      arrivedAfter: arrivedAfter?.[at] as number,
      arrivedBefore: arrivedBefore?.[at] as number,
      departedAfter: departedAfter?.[at] ?? null,
      departedBefore: departedBefore?.[at] ?? null,
      bridged: bridged?.[at] === true,
      anomalous: anomalous?.[at] === true,
      openLeft: openLeft?.[at] === true,
    };
  }
}

export type Row = Readonly<Record<string, string | bigint | boolean | null>>;

export const numberIn = (row: Row, column: string): number => Number(row[column]);
const numberOrNull = (row: Row, column: string): number | null =>
  row[column] === null ? null : Number(row[column]);

// Only checked ids were ever written: the brands of what is read back are true.
export function logMarkOf(row: Row): ViewMark {
  return { logId: row['log_id'] as LogId, position: numberIn(row, 'position') };
}

function stayOfRow(row: Row): Stay {
  return {
    bay: row['bay'] as BayId,
    lot: row['lot'] as LotId,
    arrivedAfter: numberIn(row, 'arrived_after'),
    arrivedBefore: numberIn(row, 'arrived_before'),
    departedAfter: numberOrNull(row, 'departed_after'),
    departedBefore: numberOrNull(row, 'departed_before'),
    bridged: row['bridged'] === true,
    anomalous: row['anomalous'] === true,
    openLeft: row['open_left'] === true,
  };
}

export function keyedStayOf(row: Row): KeyedStay {
  const order = { journal: numberIn(row, 'journal'), seq: numberIn(row, 'seq') };
  return { order, stay: stayOfRow(row) };
}

/** A stay that is open as one short text: four columns are read three times as fast as ten. */
export const BAYS_SQL = `
SELECT bay, lot, fold, CASE WHEN is_open THEN concat_ws(' ', journal, seq, arrived_after,
  arrived_before, bridged::INTEGER, open_left::INTEGER) END AS standing FROM bays`;

/** Values of the columns of BAYS_SQL. */
export function bayRowOf(bay: BayId, lot: LotId, fold: string, standing: string | null): BayRow {
  if (standing === null) return { bay, lot, fold, open: undefined };
  const [journal = 0, seq = 0, arrivedAfter = 0, arrivedBefore = 0, bridged, openLeft] = standing
    .split(' ')
    .map(Number);
  const stay = {
    bay,
    lot,
    arrivedAfter,
    arrivedBefore,
    departedAfter: null,
    departedBefore: null,
    bridged: bridged === 1,
    anomalous: false,
    openLeft: openLeft === 1,
  };
  return { bay, lot, fold, open: { order: { journal, seq }, stay } };
}
