import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeRequest, encodeResponse, FC } from '#contract/modbus.ts';
import { sampleBlock } from '#contract/registers.ts';
import { distanceReader, distanceReading } from '#gateway/bus/distance-reader.ts';
import type { FrameReader } from '#gateway/bus/frame-reader.ts';
import { maxbotixReader, maxbotixReading } from '#gateway/bus/maxbotix-reader.ts';
import { pbn1Sample } from '#gateway/bus/pbn1-sample.ts';
import { ResponseReader } from '#gateway/bus/response-reader.ts';

const hex = (text: string) => Uint8Array.from(text.split(' '), (byte) => Number.parseInt(byte, 16));
const framesIn = (reader: FrameReader, chunks: readonly Uint8Array[]) =>
  chunks.flatMap((chunk) => reader.push(chunk));
const values = (reader: FrameReader, bytes: Uint8Array) =>
  framesIn(reader, [bytes]).flatMap((heard) => (heard.kind === 'frame' ? [heard.value] : []));

describe('the documented bytes', () => {
  test.each([
    ['FF 07 A1 A7', 1_953, 'ok'],
    ['FF FF FD FB', 0xfffd, 'no_target'],
    ['FF FF FE FC', 0xfffe, 'interference'],
  ])('free-running %s reads %d, %s', (bytes, value, quality) => {
    expect(values(distanceReader(), hex(bytes))).toEqual([value]);
    expect(distanceReading(value)).toMatchObject({ value, quality });
  });

  test.each([
    ['maxbotix', '52 31 32 33 34 0D', 1_234, 'ok'],
    ['maxbotix', '52 31 32 33 34 20 0D', 1_234, 'ok'],
    ['maxbotix', '52 35 30 30 30 0D', 5_000, 'no_target'],
    ['maxbotix', '52 39 39 39 39 0D', 9_999, 'no_target'],
    ['maxbotix', '52 30 33 30 30 0D', 300, 'saturated'],
    ['maxbotix-cm', '52 31 32 33 0D', 1_230, 'ok'],
    ['maxbotix-cm', '52 31 32 33 20 0D', 1_230, 'ok'],
    ['maxbotix-cm', '52 37 36 35 0D', 7_650, 'no_target'],
    ['maxbotix-cm', '52 30 32 30 0D', 200, 'saturated'],
    ['maxbotix-inch', '52 31 30 30 0D', 2_540, 'ok'],
    ['maxbotix-inch', '52 32 35 34 0D', 6_452, 'no_target'],
    ['maxbotix-inch', '52 32 35 35 0D', 6_477, 'no_target'],
    ['maxbotix-inch', '52 30 30 36 0D', 152, 'saturated'],
  ] as const)('%s %s reads %d mm, %s', (kind, bytes, value, quality) => {
    const heard = values(maxbotixReader(kind), hex(bytes));
    expect(heard.map((counts) => maxbotixReading(kind, counts))).toEqual([
      { value, unit: 'mm', quality },
    ]);
  });

  test.each([
    ['maxbotix', 'R123\r'],
    ['maxbotix-cm', 'R1234\r'],
    ['maxbotix-inch', 'R12\r'],
  ] as const)('a frame of another number of digits is none of %s', (kind, text) => {
    expect(values(maxbotixReader(kind), new TextEncoder().encode(`${text}\0\0\0`))).toEqual([]);
  });

  test('the sample of node 5 is read as it was sent', () => {
    const request = { fc: FC.readInput, address: 5, register: 0, count: 16 } as const;
    const reader = new ResponseReader(request, false);
    const answer = reader.push(
      hex(
        '05 04 20 01 00 00 01 30 39 00 00 27 10 09 B7 00 57 00 D7 07 26 FE 64 11 7B 13 94 00 00 00 01 00 00 BE EF 1F F1',
      ),
    );
    if (answer?.kind !== 'registers') throw new Error('expected registers');
    // Its status says that the distance is not valid: a plausible number, and no distance.
    expect(pbn1Sample(answer.data, 7)).toEqual({
      distance: { value: 2_487, unit: 'mm', quality: 'fault' },
      field: { xUt: 18.3, yUt: -4.12, zUt: 44.75, quality: 'fault' },
      temperature: { value: 21.5, unit: 'degC', quality: 'ok' },
      node: {
        tamper: false,
        supplyLow: false,
        configChanged: false,
        calibrating: false,
        supplyMv: 5_012,
        configCrc: 0xbeef,
      },
      seq: 12_345,
      uptimeMs: 10_000,
      receivedAtMono: 7,
    });
  });

  test.each([
    ['0C 03 00 05 00 01 95 16', '0C 03 02 3A 98 86 8F', 15_000],
    ['01 03 01 01 00 01 D4 36', '01 03 02 02 F3 F9 61', 755],
    ['01 03 01 01 00 01 D4 36', '01 03 02 FF FD 38 35', 0xfffd],
  ])('%s is answered by %s', (asked, answered, value) => {
    const [address = 0, fc, high = 0, low = 0, , count = 0] = hex(asked);
    const request = { fc: fc as 3, address, register: (high << 8) | low, count };
    expect([...encodeRequest(request)]).toEqual([...hex(asked)]);
    const answer = new ResponseReader(request, false).push(hex(answered));
    if (answer?.kind !== 'registers') throw new Error('expected registers');
    expect(new DataView(answer.data.buffer, answer.data.byteOffset).getUint16(0)).toBe(value);
  });

  test('an exception is an answer', () => {
    const request = { fc: FC.readInput, address: 5, register: 0x900, count: 1 } as const;
    expect(new ResponseReader(request, false).push(hex('05 84 02 83 00'))).toMatchObject({
      kind: 'exception',
      exception: 2,
    });
  });

  test('another major version of the register map is not read', () => {
    const values = sampleBlock.decode(new Uint8Array(32));
    const data = sampleBlock.encode({ ...values, mapVersion: 0x0200 });
    expect(pbn1Sample(data, 0)).toBeUndefined();
  });
});

