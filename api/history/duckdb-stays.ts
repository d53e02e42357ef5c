import type { DuckDBDataChunk } from '@duckdb/node-api';
import type { BayId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { lotsSql } from './duckdb-rows.ts';

/** In the place of a departure, where the car stands still: a column without NULL is read faster. */
const NONE = -1;
/** What a stay is, added up to one number. */
const [BRIDGED, ANOMALOUS, OPEN_LEFT] = [1, 2, 4];

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
  departed_after::DOUBLE, departed_before::DOUBLE, (${BRIDGED} * bridged::INTEGER
    + ${ANOMALOUS} * anomalous::INTEGER + ${OPEN_LEFT} * open_left::INTEGER)::DOUBLE
FROM (
  SELECT bay, lot, journal, seq, arrived_after, arrived_before,
         departed_after, departed_before, bridged, anomalous, open_left
  FROM stays
  WHERE arrived_after < $2 AND departed_before >= $1
    AND (arrived_after >= $1 OR departed_before > $1)${and}
  UNION ALL
  SELECT bay, lot, journal, seq, arrived_after, arrived_before,
         ${NONE}, ${NONE}, bridged, false, open_left
  FROM bays
  WHERE is_open AND arrived_after < $2${and}
) ORDER BY bay, arrived_before, journal, seq`;
}

/** Rows of staysSql. `lot`: the one that was asked for. */
export function staysOfChunk(chunk: DuckDBDataChunk, lot: LotId | undefined): Stay[] {
  const { rowCount } = chunk;
  const bays = chunk.getColumnVector(0);
  const bayAt = (row: number) => bays.getItem(row) as BayId;
  const lots = lot === undefined ? (chunk.getColumnValues(1) as LotId[]) : [];
  const numbers = [2, 3, 4, 5, 6].map((column) => chunk.getColumnValues(column) as number[]);
  const [arrivedAfter = [], arrivedBefore = [], departedAfter, departedBefore, told] = numbers;
  const stays: Stay[] = [];
  for (let [from, until] = [0, 0]; from < rowCount; from = until) {
    const bay = bayAt(from);
    until = endOfBay(bayAt, from, rowCount);
    for (let row = from; row < until; row += 1) {
      const is = told?.[row] ?? 0;
      stays.push({
        bay,
        lot: lot ?? (lots[row] as LotId),
        arrivedAfter: arrivedAfter[row] as number,
        arrivedBefore: arrivedBefore[row] as number,
        departedAfter: departureOf(departedAfter?.[row]),
        departedBefore: departureOf(departedBefore?.[row]),
        bridged: (is & BRIDGED) !== 0,
        anomalous: (is & ANOMALOUS) !== 0,
        openLeft: (is & OPEN_LEFT) !== 0,
      });
    }
  }
  return stays;
}

const departureOf = (at: number = NONE): number | null => (at === NONE ? null : at);

/**
 * Where the rows of the bay at `from` end. Rows come by bay, and one bay's text takes as long to read
 * as all numbers of its row: so most of them are passed over.
 */
function endOfBay(bayAt: (row: number) => BayId, from: number, rowCount: number): number {
  const bay = bayAt(from);
  let [inside, width] = [from, 1];
  while (inside + width < rowCount && bayAt(inside + width) === bay) {
    inside += width;
    width *= 2;
  }
  let outside = Math.min(inside + width, rowCount);
  while (outside - inside > 1) {
    const middle = (inside + outside) >> 1;
    if (bayAt(middle) === bay) inside = middle;
    else outside = middle;
  }
  return outside;
}
