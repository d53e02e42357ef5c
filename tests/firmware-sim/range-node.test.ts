import { describe, expect, test } from 'vitest';
import { decodeRequest, encodeResponse } from '#contract/modbus.ts';
import { decodeRange, rangeMaps, URM_CONTROL } from '#contract/range-registers.ts';
import type { ModbusRangeKind } from '#contract/sensor-kind.ts';
import { RangeNode } from '#firmware-sim/node/range-node.ts';
import { fixedSenses } from './senses.ts';
import { fromHex, toHex } from './serial-reader.ts';

function powered(kind: ModbusRangeKind, address: number, distanceMm: number, isValid = true) {
  const senses = fixedSenses({ distanceMm, distanceValid: isValid });
  const node = new RangeNode({ kind, address, senses, at: 0 });
  return {
    node,
    senses,
    answer: (hex: string, at = 0) => {
      const request = decodeRequest(fromHex(hex));
      const response = request && node.hear(request, at);
      return response && toHex(encodeResponse(response));
    },
  };
}
const setControl = (node: RangeNode, value: number, at = 0) =>
  node.hear({ fc: 6, address: 0x0c, register: 0x0008, value }, at);
const reading = (node: RangeNode, at: number) => {
  const response = node.hear({ ...rangeMaps.urm14.poll, address: 0x0c }, at);
  return response?.kind === 'registers' ? decodeRange('urm14', response.data) : undefined;
};

describe('the documented bytes', () => {
  test('a URM14 at address 12 says 1500.0 mm', () => {
    const { node, answer } = powered('urm14', 0x0c, 1_500);
    setControl(node, URM_CONTROL.automatic);
    expect(answer('0C 03 00 05 00 01 95 16')).toBe('0C 03 02 3A 98 86 8F');
  });

  test('a DYP says 755 mm, and that there is no object', () => {
    const asked = '01 03 01 01 00 01 D4 36';
    expect(powered('dyp-a2x', 1, 755).answer(asked)).toBe('01 03 02 02 F3 F9 61');
    expect(powered('dyp-a2x', 1, 755, false).answer(asked)).toBe('01 03 02 FF FD 38 35');
  });
});

describe('a URM', () => {
  test('waits for its trigger until it is told to measure by itself', () => {
    const { node, senses } = powered('urm14', 0x0c, 1_500);
    expect(reading(node, 0)).toMatchObject({ quality: 'no_target', isPassive: true });
    setControl(node, URM_CONTROL.passive | URM_CONTROL.trigger, 100);
    senses.distanceMm = 900;
    // The triggered distance stays, however old it grows: it must not be taken for one of now.
    expect(reading(node, 5_000)).toMatchObject({ quality: 'fault', distance: 15_000 });
    setControl(node, URM_CONTROL.automatic, 5_000);
    expect(reading(node, 6_000)).toMatchObject({ quality: 'ok', distance: 900 });
  });

  test('answers only at its address, and refuses what it does not have', () => {
    const { node } = powered('urm14', 0x0c, 1_500);
    const read = { fc: 3, address: 0x0c, register: 0x0005, count: 1 } as const;
    expect(node.hear({ ...read, address: 0x0d }, 0)).toBeUndefined();
    expect(node.hear({ ...read, address: 0 }, 0)).toBeUndefined();
    expect(node.hear({ ...read, register: 0x0100 }, 0)).toMatchObject({ exception: 2 });
    expect(node.hear({ ...read, fc: 4 }, 0)).toMatchObject({ exception: 1 });
    expect(node.hear({ fc: 6, address: 0x0c, register: 5, value: 1 }, 0)).toMatchObject({
      exception: 2,
    });
  });
});
