import { expect, test } from 'vitest';
import { AT, problemsOf, setAt, spoilt } from './small-site-file.ts';
import type { Spoil } from './small-site-file.ts';

test.each<[string, Spoil, string]>([
  ['market', setAt(AT.market, { positionQuality: 'good' }), 'features[0]'],
  ['lot', setAt(AT.lot, { capacity: 'many' }), 'features[1]'],
  ['bay', setAt(AT.bay1, { class: 'vip' }), 'features[4]'],
  ['gateway', setAt(AT.gateway, { lines: [] }), 'features[7]'],
])('a wrong %s is the only one blamed, not those that name it', (_, spoil, feature) => {
  const blamed = problemsOf(spoilt(spoil)).map((problem) => problem.feature.split(' ')[0]);
  expect(new Set(blamed)).toEqual(new Set([feature]));
});
