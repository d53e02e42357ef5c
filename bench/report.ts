/** One measured figure. Absolute times say where the machine stood; ratios decide. */
export interface Figure {
  readonly what: string;
  readonly value: number;
  readonly unit: string;
  /** What it must be, in the same unit. */
  readonly bar?: { readonly atMost: number } | { readonly atLeast: number };
  /** The bare part doing the same, in the same run and unit. */
  readonly bare?: number;
  /** Least and greatest of the runs of which `value` is the median. */
  readonly spread?: readonly [least: number, most: number];
}

export interface Report {
  readonly bench: string;
  readonly about: string;
  readonly figures: readonly Figure[];
}

export interface Size {
  /** A smoke test: so small that its figures mean nothing. */
  readonly isSmall: boolean;
  /** Where the parts that run in processes of their own write CPU profiles; undefined: nowhere. */
  readonly profileFolder?: string | undefined;
}

export const isMet = ({ value, bar }: Figure): boolean | undefined => {
  if (bar === undefined) return undefined;
  return 'atMost' in bar ? value <= bar.atMost : value >= bar.atLeast;
};

export interface Runs {
  readonly median: number;
  readonly spread: readonly [number, number];
}

/** Times `work` over and over, after two runs that do not count; milliseconds. */
export async function timed(count: number, work: () => Promise<unknown>): Promise<Runs> {
  const runsMs: number[] = [];
  for (let run = -2; run < count; run += 1) {
    const from = performance.now();
    await work();
    if (run >= 0) runsMs.push(performance.now() - from);
  }
  runsMs.sort((a, b) => a - b);
  return { median: runsMs[count >> 1] ?? 0, spread: [runsMs[0] ?? 0, runsMs.at(-1) ?? 0] };
}

export function textOf({ bench, about, figures }: Report): string {
  const rows = figures.map((figure) => [
    figure.what,
    `${rounded(figure.value)} ${figure.unit}`,
    figure.spread ? `${rounded(figure.spread[0])}–${rounded(figure.spread[1])}` : '',
    figure.bare === undefined
      ? ''
      : `${rounded(figure.bare)} (ours ${rounded(figure.value / figure.bare)} ×)`,
    barText(figure),
  ]);
  const table = [['figure', 'median', 'least–most', 'bare', 'bar'], ...rows];
  const widths = [0, 1, 2, 3, 4].map((at) => Math.max(...table.map((row) => row[at]?.length ?? 0)));
  const lines = table.map((row) =>
    row
      .map((cell, at) => cell.padEnd(widths[at] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  return [`${bench}: ${about}`, ...lines, ''].join('\n');
}

function barText(figure: Figure): string {
  const { bar } = figure;
  if (bar === undefined) return '';
  const text = 'atMost' in bar ? `≤ ${bar.atMost}` : `≥ ${bar.atLeast}`;
  return `${text} ${isMet(figure) === true ? 'met' : 'MISSED'}`;
}

const rounded = (value: number): string =>
  value >= 1_000 ? Math.round(value).toLocaleString('en') : String(Number(value.toPrecision(3)));
