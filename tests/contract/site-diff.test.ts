import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { diffLines, isSameSite, siteDiffOf } from '#contract/site-diff.ts';
import { changedSite } from '../support/changed-site.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';

const folder = openTempFolder();
const { folder: siteFolder } = writeSmallSite(folder.path, { lots: 3, baysPerLot: 9 });
const text = readFileSync(join(siteFolder, 'site.geojson'), 'utf8');
folder[Symbol.dispose]();

function siteOf(file: string): Site {
  const read = readSite(JSON.parse(file));
  if (!read.ok) throw new Error(JSON.stringify(read.problems));
  return read.site;
}

const linesBetween = (before: string, after: string) =>
  diffLines(siteDiffOf(siteOf(before), siteOf(after)));

test('two versions that differ by their date alone are the same site', () => {
  const dated = changedSite(text, { validFrom: '2027-01-01T00:00:00+09:00' });
  expect(isSameSite(siteDiffOf(siteOf(text), siteOf(dated)))).toBe(true);
  expect(linesBetween(text, dated)).toEqual([]);
});

test('what is gone and what is new are each other’s mirror, with counts and names', () => {
  const smaller = changedSite(text, { removedLots: ['lot-3'], removedBays: ['lot-1-9'] });
  const lines = linesBetween(text, smaller);
  expect(lines).toEqual(expect.arrayContaining(['lots: 1 changed, 1 removed', '  - lot-3']));
  expect(lines).toContain('  ~ lot-1 (capacity)');
  expect(lines).toContain('bays: 10 removed');
  expect(lines).toContain('gateways: 1 removed');
  expect(lines).toContain('lines: 3 removed');
  expect(lines).toContain('  - gw-1 line-2');
  expect(lines).toContain('sensors: 10 removed');
  const back = linesBetween(smaller, text);
  expect(back).toEqual(expect.arrayContaining(['lots: 1 added, 1 changed', '  + lot-3']));
});

test('what moves says from where to where', () => {
  const moved = changedSite(text, {
    movedBays: { 'lot-1-1': 'lot-2' },
    rewiredBays: { 'lot-1-2': 'gw-2' },
  });
  const lines = linesBetween(text, moved);
  expect(lines).toContain('  > lot-1-1 (lot lot-1 → lot-2)');
  // A sensor belongs to its gateway: at another one it is another sensor.
  expect(lines).toContain('  + gw-2 lot-1-2-node');
  expect(lines).toContain('  - gw-1 lot-1-2-node');
  const readdressed = text.replace('"address": 3', '"address": 30');
  expect(linesBetween(text, readdressed)).toEqual([
    'sensors: 1 moved',
    '  > gw-1 lot-1-3-node (address 3 → 30)',
  ]);
  const faster = text.replace('"baud": 115200', '"baud": 9600');
  expect(linesBetween(text, faster)).toEqual(['lines: 1 changed', '  ~ gw-1 line-1 (baud)']);
  const renamed = text.replace('"currency": "KRW"', '"currency": "EUR"');
  expect(linesBetween(text, renamed)).toEqual(['head: currency']);
});
