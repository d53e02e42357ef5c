import { beforeEach, describe, expect, test } from 'vitest';
import { EXCEPTION, FC } from '#contract/modbus.ts';
import type { Response } from '#contract/modbus.ts';
import {
  COMMAND,
  COMMIT,
  configBlock,
  healthBlock,
  KEEP_QUIET,
  RESET_CAUSE,
  RING_KIND,
  ringBlock,
  ringEntry,
  sampleBlock,
  STATUS,
  TAKE_ADDRESS,
} from '#contract/registers.ts';
import { decodeSearchAnswer, searchRequest, uidOfWords } from '#contract/uid-search.ts';
import { BayNode } from '#firmware-sim/node/bay-node.ts';
import { factoryConfig } from '#firmware-sim/node/factory-config.ts';
import { fixedSenses } from './senses.ts';

const link = { baud: 19_200, parity: 'even' } as const;
const UID = { high: 0x0001_0002, middle: 0x0003_0004, low: 0x0005_0006 };
const MOUNT_MM = 2_600;

let senses: ReturnType<typeof fixedSenses>;
let node: BayNode;
let now: number;

beforeEach(() => {
  senses = fixedSenses({ distanceMm: MOUNT_MM });
  now = 1_000;
  const config = factoryConfig({ address: 5, link, mountMm: MOUNT_MM, label: 'nambu-a-014' });
  node = new BayNode({ uid: UID, config, link, senses, at: now });
});

const read = (fc: 3 | 4, register: number, count: number, address = 5) =>
  node.hear({ fc, address, register, count }, now);
const writeOne = (register: number, value: number, address = 5) =>
  node.hear({ fc: FC.writeOne, address, register, value }, now);
const writeMany = (register: number, values: readonly number[], address = 5) =>
  node.hear({ fc: FC.writeMany, address, register, values }, now);

function dataOf(answer: Response | undefined): Uint8Array {
  if (answer?.kind !== 'registers') throw new Error(`no registers but ${JSON.stringify(answer)}`);
  return answer.data;
}
const sample = (address = 5) => sampleBlock.decode(dataOf(read(4, 0, 16, address)));
const ring = () => {
  const bytes = dataOf(read(4, ringBlock.register, ringBlock.count));
  return Array.from({ length: 8 }, (_, slot) => ringEntry.decode(bytes.subarray(8 * slot)));
};

describe('what may be read', () => {
  test.each([
    ['input beyond the sample', 4, 0x0010, 1, EXCEPTION.illegalAddress],
    ['across two blocks', 4, 0x003f, 4, EXCEPTION.illegalAddress],
    ['the sample as holding registers', 3, 0x0000, 16, EXCEPTION.illegalAddress],
    ['no register', 4, 0x0000, 0, EXCEPTION.illegalValue],
    ['more than a frame holds', 4, 0x0000, 126, EXCEPTION.illegalValue],
  ] as const)('%s is refused', (_what, fc, register, count, exception) => {
    expect(read(fc, register, count)).toEqual({ kind: 'exception', address: 5, fc, exception });
  });

  test('a part of a block is read alone', () => {
    expect(dataOf(read(4, 2, 1))).toEqual(dataOf(read(4, 0, 16)).subarray(4, 6));
  });

  test('a function that the node does not know is refused, and another node keeps silent', () => {
    expect(node.refuse(5, 0x2b, 'function', now)).toMatchObject({ exception: 1 });
    expect(node.refuse(6, 0x2b, 'function', now)).toBeUndefined();
    expect(read(4, 0, 16, 6)).toBeUndefined();
  });
});

describe('sampling', () => {
  test('a sample stays the same until the next is due, and the sequence counts them', () => {
    const first = sample();
    now += 249;
    senses.distanceMm = 1_000;
    expect(sample()).toMatchObject({ seq: first.seq, distanceMm: MOUNT_MM });
    now += 1;
    expect(sample()).toMatchObject({ seq: first.seq + 1, distanceMm: 1_000 });
    now += 250 * 65_536;
    expect(sample().seq).toBe(first.seq + 1);
  });
});

