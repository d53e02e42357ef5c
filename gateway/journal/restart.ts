import { BayId } from '#contract/ids.ts';
import type { BayState } from '#contract/bay.ts';
import type { Database } from '#runtime/sqlite.ts';
import type { Run } from './journal-file.ts';

/** What was last journalled of a bay. */
export interface LastState {
  readonly state: BayState;
  /** Wall time; undefined where its run's clock was never trusted. */
  readonly sensedAt: number | undefined;
}

interface BayRow {
  readonly bay: string;
  readonly state: BayState;
  readonly run: number;
  readonly at_mono: number | null;
  readonly at_wall: number | null;
  readonly offset_ms: number | null;
}

/** The wall time that was published counts, where the record still is there. */
function readBays(database: Database): BayRow[] {
  const rows: unknown = database
    .prepare(
      `SELECT bay.bay, bay.state, bay.run, bay.at_mono,
         COALESCE(record.at_wall, bay.at_wall) AS at_wall, run.offset_ms
       FROM bay
       LEFT JOIN record ON record.run = bay.run AND record.seq = bay.seq
       LEFT JOIN run ON run.ordinal = bay.run`,
    )
    .all();
  return rows as BayRow[];
}

const wallOf = (row: BayRow): number | undefined =>
  row.at_wall ??
  (row.at_mono === null || row.offset_ms === null ? undefined : row.at_mono + row.offset_ms);

export function lastStates(database: Database): Map<string, LastState> {
  return new Map(
    readBays(database).map((row) => [row.bay, { state: row.state, sensedAt: wallOf(row) }]),
  );
}

/**
 * Since when each bay that was believed in an earlier run is unknown: nobody watched between the
 * last mark of its interval, or its own last event, and now.
 */
export function restartEvents(
  database: Database,
  runs: readonly Run[],
): { bay: BayId; sensedAt: number }[] {
  const believed = readBays(database).filter(({ state }) => state !== 'unknown');
  const marks = new Map<number, ReadonlyMap<string, number>>();
  for (const run of runs) {
    if (believed.some((row) => row.run === run.ordinal)) {
      marks.set(run.ordinal, marksOf(database, run));
    }
  }
  return believed.flatMap((row) => {
    const event = wallOf(row);
    const mark = marks.get(row.run)?.get(row.bay);
    if (event === undefined) return [];
    return [{ bay: BayId.parse(row.bay), sensedAt: Math.max(event, mark ?? 0) }];
  });
}

/** Until when each bay of a run was watched, by the wall clock. */
function marksOf(database: Database, run: Run): Map<string, number> {
  const rows = database
    .prepare(
      `SELECT body, at_mono, until_mono, at_wall FROM record
       WHERE run = ? AND kind = 'observed' ORDER BY seq`,
    )
    .all(run.ordinal) as unknown as {
    readonly body: string;
    readonly at_mono: number;
    readonly until_mono: number;
    readonly at_wall: number | null;
  }[];
  const marks = new Map<string, number>();
  for (const { body, at_mono, until_mono, at_wall } of rows) {
    const fromWall = at_wall ?? (run.offsetMs === undefined ? undefined : at_mono + run.offsetMs);
    if (fromWall === undefined) continue;
    const until = fromWall + until_mono - at_mono;
    const { bays } = JSON.parse(body) as { readonly bays: readonly string[] };
    for (const bay of bays) marks.set(bay, Math.max(until, marks.get(bay) ?? 0));
  }
  return marks;
}

/**
 * Records of an earlier run whose clock was never trusted have no time and never will: they are
 * removed, and what they said of a bay is forgotten. Returns how many they were.
 */
export function dropUndatable(database: Database, runs: readonly Run[]): number {
  let count = 0;
  for (const run of runs) {
    if (run.offsetMs !== undefined) continue;
    const { events } = database
      .prepare(
        `SELECT COALESCE(SUM(CASE kind WHEN 'undated' THEN body ->> '$.count' ELSE 1 END), 0)
           AS events
         FROM record WHERE run = ? AND at_wall IS NULL`,
      )
      .get(run.ordinal) as { readonly events: number };
    database.prepare('DELETE FROM record WHERE run = ? AND at_wall IS NULL').run(run.ordinal);
    count += events;
    database
      .prepare(`UPDATE bay SET state = 'unknown' WHERE run = ? AND at_wall IS NULL`)
      .run(run.ordinal);
    const { last } = database
      .prepare('SELECT COALESCE(MAX(seq), 0) AS last FROM record WHERE run = ?')
      .get(run.ordinal) as { last: number };
    database.prepare('UPDATE run SET last_seq = ? WHERE ordinal = ?').run(last, run.ordinal);
  }
  return count;
}
