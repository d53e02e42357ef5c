import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { encodeRequest, FC, sealFrame } from '#contract/modbus.ts';
import type { Request } from '#contract/modbus.ts';
import { RequestReader } from '#firmware-sim/line/request-reader.ts';
import type { HeardRequest } from '#firmware-sim/line/request-reader.ts';

const word = fc.integer({ min: 0, max: 0xffff });
const address = fc.integer({ min: 0, max: 247 });
const aRequest: fc.Arbitrary<Request> = fc.oneof(
  fc.record({ fc: fc.constantFrom(3 as const, 4 as const), address, register: word, count: word }),
  fc.record({ fc: fc.constant(6 as const), address, register: word, value: word }),
  fc.record({
    fc: fc.constant(16 as const),
    address,
    register: word,
    values: fc.array(word, { minLength: 1, maxLength: 24 }),
  }),
);

const requestsOf = (heard: readonly HeardRequest[]) =>
  heard.flatMap((each) => (each.kind === 'request' ? [each.request] : []));
const bytesOf = (heard: readonly HeardRequest[]) =>
  heard.reduce((sum, { bytes }) => sum + bytes, 0);

test('however a master’s bytes are cut, every request is heard once and in order', () => {
  fc.assert(
    fc.property(
      fc.array(aRequest, { minLength: 1, maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (requests, cuts) => {
        const bytes = requests.flatMap((request) => [...encodeRequest(request)]);
        const reader = new RequestReader();
        const heard: HeardRequest[] = [];
        for (let at = 0, cut = 0; at < bytes.length; cut += 1) {
          const length = cuts[cut % cuts.length] ?? 1;
          heard.push(...reader.push(Uint8Array.from(bytes.slice(at, at + length)), cut));
          at += length;
        }
        expect(requestsOf(heard)).toEqual(requests);
      },
    ),
  );
});

test('whatever comes, nothing grows, and a request after a pause is heard', () => {
  fc.assert(
    fc.property(fc.array(fc.uint8Array({ maxLength: 400 })), aRequest, (dirt, request) => {
      const reader = new RequestReader();
      const heard = dirt.flatMap((chunk, at) => reader.push(chunk, at));
      expect(bytesOf(heard)).toBeLessThanOrEqual(dirt.flatMap((chunk) => [...chunk]).length);
      expect(requestsOf(reader.push(encodeRequest(request), 1_000))).toEqual([request]);
    }),
  );
});

test('a whole frame that asks for what is unknown is refused, not taken for dirt', () => {
  const reader = new RequestReader();
  expect(reader.push(sealFrame([5, 0x2b, 0x0e, 1, 0]), 0)).toEqual([
    { kind: 'refused', address: 5, fc: 0x2b, why: 'function', bytes: 7 },
  ]);
  // Two registers announced, one byte counted for them.
  const odd = sealFrame([5, FC.writeMany, 2, 0, 0, 2, 1, 9]);
  expect(reader.push(odd, 100)).toEqual([
    { kind: 'refused', address: 5, fc: 16, why: 'value', bytes: 10 },
  ]);
});
