import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeRange, encodeRange, rangeMaps, URM_CONTROL } from '#contract/range-registers.ts';
import { MODBUS_RANGE_KINDS } from '#contract/sensor-kind.ts';
import type { ModbusRangeKind } from '#contract/sensor-kind.ts';

const words = (...values: number[]) =>
  Uint8Array.from(values.flatMap((value) => [(value >> 8) & 0xff, value & 0xff]));

/** What a poll reads of a sensor in this state. */
function polled(kind: ModbusRangeKind, state: Parameters<typeof encodeRange>[1]): Uint8Array {
  const registers = encodeRange(kind, state);
  const { register, count } = rangeMaps[kind].poll;
  return words(...Array.from({ length: count }, (_, at) => registers.get(register + at) ?? -1));
}

describe('the words of the range finders', () => {
  test.each<[string, ModbusRangeKind, number[], number, string]>([
    ['15,000 tenths of a millimetre', 'urm14', [15_000, 215, 0, 0], 1_500, 'ok'],
    ['150 centimetres', 'urm08', [150, 215, 0, 0], 1_500, 'ok'],
    ['700 centimetres', 'urm12', [700, 215, 0, 0], 7_000, 'ok'],
    ['tenths of a centimetre', 'urm15', [1_500, 215, 0, 0], 1_500, 'ok'],
    ['invalid', 'urm14', [0xffff, 215, 0, 0], 0xffff, 'no_target'],
    ['nothing measured yet', 'urm12', [0, 215, 0, 0], 0, 'fault'],
    ['a distance of some day, waiting for its trigger', 'urm08', [150, 215, 0, 4], 150, 'fault'],
    ['755 mm', 'dyp-a2x', [0x02f3], 755, 'ok'],
    ['no object', 'dyp-a2x', [0xfffd], 0xfffd, 'no_target'],
    ['a neighbour’s ping', 'dyp-a2x', [0xfffe], 0xfffe, 'interference'],
    ['a good reading', 'mxs485', [2_487, 2_480, 1], 2_487, 'ok'],
    ['a number that is not a good reading', 'mxs485', [2_487, 2_480, 0], 2_487, 'fault'],
  ])('%s of a %s', (_, kind, data, distance, quality) => {
    expect(decodeRange(kind, words(...data))).toMatchObject({ distance, quality });
  });

  test('a URM below zero', () => {
    expect(decodeRange('urm15', words(1_500, 0xffce, 0, 0))?.temperatureC).toBe(-5);
  });

  test('too few registers are no reading', () => {
    expect(decodeRange('mxs485', words(2_487, 2_480))).toBeUndefined();
  });
});

describe.each(MODBUS_RANGE_KINDS)('%s', (kind) => {
  const { mmPerCount } = rangeMaps[kind];
  const state = { address: 7, temperatureC: 21.5, control: URM_CONTROL.automatic };

  test('says what it measured, as finely as it can', () => {
    fc.assert(
      fc.property(fc.integer({ min: 200, max: 5_000 }), (distanceMm) => {
        const said = decodeRange(kind, polled(kind, { ...state, distanceMm }));
        expect(said?.quality).toBe('ok');
        expect(Math.abs((said?.distance ?? 0) - distanceMm)).toBeLessThanOrEqual(mmPerCount / 2);
      }),
    );
  });

  test('never says a distance without an echo', () => {
    const said = decodeRange(kind, polled(kind, { ...state, distanceMm: undefined }));
    expect(said?.quality).not.toBe('ok');
  });
});
