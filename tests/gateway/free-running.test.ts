import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeDistance, encodeDistance } from '#contract/distance-frame.ts';
import { decodeMaxbotix, encodeMaxbotix } from '#contract/maxbotix-frame.ts';
import type { MaxbotixKind } from '#contract/maxbotix-frame.ts';
import { FREE_RUNNING_KINDS } from '#contract/sensor-kind.ts';
import type { FreeRunningKind } from '#contract/sensor-kind.ts';
import { freeRunningKinds } from '#gateway/bus/free-running-kinds.ts';

/** A kind's frames as its maker documents them, whatever the reader makes of them. */
interface Frames {
  readonly values: fc.Arbitrary<number>;
  /** Any byte, but often those that frames are made of. */
  readonly bytes: fc.Arbitrary<number>;
  encode(value: number): Uint8Array;
  startsAt(bytes: Uint8Array, at: number): boolean;
}

const distances: Frames = {
  values: fc.oneof(fc.integer({ min: 20, max: 9_999 }), fc.constantFrom(511, 0xfffd, 0xfffe)),
  bytes: fc.oneof(fc.nat(255), fc.constantFrom(0xff, 0xfd, 0xfe, 0x01, 0x07)),
  encode: encodeDistance,
  startsAt: (bytes, at) => decodeDistance(bytes, at) !== undefined,
};
const maxbotix = (kind: MaxbotixKind, most: number, usb: boolean): Frames => ({
  values: fc.integer({ min: 0, max: most }),
  bytes: fc.oneof(fc.nat(255), fc.constantFrom(...new TextEncoder().encode('R0123 \r'))),
  encode: (value) => encodeMaxbotix(value, kind, { usb }),
  startsAt: (bytes, at) => decodeMaxbotix(bytes, at, kind) !== undefined,
});
const suites: readonly (readonly [string, FreeRunningKind, Frames])[] = [
  ['distance-frame', 'distance-frame', distances],
  ['maxbotix', 'maxbotix', maxbotix('maxbotix', 9_999, false)],
  ['maxbotix, USB', 'maxbotix', maxbotix('maxbotix', 9_999, true)],
  ['maxbotix-cm', 'maxbotix-cm', maxbotix('maxbotix-cm', 999, false)],
  ['maxbotix-inch', 'maxbotix-inch', maxbotix('maxbotix-inch', 255, false)],
  ['maxbotix-inch, USB', 'maxbotix-inch', maxbotix('maxbotix-inch', 255, true)],
];

const joined = (parts: readonly Uint8Array[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));

/** Cuts bytes into chunks at arbitrary places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted(
    (x, y) => x - y,
  );
  return [0, ...at].map((from, n) => bytes.slice(from, at[n] ?? bytes.length));
}

/** All that a reader makes of these chunks, to the last byte. */
function heardOf(kind: FreeRunningKind, chunks: readonly Uint8Array[]) {
  const reader = freeRunningKinds[kind].open();
  const heard = chunks.flatMap((chunk) => reader.push(chunk));
  const discarded = heard.map((one) => (one.kind === 'discarded' ? one.bytes : 0));
  return {
    values: heard.flatMap((one) => (one.kind === 'frame' ? [one.value] : [])),
    discarded: discarded.reduce((sum, bytes) => sum + bytes, 0) + reader.reset(),
  };
}

test('every free-running kind is held to the same properties', () => {
  expect([...new Set(suites.map(([, kind]) => kind))].toSorted()).toEqual(
    [...FREE_RUNNING_KINDS].toSorted(),
  );
});

describe.each(suites)('%s', (_name, kind, frames) => {
  const { values, bytes } = frames;
  const dirt = fc.array(bytes, { maxLength: 12 }).map((list) => Uint8Array.from(list));
  const places = fc.array(fc.nat(2_000), { maxLength: 20 });

  test('with dirt in which no frame starts, each whole reading is heard once, in order, and all else is counted', () => {
    const sent = fc.array(fc.tuple(dirt, values), { maxLength: 12 });
    fc.assert(
      fc.property(sent, dirt, places, (readings, after, at) => {
        const parts = readings.flatMap(([before, value]) => [before, frames.encode(value)]);
        const line = joined([...parts, after]);
        let from = 0;
        for (const [n, part] of [...parts, after].entries()) {
          const places = n % 2 === 0 ? part.keys() : [];
          for (const byte of places) fc.pre(!frames.startsAt(line, from + byte));
          from += part.length;
        }
        const heard = heardOf(kind, cut(line, at));
        expect(heard.values).toEqual(readings.map(([, value]) => value));
        const dirtBytes = readings.reduce((sum, [before]) => sum + before.length, after.length);
        expect(heard.discarded).toBe(dirtBytes);
      }),
      { numRuns: 300 },
    );
  });

  test('after any dirt it is in step again within two readings, however the line is cut', () => {
    const noise = fc.array(bytes, { maxLength: 40 }).map((list) => Uint8Array.from(list));
    const readings = fc.array(values, { minLength: 4, maxLength: 8 });
    fc.assert(
      fc.property(noise, readings, places, (before, sent, at) => {
        const heard = heardOf(
          kind,
          cut(joined([before, ...sent.map((value) => frames.encode(value))]), at),
        );
        expect(heard.values.slice(-(sent.length - 2))).toEqual(sent.slice(2));
      }),
      { numRuns: 300 },
    );
  });

  test('the same reading over and over is never read between two frames', () => {
    fc.assert(
      fc.property(dirt, values, (before, value) => {
        const sent = Array.from({ length: 8 }, () => frames.encode(value));
        const heard = heardOf(kind, [joined([before, ...sent])]);
        expect(heard.values.slice(-6)).toEqual(Array.from({ length: 6 }, () => value));
      }),
      { numRuns: 300 },
    );
  });

  test('noise without end is dropped and counted, not kept', () => {
    const reader = freeRunningKinds[kind].open();
    let dropped = 0;
    for (let n = 0; n < 100; n += 1) {
      for (const heard of reader.push(new Uint8Array(1_000).fill(1))) {
        if (heard.kind === 'discarded') dropped += heard.bytes;
      }
    }
    expect(100_000 - dropped).toBeLessThan(8);
  });
});

test('of all junk behind a header at most one in 256 passes for a distance', () => {
  const bytes = Uint8Array.of(0xff, 0, 0, 0);
  let passed = 0;
  for (let tail = 0; tail < 0x100_0000; tail += 1) {
    bytes[1] = tail >> 16;
    bytes[2] = tail >> 8;
    bytes[3] = tail;
    if (decodeDistance(bytes, 0) !== undefined) passed += 1;
  }
  expect(passed / 0x100_0000).toBeLessThanOrEqual(1 / 256);
  // Of those, only distances that the sensors can see, and their two words.
  expect(passed).toBe(10_001 + 2);
});
