import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { Writable } from 'node:stream';
import { stringify } from 'csv-stringify';
import * as z from 'zod';
import type { Answer, Asked } from './route.ts';

export const CSV_MEDIA = 'text/csv';

/** A table for spreadsheets; its first line names the columns. */
export const CsvText = z.string();

/** Rows for a spreadsheet; a cell that is null is left empty. */
export interface CsvTable {
  readonly columns: readonly string[];
  readonly rows: AsyncIterable<CsvRow> | Iterable<CsvRow>;
  /** Excel takes a file without it for another code than UTF-8. */
  readonly withBom: boolean;
  /** Under which a browser saves it, without the ending. */
  readonly name: string;
}

export type CsvRow = Readonly<Record<string, string | number | boolean | null>>;

const ROWS_AHEAD = 64;

/**
 * RFC 4180: CRLF, quotes where needed. What a spreadsheet would take for a formula is written as
 * text: names come from site files. Rows are read no faster than the other end takes them.
 */
export async function writeCsv(
  { columns, withBom }: Pick<CsvTable, 'columns' | 'withBom'>,
  rows: AsyncIterable<unknown>,
  to: Writable,
): Promise<void> {
  const text = stringify({
    header: true,
    columns: [...columns],
    bom: withBom,
    record_delimiter: 'windows',
    escape_formulas: true,
    // By itself it quotes a line end only where it is its own.
    quoted_match: /[\r\n]/,
    cast: { boolean: (value) => (value ? 'true' : 'false') },
  });
  await pipeline(Readable.from(rows, { highWaterMark: ROWS_AHEAD }), text, to);
}

interface FormQuery {
  readonly format?: 'json' | 'ndjson' | 'csv' | undefined;
}

export function asksForCsv({ media, query }: Pick<Asked<FormQuery>, 'media' | 'query'>): boolean {
  return query.format === undefined ? media === CSV_MEDIA : query.format === 'csv';
}

/** Every row says whether it is invented: a file leaves the answer's headers behind. */
export function csvOf(
  rows: CsvTable['rows'],
  as: {
    readonly row: z.ZodObject;
    readonly simulated: boolean;
    readonly withBom: boolean;
    readonly name: string;
  },
): Answer {
  const { row, simulated, withBom, name } = as;
  const columns = [...Object.keys(row.shape), 'simulated'];
  return { kind: 'csv', table: { columns, rows: marked(rows, simulated), withBom, name } };
}

async function* marked(rows: CsvTable['rows'], simulated: boolean): AsyncGenerator<CsvRow> {
  for await (const row of rows) yield { ...row, simulated };
}