describe('the own threshold', () => {
  test('a car is believed after three seconds, and the ring keeps both ends of a stay', () => {
    now += 1_000;
    senses.distanceMm = 1_000;
    node.hearWorld(now);
    now += 2_999;
    expect(sample().status & STATUS.occupied).toBe(0);
    now += 1;
    expect(sample().status & STATUS.occupied).toBe(STATUS.occupied);
    now += 500;
    senses.distanceMm = MOUNT_MM;
    node.hearWorld(now);
    now += 60_000;
    expect(sample()).toMatchObject({ ringHead: 2 });
    expect(ring().slice(0, 2)).toEqual([
      { kind: RING_KIND.occupied, uptimeMs: 4_000, value: 0 },
      { kind: RING_KIND.vacant, uptimeMs: 7_500, value: 0 },
    ]);
  });

  test('what does not last is not believed', () => {
    senses.distanceMm = 1_000;
    node.hearWorld(now);
    now += 2_000;
    senses.distanceMm = MOUNT_MM;
    node.hearWorld(now);
    now += 60_000;
    expect(sample().ringHead).toBe(0);
  });

  test('the ring holds the last eight of many', () => {
    for (let at = 0; at < 11; at += 1) {
      now += 10_000;
      senses.distanceMm = at % 2 === 0 ? 1_000 : MOUNT_MM;
      node.hearWorld(now);
    }
    now += 10_000;
    expect(sample().ringHead).toBe(11);
    expect(ring().map(({ uptimeMs }) => uptimeMs)).toEqual([
      93_000, 103_000, 113_000, 43_000, 53_000, 63_000, 73_000, 83_000,
    ]);
  });
});

describe('commands', () => {
  test('a reboot is answered, then silence, then a node that counts from zero and says why', () => {
    writeOne(COMMAND.register, COMMAND.acknowledgeReset);
    now += 60_000;
    expect(sample().status & STATUS.resetSince).toBe(0);
    expect(writeOne(COMMAND.register, COMMAND.reboot)).toMatchObject({ kind: 'written', value: 4 });
    now += 299;
    expect(read(4, 0, 16)).toBeUndefined();
    now += 101;
    expect(sample()).toMatchObject({ seq: 0, uptimeMs: 100, resetCause: RESET_CAUSE.request });
    expect(sample().status & STATUS.resetSince).toBe(STATUS.resetSince);
    expect(healthBlock.decode(dataOf(read(4, 0x40, 12)))).toMatchObject({
      resetsTotal: 2,
      resetsToday: 2,
    });
    writeOne(COMMAND.register, COMMAND.acknowledgeReset);
    expect(sample().status & STATUS.resetSince).toBe(0);
  });

  test('a node calibrates only while its bay is vacant', () => {
    expect(writeOne(COMMAND.register, COMMAND.calibrate)).toMatchObject({ kind: 'written' });
    expect(sample().status & STATUS.calibrating).toBe(STATUS.calibrating);
    senses.distanceMm = 1_000;
    node.hearWorld(now);
    now += 5_000;
    expect(sample().status & STATUS.calibrating).toBe(0);
    expect(writeOne(COMMAND.register, COMMAND.calibrate)).toMatchObject({
      exception: EXCEPTION.busy,
    });
  });

  test('a node shows itself for a minute', () => {
    writeOne(COMMAND.register, COMMAND.locate);
    expect(node.isLocating(now + 59_999)).toBe(true);
    expect(node.isLocating(now + 60_000)).toBe(false);
  });

  test('a self-test is in the health block, and an unknown command is refused', () => {
    writeOne(COMMAND.register, COMMAND.selfTest);
    expect(healthBlock.decode(dataOf(read(4, 0x40, 12)))).toMatchObject({ distanceSelfTest: 1 });
    expect(writeOne(COMMAND.register, 99)).toMatchObject({ exception: EXCEPTION.illegalValue });
  });

  test('a broadcast reboot is not obeyed', () => {
    expect(writeOne(COMMAND.register, COMMAND.reboot, 0)).toBeUndefined();
    now += 10;
    expect(sample().uptimeMs).toBe(10);
  });
});

