import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { BayState } from '#contract/bay.ts';
import { openDatabaseForReading } from '#runtime/sqlite.ts';

/** A bay event as a journal or the log has it, or, of no bay, how many have no time. */
export interface KeptEvent {
  readonly key: string;
  readonly bay: string;
  readonly state: BayState;
  readonly sensedAt: number;
  readonly cause: string;
  /** Its journal's place among its gateway's, then its seq. */
  readonly order: readonly [journal: number, seq: number];
}

export interface KeptInterval {
  readonly key: string;
  readonly bays: readonly string[];
  readonly from: number;
  readonly until: number;
}

export interface Kept {
  readonly events: readonly KeptEvent[];
  readonly intervals: readonly KeptInterval[];
}

interface EventRow {
  readonly no: number;
  readonly id: string;
  readonly seq: number;
  readonly bay: string;
  readonly state: BayState;
  readonly sensed_at: number;
  readonly cause: string;
}

interface IntervalRow {
  readonly id: string;
  readonly seq: number;
  readonly bays: string;
  readonly from_at: number;
  readonly until_at: number;
}

/** Everything that the api's log holds, read beside its writer. */
export function readLog(apiFolder: string): Kept {
  const folder = join(apiFolder, 'log');
  const events: KeptEvent[] = [];
  const intervals = new Map<string, KeptInterval>();
  const files = readdirSync(folder).filter((name) => /^log-.*\.sqlite$/.test(name));
  for (const name of files.toSorted()) {
    const database = openDatabaseForReading(join(folder, name));
    try {
      const rows = database
        .prepare(
          `SELECT j.no, j.id, e.seq, COALESCE(e.bay, '') AS bay,
             COALESCE(e.state, 'unknown') AS state, e.sensed_at,
             COALESCE(e.cause, 'undated ' || (e.fact ->> '$.count')) AS cause
           FROM event e JOIN journal j ON j.no = e.journal ORDER BY j.no, e.seq`,
        )
        .all() as unknown as EventRow[];
      for (const { no, id, seq, bay, state, sensed_at, cause } of rows) {
        const key = `${id}/${seq}`;
        events.push({ key, bay, state, sensedAt: sensed_at, cause, order: [no, seq] });
      }
      const observed = database
        .prepare(
          `SELECT j.id, o.seq, o.bays, o.from_at, o.until_at
           FROM observed o JOIN journal j ON j.no = o.journal`,
        )
        .all() as unknown as IntervalRow[];
      for (const { id, seq, bays, from_at, until_at } of observed) {
        const key = `${id}/${seq}`;
        const until = Math.max(until_at, intervals.get(key)?.until ?? 0);
        intervals.set(key, { key, bays: JSON.parse(bays) as string[], from: from_at, until });
      }
    } finally {
      database.close();
    }
  }
  return { events, intervals: [...intervals.values()] };
}

interface RecordRow {
  readonly id: string;
  readonly run: number;
  readonly seq: number;
  readonly kind: string;
  readonly body: string;
  readonly at_wall: number | null;
  readonly at_mono: number;
  readonly until_mono: number | null;
}

/** Everything that a gateway's disk holds with a time; records without one were never sent. */
export function readJournal(gatewayFolder: string): Kept {
  const path = join(gatewayFolder, 'journal.db');
  if (!existsSync(path)) return { events: [], intervals: [] };
  const database = openDatabaseForReading(path);
  try {
    const rows = database
      .prepare(
        `SELECT run.id, record.* FROM record JOIN run ON run.ordinal = record.run
         ORDER BY run.ordinal, record.seq`,
      )
      .all() as unknown as RecordRow[];
    const events: KeptEvent[] = [];
    const intervals: KeptInterval[] = [];
    for (const row of rows) {
      if (row.at_wall === null) continue;
      const key = `${row.id}/${row.seq}`;
      const body = JSON.parse(row.body) as Omit<KeptEvent, 'key' | 'order' | 'sensedAt'> & {
        readonly bays: readonly string[];
        readonly count: number;
      };
      const order = [row.run, row.seq] as const;
      const sensedAt = row.at_wall;
      if (row.kind === 'undated') {
        const cause = `undated ${body.count}`;
        events.push({ key, bay: '', state: 'unknown', cause, sensedAt, order });
      } else if (row.kind === 'bay') {
        const { bay, state, cause } = body;
        events.push({ key, bay, state, cause, sensedAt, order });
      } else {
        const until = row.at_wall + (row.until_mono ?? row.at_mono) - row.at_mono;
        intervals.push({ key, bays: body.bays, from: row.at_wall, until });
      }
    }
    return { events, intervals };
  } finally {
    database.close();
  }
}
