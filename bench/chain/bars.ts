import type { Figure } from '../report.ts';
import type { Measured } from './bench-chain.ts';
import { median, quantile } from './quantile.ts';

type Bar = NonNullable<Figure['bar']>;

/** What of each contestant is compared, and what the ratio must be. */
const COMPARED: readonly {
  readonly what: string;
  readonly bars: Readonly<Record<string, Bar>>;
}[] = [
  { what: 'most changes', bars: { 'Node-RED': { atLeast: 2 }, direct: { atLeast: 0.25 } } },
  { what: 'p50 at 100/s, window subtracted', bars: { 'Node-RED': { atMost: 0.8 } } },
  { what: 'p99 at 1,000/s, window subtracted', bars: { 'Node-RED': { atMost: 0.5 } } },
  { what: 'CPU per 1,000 at 100/s', bars: { 'Node-RED': { atMost: 1 } } },
  { what: 'CPU per 1,000 at 1,000/s', bars: {} },
  { what: 'CPU per 1,000 at most', bars: { 'Node-RED': { atMost: 0.5 } } },
];

/** Ours as a multiple of theirs, round by round. */
export function barsAgainst(peer: string, ours: Measured, theirs: Measured): Figure[] {
  return COMPARED.map(({ what, bars }) => {
    const others = theirs.get(what) ?? [];
    const ratios = (ours.get(what) ?? []).map((value, at) => value / (others[at] ?? Number.NaN));
    const bar = bars[peer];
    return {
      what,
      value: median(ratios),
      unit: '×',
      spread: [quantile(ratios, 0), quantile(ratios, 1)],
      ...(bar && { bar }),
    };
  });
}
