import { describe, expect, test } from 'vitest';
import { crc16, encodeRequest, FC, isSealed, wireMs } from '#contract/modbus.ts';
import {
  COMMAND,
  configBlock,
  identityBlock,
  RESET_CAUSE,
  sampleBlock,
} from '#contract/registers.ts';
import type { ConfigRegisters } from '#contract/registers.ts';
import { BayNode } from '#firmware-sim/node/bay-node.ts';
import { factoryConfig } from '#firmware-sim/node/factory-config.ts';
import { openLineRig } from './line-rig.ts';
import { fixedSenses } from './senses.ts';
import { fromHex, openSerialReader } from './serial-reader.ts';

const link = { baud: 19_200, parity: 'even' } as const;

function aNode(address: number, low = address): BayNode {
  return new BayNode({
    uid: { high: 1, middle: 2, low },
    config: factoryConfig({ address, link, mountMm: 2_600, label: `bay-${address}` }),
    link,
    senses: fixedSenses(),
    at: performance.now(),
  });
}

/** A configuration whose CRC is this: every value of one register gives another CRC. */
function configWithCrc(crc: number): ConfigRegisters {
  const config = factoryConfig({ address: 5, link, mountMm: 3_000, label: 'bay' });
  for (let label7 = 0; label7 < 0x1_0000; label7 += 1) {
    const candidate = { ...config, label7 };
    if (crc16(configBlock.encode(candidate)) === crc) return candidate;
  }
  throw new Error('no register value gives this CRC');
}

const readSample = (address: number) =>
  encodeRequest({ fc: FC.readInput, address, register: 0, count: 16 });

describe('the documented bytes of PBN-1', () => {
  /** The node of the protocol's example: node 5, ten seconds up, its 12345th sample. */
  async function openExample() {
    const nowAt = 100_000;
    const node = new BayNode({
      uid: { high: 0, middle: 0, low: 5 },
      config: configWithCrc(0xbeef),
      link,
      // The request has left the master when its eight characters have.
      at: nowAt + wireMs(8, link.baud) - 10_000,
      seq: 12_345 - 10_000 / 250,
      resetCause: RESET_CAUSE.watchdog,
      senses: fixedSenses({
        distanceMm: 2_487,
        distanceValid: false,
        echoQuality: 87,
        temperatureC: 21.5,
        fieldUt: [18.3, -4.12, 44.75],
        magneticValid: false,
        supplyMv: 5_012,
      }),
    });
    node.hear(
      {
        fc: FC.writeOne,
        address: 5,
        register: COMMAND.register,
        value: COMMAND.acknowledgeReset,
      },
      nowAt,
    );
    return openLineRig([node, aNode(1)], { nowOf: () => nowAt });
  }

  test('a sample is read as documented', async () => {
    using rig = await openExample();
    await using reader = await openSerialReader(rig.path);
    reader.write('05 04 00 00 00 10 F0 42');
    expect(await reader.untilHeard(37)).toBe(
      '05 04 20 01 00 00 01 30 39 00 00 27 10 09 B7 00 57 00 D7 07 26 FE 64 11 7B 13 94 00 00 00 01 00 00 BE EF 1F F1',
    );
  });

  test('an address beyond the map is answered with the documented exception', async () => {
    using rig = await openExample();
    await using reader = await openSerialReader(rig.path);
    reader.write(encodeRequest({ fc: FC.readInput, address: 5, register: 0x0010, count: 1 }));
    expect(await reader.untilHeard(5)).toBe('05 84 02 83 00');
  });

  test('the documented identify request is answered with the UID', async () => {
    using rig = await openExample();
    await using reader = await openSerialReader(rig.path);
    reader.write('05 03 01 00 00 0A C5 B5');
    await reader.untilHeard(25);
    const answer = Uint8Array.from(reader.heard);
    expect(isSealed(answer)).toBe(true);
    const { uidHigh, uidMiddle, uidLow } = identityBlock.decode(answer.subarray(3));
    expect({ uidHigh, uidMiddle, uidLow }).toEqual({ uidHigh: 0, uidMiddle: 0, uidLow: 5 });
  });

  test('the documented broadcast trigger makes every node sample and none answer', async () => {
    using rig = await openLineRig([aNode(1), aNode(2)], {});
    await using reader = await openSerialReader(rig.path);
    const seqOf = async (address: number) => {
      reader.write(readSample(address));
      await reader.untilHeard(37);
      return sampleBlock.decode(Uint8Array.from(reader.heard).subarray(3)).seq;
    };
    const [first, second] = [await seqOf(1), await seqOf(2)];
    const startedAt = performance.now();
    // 100 triggers are more than the node's own four samples a second.
    for (let at = 0; at < 100; at += 1) reader.write('00 06 03 00 00 01 49 9F');
    const [triggeredFirst, triggeredSecond] = [await seqOf(1), await seqOf(2)];
    const ownMost = Math.ceil((performance.now() - startedAt) / 250) + 1;
    for (const taken of [triggeredFirst - first, triggeredSecond - second]) {
      expect(taken).toBeGreaterThanOrEqual(100);
      expect(taken).toBeLessThanOrEqual(100 + ownMost);
    }
    expect(reader.heard).toHaveLength(37);
  });
});