describe('the configuration', () => {
  const commit = (address?: number) => writeOne(COMMIT.register, COMMIT.value, address);
  const config = (address = 5) => configBlock.decode(dataOf(read(3, 0x0200, 24, address)));

  test('a write changes nothing until it is committed', () => {
    const { configCrc } = sample();
    expect(writeMany(0x0200, [7])).toMatchObject({ kind: 'written', value: 1 });
    expect(sample().configCrc).toBe(configCrc);
    expect(commit()).toMatchObject({ kind: 'written' });
    expect(read(4, 0, 16)).toBeUndefined();
    expect(config(7).address).toBe(7);
    expect(sample(7).configCrc).not.toBe(configCrc);
    expect(sample(7).status & STATUS.configChanged).toBe(STATUS.configChanged);
  });

  test('what is confirmed over the new link stays', () => {
    writeMany(0x0200, [7]);
    commit();
    now += 9_999;
    expect(commit(7)).toMatchObject({ kind: 'written' });
    now += 3_600_000;
    expect(config(7).address).toBe(7);
    expect(sample(7).status & STATUS.configChanged).toBe(0);
  });

  test('a wrong baud rate makes a node deaf for ten seconds and no longer', () => {
    writeOne(0x0201, 96);
    commit();
    now += 9_999;
    expect(read(4, 0, 16)).toBeUndefined();
    now += 1;
    expect(config().baudHundreds).toBe(192);
    expect(sample().errorCount).toBe(1);
  });

  test.each([
    ['an address that no node has', 0x0200, [248]],
    ['a speed that no UART has', 0x0201, [123]],
    ['a distance that switches on above where it switches off', 0x0205, [2_500]],
    ['nothing', 0x0200, []],
  ])('%s is refused', (_what, register, values) => {
    expect(writeMany(register, values)).toMatchObject({ exception: EXCEPTION.illegalValue });
    expect(commit()).toMatchObject({ exception: EXCEPTION.illegalValue });
  });

  test.each([
    ['the identity', 0x0100],
    ['beyond the block', 0x0218],
    ['a register that is none', 0x0500],
  ])('%s cannot be written', (_what, register) => {
    expect(writeMany(register, [1])).toMatchObject({ exception: EXCEPTION.illegalAddress });
  });

  test('the commit word alone is no commit', () => {
    expect(writeOne(COMMIT.register, COMMIT.value)).toMatchObject({ exception: 3 });
    writeMany(0x0200, [7]);
    expect(writeOne(COMMIT.register, 0x1234)).toMatchObject({ exception: 3 });
  });

  test('with a period of 0 a node samples when its ping group is triggered, and never by itself', () => {
    writeMany(0x0203, [0]);
    writeOne(0x020a, 3);
    commit();
    commit();
    const { seq } = sample();
    now += 60_000;
    expect(sample().seq).toBe(seq);
    writeOne(COMMAND.register, COMMAND.triggerGroup + 2, 0);
    expect(sample().seq).toBe(seq);
    writeOne(COMMAND.register, COMMAND.triggerGroup + 3, 0);
    writeOne(COMMAND.register, COMMAND.trigger, 0);
    expect(sample().seq).toBe(seq + 2);
  });

  test('of two nodes with one address, that of the UID takes another by broadcast', () => {
    const values = (address: number, low: number) => [address, 1, 2, 3, 4, 5, low];
    expect(writeMany(TAKE_ADDRESS.register, values(9, 7), 0)).toBeUndefined();
    expect(sample().mapVersion).toBe(0x0100);
    expect(writeMany(TAKE_ADDRESS.register, values(9, 6), 0)).toBeUndefined();
    expect(read(4, 0, 16)).toBeUndefined();
    expect(sample(9).mapVersion).toBe(0x0100);
  });
});

describe('a search', () => {
  const prefix = (bits: number, word = 1) => ({ bits, uid: uidOfWords([word, 2, 3, 4, 5, 6]) });
  const search = (bits: number, word?: number, address = 5) =>
    node.hear(searchRequest(address, prefix(bits, word)), now);
  const own = [1, 2, 3, 4, 5, 6];

  test('is answered by the node whose UID begins so, and by no other', () => {
    expect(decodeSearchAnswer(dataOf(search(96)))).toEqual({ firmware: 0x0100, uid: UID });
    expect(search(0)).toMatchObject({ kind: 'registers', fc: 23 });
    expect(search(15, 0)).toMatchObject({ kind: 'registers' });
    expect(search(16, 0)).toBeUndefined();
    expect(search(0, 1, 6)).toBeUndefined();
    expect(search(97)).toMatchObject({ kind: 'exception', exception: EXCEPTION.illegalAddress });
  });

  test('leaves out a node that was told to keep quiet, until it is begun anew', () => {
    expect(writeMany(KEEP_QUIET.register, [...own.slice(0, 5), 7])).toBeUndefined();
    expect(search(0)).toMatchObject({ kind: 'registers' });
    expect(writeMany(KEEP_QUIET.register, own)).toMatchObject({ kind: 'written' });
    expect(search(96)).toBeUndefined();
    writeOne(COMMAND.register, COMMAND.searchAnew, 0);
    expect(search(0)).toMatchObject({ kind: 'registers' });
    writeMany(KEEP_QUIET.register, own);
    now += KEEP_QUIET.forMs;
    expect(search(0)).toMatchObject({ kind: 'registers' });
  });

  test('ends with an address: only the node of the UID answers, from where it was', () => {
    expect(writeMany(TAKE_ADDRESS.register, [9, 1, 2, 3, 4, 5, 7])).toBeUndefined();
    expect(writeMany(TAKE_ADDRESS.register, [9, ...own])).toMatchObject({ address: 5 });
    expect(sample(9).mapVersion).toBe(0x0100);
    expect(writeMany(TAKE_ADDRESS.register, [248, ...own], 9)).toMatchObject({ exception: 3 });
  });

  test('and an address free even a node that had gone astray', () => {
    node.fail('wrong-address', now, 247);
    expect(writeMany(TAKE_ADDRESS.register, [9, ...own], 247)).toMatchObject({ kind: 'written' });
    expect(sample(9).mapVersion).toBe(0x0100);
  });
});
