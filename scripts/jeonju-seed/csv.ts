/** Rows of an RFC 4180 text by their column names; throws where a row has other columns. */
export function readCsv(text: string): Readonly<Record<string, string>>[] {
  const [names = [], ...rows] = cellsOf(text);
  return rows.map((cells, at) => {
    if (cells.length !== names.length) {
      throw new Error(`row ${at + 2}: expected ${names.length} columns, got ${cells.length}`);
    }
    return Object.fromEntries(names.map((name, column) => [name, cells[column] ?? '']));
  });
}

const CELL = /(?:"((?:[^"]|"")*)"|([^",\r\n]*))(,|\r?\n|$)/gy;

function cellsOf(text: string): string[][] {
  const rows: string[][] = [];
  let row: string[] = [];
  for (const [, quoted, plain, end] of text.trimEnd().matchAll(CELL)) {
    row.push(quoted?.replaceAll('""', '"') ?? plain ?? '');
    if (end === ',') continue;
    rows.push(row);
    if (end === '') break;
    row = [];
  }
  return rows;
}
