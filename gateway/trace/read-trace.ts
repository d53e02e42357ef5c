import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { parse } from 'csv-parse';
import type { BayId } from '#contract/ids.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import { RowProblem } from './cells.ts';
import type { Cells } from './cells.ts';
import { checkColumns, isColumn, RowTimes, withMicrotesla } from './foreign-columns.ts';
import type { ForeignColumns } from './foreign-columns.ts';
import { decodeHeader } from './trace-header.ts';
import type { TraceHeader } from './trace-header.ts';
import { decodeRow } from './trace-row.ts';
import type { TraceRow } from './trace-row.ts';

export type TraceEntry =
  | { readonly kind: 'row'; readonly row: TraceRow }
  /** A row that cannot be taken; the others are. */
  | { readonly kind: 'bad'; readonly line: number; readonly problem: string };

const MOST_COMMENT_LINES = 1_000;
const MOST_LINE_BYTES = 16_384;

interface Head {
  readonly comments: readonly string[];
  /** The first line that is no comment. */
  readonly first: string;
}

async function readHead(path: string): Promise<Head> {
  const comments: string[] = [];
  let first = '';
  const input = createReadStream(path, { encoding: 'utf8' });
  const lines = createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
  try {
    for await (const line of lines) {
      first = line.replace(/^\uFEFF/, '');
      if (!first.startsWith('#') || comments.length >= MOST_COMMENT_LINES) break;
      comments.push(first);
    }
  } catch (error) {
    throw new ConfigError([`${path}: ${messageOf(error)}`]);
  } finally {
    lines.close();
    input.destroy();
  }
  return { comments, first };
}

/** What the comment lines at the file's beginning say. Throws ConfigError with all that is wrong. */
export async function readTraceHeader(path: string): Promise<TraceHeader> {
  const { header, problems } = decodeHeader((await readHead(path)).comments);
  if (problems.length > 0) throw new ConfigError(problems.map((each) => `${path}: ${each}`));
  return header;
}

/**
 * The rows of a trace in their order, read as they are asked for: a file of any length takes the
 * same memory. `soleBay`: whom rows without a bay are about. Throws ConfigError for a file that
 * cannot be read or has none of the columns.
 */
export async function* readTrace(
  path: string,
  options: ForeignColumns & { readonly soleBay?: BayId | undefined },
): AsyncGenerator<TraceEntry> {
  const { columns, rateHz, countsPerGauss, soleBay } = options;
  if (columns) checkColumns(columns);
  const times = new RowTimes(rateHz);
  const delimiter = columns ? delimiterOf((await readHead(path)).first) : ',';
  let names = columns;
  for await (const { record, line } of recordsOf(path, delimiter)) {
    if (names === undefined) {
      names = record;
      checkHeader(path, names);
      continue;
    }
    const cells: Cells = Object.fromEntries(names.map((name, at) => [name, record[at] ?? '']));
    try {
      const ms = times.next(cells);
      if (record.length !== names.length) {
        throw new RowProblem('row', `${names.length} columns`, `${record.length}`);
      }
      yield { kind: 'row', row: decodeRow(withMicrotesla(cells, countsPerGauss), { ms, soleBay }) };
    } catch (error) {
      if (!(error instanceof RowProblem)) throw error;
      yield { kind: 'bad', line, problem: error.message };
    }
  }
}

/** A file of numbers alone has its columns between commas, semicolons, tabs, or spaces. */
function delimiterOf(line: string): string {
  return [',', ';', '\t'].find((each) => line.includes(each)) ?? ' ';
}

/** Columns of which a trace knows nothing are passed over, but some it must know. */
function checkHeader(path: string, names: readonly string[]): void {
  if (names.some((name) => isColumn(name))) return;
  const got = names.slice(0, 4).join(',');
  throw new ConfigError([
    `${path}: expected a first row that names the columns (ms, bay, mm, xUt, …), got "${got}"; --columns names those of a file without one`,
  ]);
}

interface CsvRecord {
  readonly record: readonly string[];
  readonly line: number;
}

async function* recordsOf(path: string, delimiter: string): AsyncGenerator<CsvRecord> {
  const file = createReadStream(path);
  const parser = parse({
    bom: true,
    info: true,
    trim: true,
    comment: '#',
    comment_no_infix: true,
    // Ids and numbers need no quotes, and a stray one would swallow all that follows.
    quote: false,
    delimiter,
    relax_column_count: true,
    skip_empty_lines: true,
    max_record_size: MOST_LINE_BYTES,
  });
  file.on('error', (error) => parser.destroy(error));
  file.pipe(parser);
  try {
    for await (const read of parser) {
      const { record, info } = read as { record: string[]; info: { lines: number } };
      // Any number of spaces is one.
      const cells = delimiter === ' ' ? record.filter((cell) => cell !== '') : record;
      if (cells.length > 0) yield { record: cells, line: info.lines };
    }
  } catch (error) {
    throw new ConfigError([`${path}: ${messageOf(error)}`]);
  } finally {
    file.destroy();
  }
}
