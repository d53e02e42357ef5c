import type { DuckDBConnection } from '@duckdb/node-api';
import type { Stay } from '#contract/stay.ts';
import { censorOf } from './answers/dwell.ts';
import { appendRows } from './duckdb-append.ts';
import type { Column } from './duckdb-append.ts';
import { LONGEST_KEPT_MS } from './duckdb-rows.ts';
import type { LotHour } from './history.ts';
import type { BayRow, KeyedStay, StayKey, ViewGroup } from './view.ts';

/** Puts a group's rows in place, inside the transaction that the caller has begun. */
export async function writeStaged(connection: DuckDBConnection, group: ViewGroup): Promise<void> {
  const { mark, lotHours, retracted, stays, bays } = group;
  if (lotHours.length > 0) {
    await appendRows(connection, 'staged_hours', lotHours, HOUR_COLUMNS);
    await connection.run(`
      DELETE FROM lot_hours AS old USING staged_hours AS new
        WHERE old.lot = new.lot AND old.hour_at = new.hour_at;
      INSERT INTO lot_hours FROM staged_hours;
      DELETE FROM staged_hours;`);
  }
  if (retracted.length > 0) {
    await appendRows(connection, 'staged_keys', retracted, KEY_COLUMNS);
    await connection.run(`
      DELETE FROM stays AS old USING staged_keys AS gone
        WHERE old.bay = gone.bay AND old.journal = gone.journal AND old.seq = gone.seq;
      DELETE FROM staged_keys;`);
  }
  if (stays.length > 0) await appendRows(connection, 'stays', stays, STAY_COLUMNS);
  if (bays.length > 0) {
    await appendRows(connection, 'staged_bays', bays, BAY_COLUMNS);
    await connection.run(`
      DELETE FROM bays WHERE bay IN (SELECT bay FROM staged_bays);
      INSERT INTO bays FROM staged_bays;
      DELETE FROM staged_bays;`);
  }
  if (mark) {
    await connection.run('DELETE FROM mark');
    await connection.run('INSERT INTO mark VALUES ($1, $2)', [mark.logId, BigInt(mark.position)]);
  }
}

const HOUR_COLUMNS: readonly Column<LotHour>[] = [
  ['text', ({ lot }) => lot],
  ['number', ({ hourAt }) => hourAt],
  ['number', ({ occupiedBayMs }) => occupiedBayMs],
  ['number', ({ vacantBayMs }) => vacantBayMs],
  ['number', ({ arrivals }) => arrivals],
  ['number', ({ departures }) => departures],
];

const KEY_COLUMNS: readonly Column<StayKey>[] = [
  ['text', ({ bay }) => bay],
  ['number', ({ order }) => order.journal],
  ['number', ({ order }) => order.seq],
];

const STAY_COLUMNS: readonly Column<KeyedStay>[] = [
  ['text', ({ stay }) => stay.bay],
  ['text', ({ stay }) => stay.lot],
  ['number', ({ order }) => order.journal],
  ['number', ({ order }) => order.seq],
  ['number', ({ stay }) => stay.arrivedAfter],
  ['number', ({ stay }) => stay.arrivedBefore],
  // Only stays that ended come here; an open one stands in its bay's row.
  ['number', ({ stay }) => stay.departedAfter ?? 0],
  ['number', ({ stay }) => stay.departedBefore ?? 0],
  ['boolean', ({ stay }) => stay.bridged],
  ['boolean', ({ stay }) => stay.anomalous],
  ['boolean', ({ stay }) => stay.openLeft],
  ['number', ({ stay }) => keptLengthMs(stay)],
];

/** null: one of its ends is not exact. */
function keptLengthMs(stay: Stay): number | null {
  if (censorOf(stay) !== undefined) return null;
  const lengthMs = (stay.departedBefore ?? stay.arrivedBefore) - stay.arrivedBefore;
  return Math.min(LONGEST_KEPT_MS, lengthMs);
}

const BAY_COLUMNS: readonly Column<BayRow>[] = [
  ['text', ({ bay }) => bay],
  ['text', ({ lot }) => lot],
  ['text', ({ fold }) => fold],
  ['boolean', ({ open }) => open !== undefined],
  // Where none is open they are not asked for, and NULL takes several times as long to write.
  ['number', ({ open }) => open?.order.journal ?? 0],
  ['number', ({ open }) => open?.order.seq ?? 0],
  ['number', ({ open }) => open?.stay.arrivedAfter ?? 0],
  ['number', ({ open }) => open?.stay.arrivedBefore ?? 0],
  ['boolean', ({ open }) => open?.stay.bridged ?? false],
  ['boolean', ({ open }) => open?.stay.openLeft ?? false],
];
