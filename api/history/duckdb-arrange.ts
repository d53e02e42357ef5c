import type { DuckDBConnection } from '@duckdb/node-api';
import { DUCKDB_SCHEMA } from './duckdb-rows.ts';

/** Four weeks: long enough that a bay's stays of them lie together, short enough to be passed over. */
const STRETCH_MS = 28 * 86_400_000;
/** DuckDB passes over as many rows at once: fewer of them need no order. */
const ROW_GROUP = 122_880;

/**
 * Puts all stays in order by stretches of time, and by lot and bay within one: questions of some
 * weeks pass over the others, and those of a lot over other lots. A view that is made anew was
 * written bay by bay. Not one transaction: whoever calls has no mark yet, and without one what is
 * there counts for nothing.
 */
export async function arrangeStays(connection: DuckDBConnection): Promise<void> {
  const rows = await connection.runAndReadAll('SELECT count(*) FROM stays');
  const [[count] = []] = rows.getRows();
  if (Number(count) <= ROW_GROUP) return;
  // Through a file of its own, which goes again: this one would keep the room of both.
  await connection.run('CREATE OR REPLACE TEMP TABLE moving AS FROM stays');
  await connection.run('DROP TABLE stays');
  await connection.run(DUCKDB_SCHEMA);
  await connection.run('CHECKPOINT');
  const stretches = await connection.runAndReadAll(
    `SELECT DISTINCT arrived_before // ${STRETCH_MS} AS stretch FROM moving ORDER BY stretch`,
  );
  for (const [stretch] of stretches.getRows()) {
    const from = Number(stretch) * STRETCH_MS;
    await connection.run(
      `INSERT INTO stays FROM moving WHERE arrived_before >= $1 AND arrived_before < $2
         ORDER BY lot, bay, arrived_before, journal, seq`,
      [BigInt(from), BigInt(from + STRETCH_MS)],
    );
  }
  await connection.run('DROP TABLE moving');
}
