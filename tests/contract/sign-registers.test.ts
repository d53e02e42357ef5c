import fc from 'fast-check';
import { expect, test } from 'vitest';
import { shownToken } from '#contract/sign-fade.ts';
import { SIGN_BANDS } from '#contract/sign-ladder.ts';
import type { SignShow } from '#contract/sign-ladder.ts';
import { shownInRegisters, signWritesOf } from '#contract/sign-registers.ts';
import { ModbusSignProperties } from '#contract/site-sign.ts';

const sign = (more: object = {}) =>
  ModbusSignProperties.parse({
    sign: 'sign-1',
    address: 100,
    rows: [{ number: 0, word: 1 }],
    expirySeconds: 2,
    ...more,
  });
const seven: SignShow = { kind: 'number', vacant: 7, band: 'few' };

test('neighbouring registers are written in one frame, the expiry last', () => {
  expect(signWritesOf(sign(), [seven], 45)).toEqual([{ register: 0, values: [7, 8, 45] }]);
  expect(signWritesOf(sign({ expirySeconds: 40 }), [{ kind: 'full' }], 45)).toEqual([
    { register: 0, values: [0xffff, 5] },
    { register: 40, values: [45] },
  ]);
  const before = sign({ rows: [{ number: 11, word: 20 }], expirySeconds: 10, noNumber: 0 });
  expect(signWritesOf(before, [{ kind: 'closed' }], 1)).toEqual([
    { register: 20, values: [6] },
    { register: 10, values: [1, 0] },
  ]);
});

test('digits may be binary coded decimals', () => {
  const [write] = signWritesOf(sign({ digits: 'bcd' }), [{ ...seven, vacant: 128 }], 45);
  expect(write?.values).toEqual([0x128, 8, 45]);
});

test('what is written is what the registers say', () => {
  const show: fc.Arbitrary<SignShow> = fc.oneof(
    fc.record({
      kind: fc.constant('number' as const),
      vacant: fc.integer({ min: 1, max: 9_999 }),
      band: fc.constantFrom(...SIGN_BANDS),
    }),
    fc.record({ kind: fc.constant('band' as const), band: fc.constantFrom(...SIGN_BANDS) }),
    fc.record({
      kind: fc.constantFrom(
        'full' as const,
        'parking' as const,
        'closed' as const,
        'test' as const,
      ),
    }),
  );
  const layout = fc.uniqueArray(fc.nat(60), { minLength: 7, maxLength: 7 });
  fc.assert(
    fc.property(
      layout,
      fc.array(show, { minLength: 3, maxLength: 3 }),
      fc.constantFrom('binary', 'bcd'),
      ([a, b, c, d, e, f, expirySeconds], shows, digits) => {
        const rows = [
          { number: a, word: b },
          { number: c, word: d },
          { number: e, word: f },
        ];
        const properties = sign({ rows, expirySeconds, digits });
        const registers = new Map<number, number>();
        const writes = signWritesOf(properties, shows, 60);
        for (const { register, values } of writes) {
          for (const [at, value] of values.entries()) registers.set(register + at, value);
        }
        expect(registers.size).toBe(7);
        const read = rows.map((_, row) =>
          shownInRegisters(properties, row, (register) => registers.get(register) ?? 0),
        );
        expect(read).toEqual(shows.map(shownToken));
        const last = writes.at(-1);
        expect(last?.values[(expirySeconds ?? 0) - (last?.register ?? 0)]).toBe(60);
      },
    ),
  );
});
