import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  decodeDistance,
  DISTANCE_INTERFERENCE,
  DISTANCE_NO_TARGET,
  encodeDistance,
} from '#contract/distance-frame.ts';
import { decodeMaxbotix, encodeMaxbotix } from '#contract/maxbotix-frame.ts';
import {
  decodeRequest,
  decodeResponse,
  encodeRequest,
  encodeResponse,
  FC,
  isSealed,
  requestLength,
  responseLength,
  sealFrame,
  wireMs,
} from '#contract/modbus.ts';
import type { Request } from '#contract/modbus.ts';
import { COMMAND, identityBlock, sampleBlock } from '#contract/registers.ts';
import type { SampleRegisters } from '#contract/registers.ts';

const bytes = (hex: string) => Uint8Array.from(hex.split(' '), (pair) => Number.parseInt(pair, 16));
const hex = (frame: Uint8Array) =>
  Array.from(frame, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');

describe('frames on the bus, byte by byte', () => {
  test.each<[string, Request, string]>([
    [
      'read sample of node 5',
      { ...sampleBlock, address: 5, fc: FC.readInput },
      '05 04 00 00 00 10 F0 42',
    ],
    [
      'identify node 5',
      { ...identityBlock, address: 5, fc: FC.readHolding },
      '05 03 01 00 00 0A C5 B5',
    ],
    [
      'trigger all',
      { fc: FC.writeOne, address: 0, register: COMMAND.register, value: COMMAND.trigger },
      '00 06 03 00 00 01 49 9F',
    ],
    [
      'distance of URM14 node 12',
      { fc: FC.readHolding, address: 12, register: 5, count: 1 },
      '0C 03 00 05 00 01 95 16',
    ],
    [
      'distance of a DYP',
      { fc: FC.readHolding, address: 1, register: 0x0101, count: 1 },
      '01 03 01 01 00 01 D4 36',
    ],
  ])('%s', (_, request, frame) => {
    const { fc: code, address, register } = request;
    expect(hex(encodeRequest(request))).toBe(frame);
    expect(decodeRequest(bytes(frame))).toMatchObject({ fc: code, address, register });
  });

  test('an illegal address is answered by an exception of five bytes', () => {
    const response = { kind: 'exception', address: 5, fc: 4, exception: 2 } as const;
    expect(hex(encodeResponse(response))).toBe('05 84 02 83 00');
    expect(decodeResponse(bytes('05 84 02 83 00'))).toEqual(response);
  });

  test.each([
    ['URM14, 0.1 mm', '0C 03 02 3A 98 86 8F', 15_000],
    ['DYP, mm', '01 03 02 02 F3 F9 61', 755],
    ['DYP without an object', '01 03 02 FF FD 38 35', DISTANCE_NO_TARGET],
  ])('%s says its distance', (_, frame, value) => {
    const response = decodeResponse(bytes(frame));
    const data = response?.kind === 'registers' ? response.data : new Uint8Array(2);
    expect(new DataView(data.buffer, data.byteOffset).getUint16(0)).toBe(value);
    expect(hex(sealFrame(bytes(frame).subarray(0, 5)))).toBe(frame);
  });

  const worked =
    '05 04 20 01 00 00 01 30 39 00 00 27 10 09 B7 00 57 00 D7 07 26 FE 64 11 7B 13 94 00 00 00 01 00 00 BE EF 1F F1';
  const sample: SampleRegisters = {
    mapVersion: 0x0100,
    status: 1,
    seq: 12_345,
    uptimeMs: 10_000,
    distanceMm: 2_487,
    echoQuality: 87,
    temperatureC: 21.5,
    fieldXuT: 18.3,
    fieldYuT: -4.12,
    fieldZuT: 44.75,
    supplyMv: 5_012,
    ringHead: 0,
    resetCause: 1,
    errorCount: 0,
    configCrc: 0xbeef,
  };

  test('the worked sample of node 5 decodes to what the node measured', () => {
    const response = decodeResponse(bytes(worked));
    const data = response?.kind === 'registers' ? response.data : new Uint8Array(32);
    expect(sampleBlock.decode(data)).toEqual(sample);
  });

  test('what the node measured encodes to the worked sample', () => {
    const data = sampleBlock.encode(sample);
    expect(hex(encodeResponse({ kind: 'registers', address: 5, fc: 4, data }))).toBe(worked);
  });
});

describe('any frame', () => {
  const word = fc.nat(0xffff);
  const address = fc.integer({ min: 0, max: 247 });
  const request = fc.oneof(
    fc.record({
      fc: fc.constantFrom(FC.readHolding, FC.readInput),
      address,
      register: word,
      count: fc.integer({ min: 1, max: 125 }),
    }),
    fc.record({ fc: fc.constant(FC.writeOne), address, register: word, value: word }),
    fc.record({
      fc: fc.constant(FC.writeMany),
      address,
      register: word,
      values: fc.array(word, { minLength: 1, maxLength: 123 }),
    }),
  );

  test('a request is read back as it was written, and its length is known from its head', () => {
    fc.assert(
      fc.property(request, (sent) => {
        const frame = encodeRequest(sent);
        expect(decodeRequest(frame)).toEqual(sent);
        expect(requestLength(frame, 0, frame.length)).toBe(frame.length);
      }),
    );
  });

  test('an answer of registers has the length that its request foretold', () => {
    const read = fc.record({ address, count: fc.integer({ min: 1, max: 125 }) });
    fc.assert(
      fc.property(read, ({ address, count }) => {
        const data = new Uint8Array(2 * count);
        const frame = encodeResponse({ kind: 'registers', address, fc: FC.readInput, data });
        expect(frame).toHaveLength(
          responseLength({ fc: FC.readInput, address, register: 0, count }),
        );
      }),
    );
  });

  test('a burst of up to 16 wrong bits never passes the CRC', () => {
    const burst = fc.record({ bit: fc.nat(), wrong: fc.integer({ min: 1, max: 0xffff }) });
    fc.assert(
      fc.property(request, burst, (sent, { bit, wrong }) => {
        const frame = encodeRequest(sent);
        const first = bit % (frame.length * 8);
        for (let at = 0; at < 16 && first + at < frame.length * 8; at += 1) {
          // The line carries the lowest bit of a byte first, as the CRC counts them.
          const place = (first + at) >> 3;
          if ((wrong >> at) & 1) frame[place] = (frame[place] ?? 0) ^ (1 << ((first + at) & 7));
        }
        const isChanged = hex(frame) !== hex(encodeRequest(sent));
        expect(isSealed(frame)).toBe(!isChanged);
      }),
    );
  });

  test('noise never throws, whatever it starts like', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (noise) => {
        const sealed = sealFrame(noise);
        for (const frame of [noise, sealed]) {
          decodeRequest(frame);
          decodeResponse(frame);
          requestLength(frame, 0, frame.length);
        }
        expect(isSealed(sealed)).toBe(sealed.length >= 4);
      }),
    );
  });

  test('sixteen registers take 21 ms on the wire at 19200 baud', () => {
    expect(wireMs(37, 19_200)).toBeCloseTo(21.2, 1);
  });
});

