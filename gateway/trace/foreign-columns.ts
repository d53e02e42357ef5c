import { ConfigError } from '#runtime/errors.ts';
import { parseNumber, RowProblem } from './cells.ts';
import type { Cells } from './cells.ts';
import { TRACE_COLUMNS, wallOf } from './trace-row.ts';

/** How the columns of a file that no gateway wrote become those of a trace. */
export interface ForeignColumns {
  /** The names of the columns of a file without a header, in order; `-` is passed over. */
  readonly columns?: readonly string[] | undefined;
  /** Samples a second, where no column tells the time. */
  readonly rateHz?: number | undefined;
  readonly countsPerGauss?: number | undefined;
}

const UT_PER_GAUSS = 100;

/** Each axis as counts of the magnetometer, and its name in a trace; `x` alone is short for it. */
const AXES = [
  ['x', 'xCounts', 'xUt'],
  ['y', 'yCounts', 'yUt'],
  ['z', 'zCounts', 'zUt'],
] as const;

const PASSED_OVER = '-';
const KNOWN: ReadonlySet<string> = new Set([...TRACE_COLUMNS, ...AXES.flat(), 's', PASSED_OVER]);

export const isColumn = (name: string): boolean => KNOWN.has(name);

/** Throws ConfigError for a column name that is not known. */
export function checkColumns(columns: readonly string[]): void {
  const strange = columns.filter((column) => !isColumn(column));
  if (strange.length === 0) return;
  throw new ConfigError(
    strange.map((column) => `columns: "${column}": expected one of ${[...KNOWN].join(', ')}`),
  );
}

/** The row with field in µT: counts by the stated scale. Throws RowProblem, ConfigError. */
export function withMicrotesla(cells: Cells, countsPerGauss: number | undefined): Cells {
  const scaled: Record<string, string | undefined> = { ...cells };
  for (const [short, countsName, name] of AXES) {
    const counted = cells[countsName] === undefined ? short : countsName;
    const counts = parseNumber(cells, counted);
    if (counts === undefined) continue;
    if (countsPerGauss === undefined) {
      throw new ConfigError([
        `${counted}: counts need a scale: --counts-per-gauss N, or a line "# countsPerGauss: N" in the file`,
      ]);
    }
    scaled[name] = String((counts * UT_PER_GAUSS) / countsPerGauss);
  }
  return scaled;
}

/** When each row was: by its `ms`, `s` or `at`, else by the rate; whole ms that never fall. */
export class RowTimes {
  readonly #rateHz: number | undefined;
  #rows = 0;
  #firstAt: number | undefined;
  #last = Number.NEGATIVE_INFINITY;

  constructor(rateHz: number | undefined) {
    this.#rateHz = rateHz;
  }

  /** Throws RowProblem; counts the row, whatever is wrong with it. */
  next(cells: Cells): number {
    const index = this.#rows;
    this.#rows += 1;
    const ms = Math.round(this.#timeOf(cells, index));
    if (ms < this.#last) {
      throw new RowProblem('ms', `a time not before the row above (${this.#last})`, String(ms));
    }
    this.#last = ms;
    return ms;
  }

  #timeOf(cells: Cells, index: number): number {
    const ms = parseNumber(cells, 'ms');
    if (ms !== undefined) return ms;
    const s = parseNumber(cells, 's');
    if (s !== undefined) return 1_000 * s;
    if (this.#rateHz !== undefined) return (1_000 * index) / this.#rateHz;
    const at = wallOf(cells);
    if (at === undefined) throw new RowProblem('ms', 'a time in ms, s or at, or --rate HZ', '');
    this.#firstAt ??= at;
    return at - this.#firstAt;
  }
}