describe('on the wire', () => {
  test('no byte of an answer comes earlier than the line could have carried it', async () => {
    const nodes = [aNode(1), aNode(2), aNode(3)];
    using rig = await openLineRig(nodes, {});
    await using reader = await openSerialReader(rig.path);
    const byteMs = wireMs(1, link.baud);
    for (let at = 0; at < 12; at += 1) {
      const askedAt = reader.write(readSample(1 + (at % 3)));
      await reader.untilHeard(37);
      expect(reader.heard).toHaveLength(37);
      const leastMs = wireMs(8, link.baud) + 2;
      for (const [place, heardAt] of reader.heardAt.entries()) {
        expect(heardAt - askedAt).toBeGreaterThanOrEqual(leastMs + (place + 1) * byteMs - 0.1);
      }
    }
  });

  test('two nodes of one address talk over each other', async () => {
    using rig = await openLineRig([aNode(9, 0x0f0f), aNode(9, 0xf0f0)], {});
    await using reader = await openSerialReader(rig.path);
    const answers = new Set<string>();
    for (let at = 0; at < 4; at += 1) {
      reader.write(encodeRequest({ fc: FC.readHolding, address: 9, register: 0x0100, count: 10 }));
      await reader.untilHeard(25);
      const end = performance.now() + 60;
      await untilPast(end);
      answers.add(String(reader.heard.length));
      expect(isSealed(Uint8Array.from(reader.heard))).toBe(false);
    }
    // They begin at different instants: what is heard is longer than any answer.
    expect(Math.max(...[...answers].map(Number))).toBeGreaterThan(25);
  });

  test('a request after dirt on the line is heard, and a spoilt one is not', async () => {
    using rig = await openLineRig([aNode(4)], {});
    await using reader = await openSerialReader(rig.path);
    reader.write(Uint8Array.of(0xff, 0x00, ...readSample(4)));
    await reader.untilHeard(37);
    const spoilt = readSample(4);
    spoilt[3] = (spoilt[3] ?? 0) ^ 0x40;
    reader.write(spoilt);
    await untilPast(performance.now() + 120);
    expect(reader.heard).toEqual([]);
    reader.write(fromHex('04 2B 0E 01 00 00 00'));
    reader.write(readSample(4));
    await reader.untilHeard(37);
    expect(
      sampleBlock.decode(Uint8Array.from(reader.heard).subarray(3)).errorCount,
    ).toBeGreaterThan(0);
  });
});

/** What must not come cannot be waited for: the line's time passes. */
async function untilPast(at: number): Promise<void> {
  await new Promise((resolve) => {
    setTimeout(resolve, at - performance.now());
  });
}
