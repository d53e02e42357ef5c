import { existsSync, lstatSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import type { SimulatedLine } from '#firmware-sim/line/pty.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { openSerialReader, toHex } from './serial-reader.ts';

const everyByte = Uint8Array.from({ length: 256 }, (_, byte) => byte);

let folder: ReturnType<typeof openTempFolder>;
let line: SimulatedLine;
let written: number[];

beforeEach(async () => {
  folder = openTempFolder();
  written = [];
  line = await openSimulatedLine(join(folder.path, 'gw-1.line-1'), {
    onBytes: (bytes) => void written.push(...bytes),
    onLost: (error) => {
      throw error;
    },
  });
});

afterEach(() => {
  line.close();
  folder[Symbol.dispose]();
});

test('every byte value survives, from the node to the reader and back', async () => {
  await using reader = await openSerialReader(line.path);
  line.write(everyByte);
  expect(await reader.untilHeard(256)).toBe(toHex(everyByte));
  reader.write(everyByte);
  await until(() => written.length >= 256);
  expect(toHex(written)).toBe(toHex(everyByte));
});

test('the line echoes nothing, neither to the reader nor to the node', async () => {
  // Before a reader sets its own mode.
  line.write(everyByte);
  await using reader = await openSerialReader(line.path);
  reader.write(everyByte);
  await until(() => written.length >= 256);
  line.write(Uint8Array.of(1, 2, 3));
  await reader.untilHeard(3);
  expect(toHex(reader.heard)).toBe('01 02 03');
  expect(written).toHaveLength(256);
});

test('a line that nobody reads loses what is too much and blocks nobody', async () => {
  const begunAt = performance.now();
  for (let at = 0; at < 100; at += 1) line.write(new Uint8Array(1_000));
  expect(performance.now() - begunAt).toBeLessThan(1_000);
  expect(line.bytesLost).toBeGreaterThan(50_000);
  await using reader = await openSerialReader(line.path);
  line.write(Uint8Array.of(0xaa));
  // What stood on the line from before is flushed when a reader opens it.
  expect(await reader.untilHeard(1)).toBe('AA');
});

test('an unplugged line is gone from its path, and its device from the system', async () => {
  const device = readlinkSync(line.path);
  await using reader = await openSerialReader(line.path);
  line.unplug();
  expect(line.plugged).toBe(false);
  expect(() => lstatSync(line.path)).toThrow('ENOENT');
  // Once the reader has let go of it.
  await until(() => !reader.port.isOpen || closing(reader.port));
  await until(() => !existsSync(device));
  line.write(Uint8Array.of(1));
  expect(line.bytesLost).toBe(1);
});

function closing(port: { isOpen: boolean; close(): void }): boolean {
  if (port.isOpen) port.close();
  return !port.isOpen;
}

test('a line that is plugged in again works at the same path', async () => {
  const before = await openSerialReader(line.path);
  line.unplug();
  await before[Symbol.asyncDispose]();
  await line.replug();
  expect(line.plugged).toBe(true);
  await using reader = await openSerialReader(line.path);
  reader.write(Uint8Array.of(0xff, 0x01));
  await until(() => written.length >= 2);
  line.write(Uint8Array.of(0xfe));
  expect(await reader.untilHeard(1)).toBe('FE');
  expect(toHex(written)).toBe('FF 01');
});

test('a reader may close the line and open it again', async () => {
  const first = await openSerialReader(line.path);
  await first[Symbol.asyncDispose]();
  await using second = await openSerialReader(line.path);
  line.write(Uint8Array.of(7));
  expect(await second.untilHeard(1)).toBe('07');
});

test('a closed line leaves the path to another simulator that took it over', async () => {
  const other = await openSimulatedLine(line.path, {
    onBytes: () => undefined,
    onLost: () => undefined,
  });
  line.close();
  expect(existsSync(other.path)).toBe(true);
  other.close();
  expect(() => lstatSync(other.path)).toThrow('ENOENT');
});
