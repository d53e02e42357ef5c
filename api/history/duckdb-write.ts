import type { DuckDBAppender, DuckDBConnection } from '@duckdb/node-api';
import { censorOf } from './answers/dwell.ts';
import { LONGEST_KEPT_MS } from './duckdb-rows.ts';
import { yieldToOthers } from './turns.ts';
import type { BayRow, KeyedStay, ViewGroup } from './view.ts';

/** Rows appended before others get their turn of the event loop. */
const ROWS_A_TURN = 500;

/** Puts a group's rows in place, inside the transaction that the caller has begun. */
export async function writeStaged(connection: DuckDBConnection, group: ViewGroup): Promise<void> {
  const { mark, lotHours, retracted, stays, bays } = group;
  if (lotHours.length > 0) {
    await append(connection, 'staged_hours', lotHours, (to, hour) => {
      to.appendVarchar(hour.lot);
      appendNumbers(to, hour.hourAt, hour.occupiedBayMs, hour.vacantBayMs);
      appendNumbers(to, hour.arrivals, hour.departures);
    });
    await connection.run(`
      DELETE FROM lot_hours AS old USING staged_hours AS new
        WHERE old.lot = new.lot AND old.hour_at = new.hour_at;
      INSERT INTO lot_hours FROM staged_hours;
      DELETE FROM staged_hours;`);
  }
  if (retracted.length > 0) {
    await append(connection, 'staged_keys', retracted, (to, { bay, order }) => {
      to.appendVarchar(bay);
      appendNumbers(to, order.journal, order.seq);
    });
    await connection.run(`
      DELETE FROM stays AS old USING staged_keys AS gone
        WHERE old.bay = gone.bay AND old.journal = gone.journal AND old.seq = gone.seq;
      DELETE FROM staged_keys;`);
  }
  if (stays.length > 0) await append(connection, 'stays', stays, appendStay);
  if (bays.length > 0) {
    await append(connection, 'staged_bays', bays, appendBay);
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

async function append<T>(
  connection: DuckDBConnection,
  table: string,
  rows: readonly T[],
  appendRow: (to: DuckDBAppender, row: T) => void,
): Promise<void> {
  const appender = await connection.createAppender(table);
  try {
    for (const [at, row] of rows.entries()) {
      appendRow(appender, row);
      appender.endRow();
      if (at % ROWS_A_TURN === ROWS_A_TURN - 1) await yieldToOthers();
    }
    appender.flushSync();
  } finally {
    appender.closeSync();
  }
}

function appendNumbers(to: DuckDBAppender, ...numbers: number[]): void {
  for (const number of numbers) to.appendBigInt(BigInt(number));
}

function appendStay(to: DuckDBAppender, { order, stay }: KeyedStay): void {
  to.appendVarchar(stay.bay);
  to.appendVarchar(stay.lot);
  appendNumbers(to, order.journal, order.seq, stay.arrivedAfter, stay.arrivedBefore);
  // Only stays that ended come here; an open one stands in its bay's row.
  appendNumbers(to, stay.departedAfter ?? 0, stay.departedBefore ?? 0);
  to.appendBoolean(stay.bridged);
  to.appendBoolean(stay.anomalous);
  to.appendBoolean(stay.openLeft);
  if (censorOf(stay) === undefined) {
    const lengthMs = (stay.departedBefore ?? stay.arrivedBefore) - stay.arrivedBefore;
    to.appendInteger(Math.min(LONGEST_KEPT_MS, lengthMs));
  } else to.appendNull();
}

function appendBay(to: DuckDBAppender, { bay, lot, fold, open }: BayRow): void {
  to.appendVarchar(bay);
  to.appendVarchar(lot);
  to.appendVarchar(fold);
  to.appendBoolean(open !== undefined);
  if (open) {
    const { arrivedAfter, arrivedBefore, bridged, openLeft } = open.stay;
    appendNumbers(to, open.order.journal, open.order.seq, arrivedAfter, arrivedBefore);
    to.appendBoolean(bridged);
    to.appendBoolean(openLeft);
  } else {
    for (let column = 0; column < 6; column += 1) to.appendNull();
  }
}
