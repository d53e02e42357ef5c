import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { TraceFacts } from '#gateway/trace/trace-header.ts';
import { TRACE_COLUMNS } from '#gateway/trace/trace-row.ts';
import { replayAll } from './gateway/trace/recorded-run.ts';
import { openTempFolder } from './support/temp-folder.ts';

const text = readFileSync('docs/traces.md', 'utf8');

test('docs/traces.md names every column in its order, and every fact of a trace', () => {
  const columns = [...text.matchAll(/^\| `(\w+)` +\|/gm)].map(([, name]) => name);
  expect(columns).toEqual([...TRACE_COLUMNS]);
  const facts = [...text.matchAll(/`# (\w+): /g)].map(([, name]) => name);
  expect(new Set(facts)).toEqual(new Set([...Object.keys(TraceFacts.shape), 'bay']));
});

test('its examples are traces without a bad row', async () => {
  using folder = openTempFolder();
  const examples = [...text.matchAll(/```csv\n([^`]+)```/g)].map(([, example]) => example ?? '');
  expect(examples.length).toBeGreaterThan(1);
  for (const example of examples) {
    const path = join(folder.path, 'example.csv');
    writeFileSync(path, example);
    const { bad, samples } = await replayAll([path]);
    expect(bad).toEqual([]);
    expect(samples).toBeGreaterThan(1);
  }
});
