import { readFileSync, statSync } from 'node:fs';
import { parse } from 'csv-parse/sync';
import { IsoInstant } from '#contract/time.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import type { BayId } from '#contract/ids.ts';
import type { Traffic, Visit } from './visit.ts';

/** A row that cannot be played. */
export interface BadRow {
  readonly line: number;
  readonly reason: string;
}

export interface Replay {
  readonly traffic: Traffic;
  readonly stays: number;
  /** First arrival of the recording; undefined when it has no stay. */
  readonly firstAt: number | undefined;
  readonly badRows: readonly BadRow[];
}

const MOST_BYTES = 256 * 1_048_576;
const COLUMNS = ['bay', 'arrivedat', 'departedat'];

/** Reads a recording from disk; throws ConfigError when there is no such file or it is too large. */
export function readReplay(path: string, bays: ReadonlySet<string>): Replay {
  let text: string;
  try {
    if (statSync(path).size > MOST_BYTES) throw new Error('expected a file of at most 256 MiB');
    text = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ConfigError([`replayFile: ${path}: ${messageOf(error)}`]);
  }
  return parseReplay(text, bays, path);
}

/**
 * Stays of a CSV with the columns bay, arrived at, departed at (a header names them; times in ISO
 * 8601 with an offset; no departure: the car stays). Bad rows are named and left out, the others
 * are played. Throws ConfigError when the columns are missing.
 */
export function parseReplay(text: string, bays: ReadonlySet<string>, name = 'replay'): Replay {
  const badRows: BadRow[] = [];
  const rows = parse(text, {
    bom: true,
    info: true,
    trim: true,
    skip_empty_lines: true,
    relax_column_count: true,
    skip_records_with_error: true,
    on_skip: (error) => {
      if (error) badRows.push({ line: Number(error['lines'] ?? 0), reason: error.message });
    },
  }) as unknown as { readonly record: readonly string[]; readonly info: { lines: number } }[];
  const at = columnsOf(rows.shift()?.record ?? [], name);

  const found: (Visit & { readonly bay: string; readonly line: number })[] = [];
  for (const { record, info } of rows) {
    const cell = (column: number) => record[at[column] ?? -1] ?? '';
    const visit = readRow(cell(0), cell(1), cell(2), bays);
    if (typeof visit === 'string') badRows.push({ line: info.lines, reason: visit });
    else found.push({ ...visit, bay: cell(0), line: info.lines });
  }
  const visits = new Map<string, Visit[]>();
  let stays = 0;
  for (const { bay, line, ...visit } of found.toSorted((a, b) => a.arrivedAt - b.arrivedAt)) {
    const before = visits.get(bay) ?? [];
    if ((before.at(-1)?.departedAt ?? 0) > visit.arrivedAt) {
      badRows.push({ line, reason: `${bay} is still occupied by an earlier stay` });
      continue;
    }
    before.push(visit);
    visits.set(bay, before);
    stays += 1;
  }
  return {
    stays,
    firstAt: stays === 0 ? undefined : Math.min(...[...visits.values()].map(firstArrival)),
    badRows: badRows.toSorted((a, b) => a.line - b.line),
    traffic: { visits: (bay: BayId, from) => recorded(visits.get(bay) ?? [], from) },
  };
}

const firstArrival = (visits: readonly Visit[]) => visits[0]?.arrivedAt ?? Number.POSITIVE_INFINITY;

function* recorded(visits: readonly Visit[], from: number): Generator<Visit, undefined> {
  for (const visit of visits) if (visit.departedAt > from) yield visit;
  return undefined;
}

function columnsOf(header: readonly string[], name: string): number[] {
  const names = header.map((column) => column.toLowerCase().replaceAll(/[^a-z]/g, ''));
  const at = COLUMNS.map((column) => names.indexOf(column));
  if (at.includes(-1)) {
    const expected = 'expected a first line "bay,arrivedAt,departedAt"';
    throw new ConfigError([`replayFile: ${name}: ${expected}; got "${header.join(',')}"`]);
  }
  return at;
}

function readRow(
  bay: string,
  arrived: string,
  departed: string,
  bays: ReadonlySet<string>,
): Visit | string {
  if (!bays.has(bay)) return `"${bay}" is no simulated bay of this site`;
  const arrivedAt = instantOf(arrived);
  if (arrivedAt === undefined) return `arrived at "${arrived}": expected an ISO time with offset`;
  const departedAt = departed === '' ? Number.POSITIVE_INFINITY : instantOf(departed);
  if (departedAt === undefined) {
    return `departed at "${departed}": expected an ISO time with offset`;
  }
  if (departedAt <= arrivedAt) return 'expected a departure after the arrival';
  return { arrivedAt, departedAt };
}

function instantOf(text: string): number | undefined {
  return IsoInstant.safeParse(text).success ? Date.parse(text) : undefined;
}
