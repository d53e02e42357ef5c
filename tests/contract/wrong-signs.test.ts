import { describe, expect, test } from 'vitest';
import { AT, partOf, problemsOf, properties, setAt, spoilt } from './small-site-file.ts';
import type { Spoil } from './small-site-file.ts';

/** A display on a line of the gateway. */
const display =
  (line: number, more: object = {}): Spoil =>
  (file) => {
    const signs = [
      { sign: 'sign-1', address: 100, rows: [{ number: 0, word: 1 }], expirySeconds: 2, ...more },
    ];
    Object.assign(partOf(properties(file, AT.gateway), 'lines', line), { signs });
  };

describe('a wrong sign is refused with its feature and its field', () => {
  const gateway = 'features[7] gateway "gw-1"';

  test.each<[string, Spoil, string, string]>([
    [
      'a display for an unknown sign',
      display(0, { sign: 'sign-9' }),
      gateway,
      'properties.lines.0.signs.0.sign',
    ],
    [
      'a display without registers for each row of its sign',
      display(0, {
        rows: [0, 2].map((number) => ({ number, word: number + 1 })),
        expirySeconds: 9,
      }),
      gateway,
      'properties.lines.0.signs.0.rows',
    ],
    [
      'a display at a bay node’s address',
      display(0, { address: 2 }),
      gateway,
      'properties.lines.0.signs.0.address',
    ],
    ['a display beside a free-running sensor', display(1), gateway, 'properties.lines.1.signs'],
    [
      'one register for two things',
      display(0, { expirySeconds: 1 }),
      gateway,
      'properties.lines.0.signs.0.expirySeconds',
    ],
    [
      'a line with nothing on it',
      (file) =>
        void Object.assign(partOf(properties(file, AT.gateway), 'lines', 1), { sensors: [] }),
      gateway,
      'properties.lines.1.sensors',
    ],
    [
      'a full lot that points to itself',
      setAt(AT.sign, {
        rows: [{ lot: 'nambu', arrow: 'left', whenFull: [{ lot: 'nambu', arrow: 'left' }] }],
      }),
      'features[8] sign "sign-1"',
      'properties.rows.0.whenFull.0.lot',
    ],
    [
      'a panel that is too low for its distance',
      setAt(AT.sign, { panel: { heightMm: 300, readAtM: 50 } }),
      'features[8] sign "sign-1"',
      'properties.panel',
    ],
  ])('%s', (_, spoil, feature, field) => {
    const found = problemsOf(spoilt(spoil)).filter((problem) => problem.feature === feature);
    expect(found.map((problem) => problem.field)).toContain(field);
  });

  test('a right one is none', () => {
    expect(problemsOf(spoilt(display(0)))).toEqual([]);
    expect(
      problemsOf(
        spoilt(
          setAt(AT.sign, {
            rows: [{ lot: 'nambu', arrow: 'left', whenFull: [{ lot: 'plain', arrow: 'left' }] }],
            panel: { heightMm: 1_000, readAtM: 50 },
          }),
        ),
      ),
    ).toEqual([]);
  });
});
