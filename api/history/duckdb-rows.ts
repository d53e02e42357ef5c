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

/** Bays whose rows come as one text. */
const BAYS_A_TEXT = 2_048;

/**
 * Bays by their columns' texts, line by line: to read a text out of DuckDB costs as much as to take
 * hundreds of lines apart, and no id and no fold has a line's end in it. A stay that is open is one
 * short text, empty where none is.
 */
export const BAYS_SQL = `
SELECT string_agg(concat(bay, chr(10), lot, chr(10), fold, chr(10), CASE WHEN is_open THEN
  concat_ws(' ', journal, seq, arrived_after, arrived_before, bridged::INTEGER, open_left::INTEGER)
  END), chr(10)) FROM bays GROUP BY rowid // ${BAYS_A_TEXT}`;

/** Of a text of BAYS_SQL. */
export function bayRowsOf(text: string): BayRow[] {
  const lines = text.split('\n');
  const rows: BayRow[] = [];
  for (let at = 0; at + 3 < lines.length; at += 4) {
    const [bay, lot, fold = '', standing = ''] = lines.slice(at, at + 4);
    rows.push(bayRowOf(bay as BayId, lot as LotId, fold, standing));
  }
  return rows;
}

function bayRowOf(bay: BayId, lot: LotId, fold: string, standing: string): BayRow {
  if (standing === '') return { bay, lot, fold, open: undefined };
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
