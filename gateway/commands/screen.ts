import Table from 'cli-table3';

/** Where a command speaks to whoever started it: results on stdout, what goes on on stderr. */
export interface Screen {
  say(text: string): void;
  /** Columns that line up, whatever script their words are in. */
  table(head: readonly string[], rows: readonly (readonly string[])[]): void;
  json(value: unknown): void;
  /** A bar for a person who watches; nothing where nobody does. */
  progress(done: number, of: number, text: string): void;
  /** A sentence of what goes on, as soon as it does. */
  note(text: string): void;
}

const BAR_CHARACTERS = 24;
const NO_LINES = Object.fromEntries(
  [
    'top',
    'top-mid',
    'top-left',
    'top-right',
    'bottom',
    'bottom-mid',
    'bottom-left',
    'bottom-right',
    'left',
    'left-mid',
    'mid',
    'mid-mid',
    'right',
    'right-mid',
  ].map((place) => [place, '']),
);

export function openScreen({ json = false }: { readonly json?: boolean } = {}): Screen {
  const isWatched = process.stderr.isTTY;
  let drawn = 0;
  const wipe = () => {
    if (drawn > 0) process.stderr.write(`\r${' '.repeat(drawn)}\r`);
    drawn = 0;
  };
  const out = (text: string) => {
    wipe();
    process.stdout.write(`${text}\n`);
  };
  return {
    say: (text) => void (json || out(text)),
    table: (head, rows) => void (json || out(tableText(head, rows))),
    json: (value) => void (json && out(JSON.stringify(value, null, 2))),
    progress: (done, of, text) => {
      if (!isWatched) return;
      wipe();
      const line = `${barText(done, of)} ${text}`.slice(0, (process.stderr.columns || 80) - 1);
      process.stderr.write(line);
      drawn = line.length;
    },
    note: (text) => {
      wipe();
      process.stderr.write(`${text}\n`);
    },
  };
}

export function tableText(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const table = new Table({
    head: [...head],
    chars: { ...NO_LINES, middle: '  ' },
    // Colours say nothing here, and are noise in a file.
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
  table.push(...rows.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n');
}

export function barText(done: number, of: number): string {
  const full = Math.round((BAR_CHARACTERS * Math.min(done, of)) / Math.max(1, of));
  return `[${'#'.repeat(full)}${'.'.repeat(BAR_CHARACTERS - full)}] ${done}/${of}`;
}
