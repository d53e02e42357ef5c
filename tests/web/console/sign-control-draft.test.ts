import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { controlTerms, SignControlChange } from '#contract/sign-control.ts';
import { SHOWN_WORDS } from '#web/console/wire/sign-answers.ts';
import { ASKABLE, controlFrom, untilsOf } from '#web/console/signs/control-draft.ts';
import type { ControlDraft } from '#web/console/signs/control-draft.ts';
import { untilOf } from '#web/console/work/until.ts';

const typed = fc.oneof(
  fc.integer({ min: -5, max: 12_000 }).map(String),
  fc.constantFrom('', ' ', 'x', '1.5', ' 7 '),
);
const draft = fc.record({
  what: fc.constantFrom(...SHOWN_WORDS, ...ASKABLE),
  row: fc.constantFrom(undefined, 1, 3),
  bays: typed,
  minimum: typed,
  maximum: typed,
});

test('what the form makes of whatever is typed, the server takes', () => {
  fc.assert(
    fc.property(draft, (filled) => {
      const change = controlFrom(filled);
      expect(change && SignControlChange.parse(change)).toEqual(change);
    }),
  );
});

const empty: ControlDraft = { what: 'limits', row: undefined, bays: '', minimum: '', maximum: '' };
test.each([
  [
    { what: 'offset', bays: ' 7 ' },
    { kind: 'offset', bays: -7 },
  ],
  [
    { what: 'offset', bays: '999', row: 2 },
    { kind: 'offset', row: 2, bays: -999 },
  ],
  [{ what: 'offset', bays: '1000' }, undefined],
  [{ what: 'offset', bays: '-3' }, undefined],
  [{ maximum: '99' }, { kind: 'limits', maximum: 99 }],
  [{ minimum: '0' }, { kind: 'limits', minimum: 0 }],
  [
    { minimum: '5', maximum: '5' },
    { kind: 'limits', minimum: 5, maximum: 5 },
  ],
  [{ minimum: '6', maximum: '5' }, undefined],
  [{ maximum: '0' }, undefined],
  [{}, undefined],
  [
    { what: 'few', row: 1, bays: 'x' },
    { kind: 'show', row: 1, word: 'few' },
  ],
  [{ what: 'test', row: 1 }, { kind: 'test' }],
] as const)('%j is %j', (filled, change) => {
  expect(controlFrom({ ...empty, ...filled })).toEqual(change);
});

test('every end that is offered is within what the server allows', () => {
  const now = Date.parse('2026-11-28T08:50:00+09:00');
  for (const [what, kind] of [
    ['blank', 'show'],
    ['offset', 'offset'],
    ['limits', 'limits'],
  ] as const) {
    const { choices, usual } = untilsOf(what);
    expect(choices).toContain(usual);
    for (const choice of choices) {
      const end = untilOf(choice, now, 'Asia/Seoul') ?? Number.POSITIVE_INFINITY;
      expect(end - now).toBeLessThan(controlTerms[kind].mostMs);
    }
  }
});