describe('free-running range finders', () => {
  test.each([
    ['FF 07 A1 A7', 1_953],
    ['FF FF FD FB', DISTANCE_NO_TARGET],
    ['FF FF FE FC', DISTANCE_INTERFERENCE],
  ])('%s is %i', (frame, value) => {
    expect(decodeDistance(bytes(frame), 0)).toBe(value);
    expect(hex(encodeDistance(value))).toBe(frame);
  });

  test('a frame with a wrong sum, or a piece of one, is none', () => {
    expect(decodeDistance(bytes('FF 07 A1 A8'), 0)).toBeUndefined();
    expect(decodeDistance(bytes('FF 07 A1'), 0)).toBeUndefined();
    expect(decodeDistance(bytes('FF 07 A1 A7'), 1)).toBeUndefined();
  });

  test('any distance that such a sensor can see is read back, and no other', () => {
    fc.assert(
      fc.property(fc.nat(10_000), fc.integer({ min: 10_001, max: 0xfffc }), (mm, beyond) => {
        expect(decodeDistance(encodeDistance(mm), 0)).toBe(mm);
        expect(decodeDistance(encodeDistance(beyond), 0)).toBeUndefined();
      }),
    );
  });

  test('1234 mm of a MaxBotix is 52 31 32 33 34 0D', () => {
    expect(hex(encodeMaxbotix(1_234))).toBe('52 31 32 33 34 0D');
    expect(decodeMaxbotix(bytes('52 31 32 33 34 0D'), 0)).toEqual({ value: 1_234, bytes: 6 });
    expect(decodeMaxbotix(bytes('52 31 32 33 34 20 0D'), 0)).toEqual({ value: 1_234, bytes: 7 });
  });

  test.each(['52 31 32 33 34 0A', '52 31 32 3A 34 0D', '53 31 32 33 34 0D', '52 31 32 33'])(
    '%s is no frame of a MaxBotix',
    (frame) => expect(decodeMaxbotix(bytes(frame), 0)).toBeUndefined(),
  );

  test('any four digits are read back', () => {
    fc.assert(
      fc.property(fc.nat(9_999), (mm) => {
        expect(decodeMaxbotix(encodeMaxbotix(mm), 0)?.value).toBe(mm);
      }),
    );
  });
});
