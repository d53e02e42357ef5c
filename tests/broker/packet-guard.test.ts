import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { openPacketGuard } from '#broker/packet-guard.ts';

const limits = { maxPacketBytes: 65_536, maxConnectBytes: 4_096 };

/** A packet of MQTT with this type and so many bytes after its header. */
function packetOf(type: number, bodyBytes: number): Uint8Array {
  const length: number[] = [];
  let left = bodyBytes;
  do {
    length.push((left % 128) | (left >= 128 ? 0x80 : 0));
    left = Math.floor(left / 128);
  } while (left > 0);
  return Uint8Array.from([type << 4, ...length, ...new Uint8Array(bodyBytes).fill(0xff)]);
}

const CONNECT = packetOf(1, 40);

describe('before a client is known', () => {
  test('a header that declares 256 MiB is refused by its length bytes alone', () => {
    const header = Uint8Array.of(0x10, 0xff, 0xff, 0xff, 0x7f);
    expect(openPacketGuard(limits).look(header)).toBe('packet_too_large');
  });

  test('it is refused as well when it comes byte by byte', () => {
    const guard = openPacketGuard(limits);
    const answers = [0x10, 0xff, 0xff].map((byte) => guard.look(Uint8Array.of(byte)));
    expect(answers).toEqual([undefined, undefined, 'packet_too_large']);
  });

  test.each([
    ['HTTP', new TextEncoder().encode('GET / HTTP/1.1')],
    ['TLS', Uint8Array.of(0x16, 0x03, 0x01, 0x02)],
    ['a publish first', packetOf(3, 10)],
    ['type 0', packetOf(0, 10)],
  ])('%s is not MQTT', (_, bytes) => {
    expect(openPacketGuard(limits).look(bytes)).toBe('not_mqtt');
  });

  test('a second CONNECT is not MQTT', () => {
    const guard = openPacketGuard(limits);
    expect(guard.look(CONNECT)).toBeUndefined();
    expect(guard.look(CONNECT)).toBe('not_mqtt');
  });

  test('what follows the CONNECT at once is small too', () => {
    const guard = openPacketGuard(limits);
    guard.look(CONNECT);
    expect(guard.look(packetOf(3, 4_094))).toBe('packet_too_large');
  });
});

describe('once a client is known', () => {
  test('a packet of exactly the limit passes and one byte more does not', () => {
    const guard = openPacketGuard(limits);
    guard.look(CONNECT);
    guard.letIn();
    expect(guard.look(packetOf(3, 65_536 - 4))).toBeUndefined();
    expect(guard.look(packetOf(3, 65_536 - 3))).toBe('packet_too_large');
  });

  test('a length of five bytes is not MQTT', () => {
    const guard = openPacketGuard({ maxPacketBytes: 2 ** 30, maxConnectBytes: 2 ** 30 });
    expect(guard.look(Uint8Array.of(0x10, 0x80, 0x80, 0x80, 0x80, 0x01))).toBe('not_mqtt');
  });

  test('the verdict does not depend on how the bytes are cut', () => {
    const packets = fc.array(fc.tuple(fc.integer({ min: 2, max: 14 }), fc.nat(300)), {
      minLength: 1,
      maxLength: 20,
    });
    fc.assert(
      fc.property(
        packets,
        fc.array(fc.integer({ min: 1, max: 50 }), { minLength: 1 }),
        (sent, cuts) => {
          const bytes = Buffer.concat([
            CONNECT,
            ...sent.map(([type, size]) => packetOf(type, size)),
          ]);
          const whole = openPacketGuard({ maxPacketBytes: 256, maxConnectBytes: 256 });
          const cut = openPacketGuard({ maxPacketBytes: 256, maxConnectBytes: 256 });
          let answer: string | undefined;
          for (let at = 0, turn = 0; at < bytes.length && answer === undefined; turn += 1) {
            const size = cuts[turn % cuts.length] ?? 1;
            answer = cut.look(bytes.subarray(at, at + size));
            at += size;
          }
          const tooLarge = sent.some(([type, size]) => packetOf(type, size).length > 256);
          expect(whole.look(bytes)).toBe(tooLarge ? 'packet_too_large' : undefined);
          expect(answer).toBe(tooLarge ? 'packet_too_large' : undefined);
        },
      ),
    );
  });
});