/** Cuts bytes into chunks at arbitrary places. */
function cut(bytes: Uint8Array, places: readonly number[]): Uint8Array[] {
  const at = [...new Set(places.map((place) => place % (bytes.length + 1)))].toSorted(
    (x, y) => x - y,
  );
  return [0, ...at].map((from, n) => bytes.slice(from, at[n] ?? bytes.length));
}
const joined = (parts: readonly Uint8Array[]) =>
  Uint8Array.from(parts.flatMap((part) => [...part]));
const places = fc.array(fc.nat(2_000), { maxLength: 20 });

describe('an answer', () => {
  const request = { fc: FC.readInput, address: 5, register: 0, count: 16 } as const;
  const data = fc.uint8Array({ minLength: 32, maxLength: 32 });
  const dirt = fc.uint8Array({ maxLength: 60 });
  const answerOf = (bytes: Uint8Array) =>
    encodeResponse({ kind: 'registers', address: 5, fc: FC.readInput, data: bytes });
  const read = (reader: ResponseReader, chunks: readonly Uint8Array[]) => {
    for (const chunk of chunks) {
      const answer = reader.push(chunk);
      if (answer) return answer;
    }
    return undefined;
  };

  test('is found behind any dirt, in any pieces', () => {
    fc.assert(
      fc.property(dirt, data, places, (before, bytes, at) => {
        const answer = read(
          new ResponseReader(request, false),
          cut(joined([before, answerOf(bytes)]), at),
        );
        expect(answer?.kind === 'registers' && [...answer.data]).toEqual([...bytes]);
      }),
    );
  });

  test('that was cut or changed anywhere is none', () => {
    fc.assert(
      fc.property(data, fc.nat(36), fc.integer({ min: 1, max: 255 }), (bytes, at, flip) => {
        const whole = answerOf(bytes);
        expect(read(new ResponseReader(request, false), [whole.slice(0, at)])).toBeUndefined();
        const dirty = Uint8Array.from(whole, (byte, n) => (n === at ? byte ^ flip : byte));
        expect(read(new ResponseReader(request, false), [dirty])).toBeUndefined();
      }),
    );
  });

  test('of another block or another node is none', () => {
    const short = encodeResponse({
      kind: 'registers',
      address: 5,
      fc: FC.readInput,
      data: new Uint8Array(24),
    });
    const other = encodeResponse({
      kind: 'registers',
      address: 6,
      fc: FC.readInput,
      data: new Uint8Array(32),
    });
    const reader = new ResponseReader(request, false);
    expect(reader.push(short)).toBeUndefined();
    expect(reader.push(other)).toBeUndefined();
    expect(reader.strayBytes).toBe(short.length + other.length);
  });

  test('to a write is not the echo that an adapter sends first', () => {
    const write = { fc: FC.writeOne, address: 5, register: 0x300, value: 5 } as const;
    const frame = encodeRequest(write);
    const reader = new ResponseReader(write, true);
    expect(reader.push(frame)).toBeUndefined();
    expect(reader.push(frame)).toMatchObject({ kind: 'written', register: 0x300, value: 5 });
  });

  test('is kept in bounds: what does not fit is counted', () => {
    const reader = new ResponseReader(request, false);
    for (let n = 0; n < 100; n += 1) reader.push(new Uint8Array(100));
    expect(reader.strayBytes).toBe(10_000);
  });
});
