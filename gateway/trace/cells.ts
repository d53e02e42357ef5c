/** The cells of one row by column; a column that the file lacks is undefined, an empty cell ''. */
export type Cells = Readonly<Record<string, string | undefined>>;

/** Why one row cannot be taken: the column, and what was expected in it. */
export class RowProblem extends Error {
  override readonly name = 'RowProblem';
  constructor(column: string, expected: string, got: string) {
    super(`${column}: expected ${expected}, got ${got === '' ? 'nothing' : `"${cut(got)}"`}`);
  }
}

const cut = (text: string): string => (text.length > 40 ? `${text.slice(0, 40)}…` : text);

/** undefined where the cell is empty or its column is not there. */
export function parseNumber(cells: Cells, column: string): number | undefined {
  const text = cells[column];
  if (text === undefined || text === '') return undefined;
  const value = Number(text);
  if (Number.isFinite(value)) return value;
  throw new RowProblem(column, 'a number', text);
}

export function parseCount(cells: Cells, column: string): number | undefined {
  const value = parseNumber(cells, column);
  if (value === undefined || (Number.isInteger(value) && value >= 0)) return value;
  throw new RowProblem(column, 'a whole number from 0 on', String(value));
}

export function parseChoice<Choice extends string>(
  cells: Cells,
  column: string,
  choices: readonly Choice[],
): Choice | undefined {
  const text = cells[column];
  if (text === undefined || text === '') return undefined;
  const chosen = choices.find((choice) => choice === text);
  if (chosen !== undefined) return chosen;
  throw new RowProblem(column, `one of ${choices.join(', ')}`, text);
}
