import { expect, it } from 'vitest';
import { smallRun, SMALL_RUN_MS } from './small-run.ts';

it.each([
  { name: 'city' },
  { name: 'edge' },
  { name: 'ingest' },
  { name: 'viewers' },
  { name: 'web' },
])(
  'measures every figure of $name, in small',
  async ({ name }) => {
    const figures = (await smallRun(name)).reports.flatMap((report) => report.figures);
    expect(figures.length).toBeGreaterThan(0);
    // JSON says null of what is no number.
    expect(figures.filter(({ value }) => typeof value !== 'number')).toEqual([]);
    // None of another's channel, whatever the size.
    const foreign = figures.filter(({ what }) => what === 'frames of channels not watched');
    for (const { value } of foreign) expect(value).toBe(0);
  },
  SMALL_RUN_MS,
);
