import {
  chmodSync,
  chownSync,
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readFileSync,
  realpathSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { decodeRequest, encodeResponse, FC } from '#contract/modbus.ts';
import { SimConfig } from '#firmware-sim/config.ts';
import { openSimulatedLine } from '#firmware-sim/line/pty.ts';
import { startSim } from '#firmware-sim/sim.ts';
import { serialLine } from '#gateway/line/serial-line.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { writeSmallSite } from '../support/small-site.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { openSpeeds } from '../support/terminal-speeds.ts';
import { runDoctor } from './run-doctor.ts';

interface Line {
  id: string;
  port: object;
  baud: number;
  parity: string;
  sensors: object[];
}

let folder: ReturnType<typeof openTempFolder>;
const closers: (() => void | Promise<void>)[] = [];

beforeEach(() => {
  folder = openTempFolder();
  // Another user must be able to look into it.
  chmodSync(folder.path, 0o755);
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  folder[Symbol.dispose]();
});

/** One gateway, a line each: these ports, whatever the site file says of their speed. */
function writeSite(name: string, paths: readonly string[]): string {
  const at = join(folder.path, name);
  const { folder: siteFolder } = writeSmallSite(at, { lots: 1, baysPerLot: 8 * paths.length });
  const file = join(siteFolder, 'site.geojson');
  const site = JSON.parse(readFileSync(file, 'utf8')) as {
    features: { properties: { kind: string; lines: Line[] } }[];
  };
  const lines = site.features.find(({ properties }) => properties.kind === 'gateway')?.properties
    .lines;
  for (const [n, line] of (lines ?? []).entries()) {
    line.port = { kind: 'serial', path: paths[n] };
    line.baud = 19_200;
    line.parity = 'none';
  }
  writeFileSync(file, JSON.stringify(site));
  return siteFolder;
}

/**
 * A pseudo-terminal with bay nodes behind it that understand one speed alone, as the terminal's own
 * settings say it, and answer through `wire`.
 */
async function openNodes(
  name: string,
  { baud = 19_200, wire = (bytes: Uint8Array) => bytes } = {},
): Promise<string> {
  const path = join(folder.path, 'lines', name);
  const line = await openSimulatedLine(path, {
    onBytes: (bytes) => {
      const request = decodeRequest(bytes);
      if (!request || !('count' in request)) return;
      const data = new Uint8Array(2 * request.count);
      const { address } = request;
      const answer = encodeResponse({ kind: 'registers', address, fc: FC.readInput, data });
      const noise = answer.map((byte, at) => (byte * 7 + at) & 0x7f);
      speeds.ask((speed) => line.write(wire(speed === baud ? answer : noise)));
    },
    onLost: () => undefined,
  });
  const speeds = openSpeeds(path);
  // Its settings last as long as somebody has it open.
  const slave = openSync(path, constants.O_RDWR | constants.O_NOCTTY);
  closers.push(() => {
    speeds.close();
    closeSync(slave);
    line.close();
  });
  return path;
}

const asked = (siteFolder: string) => ({
  'site-folder': siteFolder,
  'lines-folder': join(folder.path, 'lines'),
  'data-folder': folder.path,
});

test('wrong speed, swapped wires, a port in use and a missing adapter are told apart', async () => {
  const taken = await openNodes('taken');
  const holder = await serialLine({ path: taken, baud: 19_200, parity: 'none' })({
    bytes: () => undefined,
    lost: () => undefined,
  });
  closers.push(() => holder.close());
  const siteFolder = writeSite('site', [
    await openNodes('right'),
    await openNodes('slow', { baud: 9_600 }),
    await openNodes('swapped', { wire: (bytes) => bytes.map((byte) => byte ^ 0xff) }),
    taken,
    '/dev/serial/by-id/usb-none',
  ]);
  const { code, wrong, all } = await runDoctor(asked(siteFolder));
  expect(code).toBe(1);
  const lines = all.filter((text) => text.includes('serial-lines'));
  expect(lines).toEqual([
    expect.stringMatching(/^ok .*line gw-1 line-1: 8 of 8 answer at 19200 baud/),
    expect.stringMatching(
      /^problem serial-lines \(certain\): line gw-1 line-2 at 19200 baud.*but at 9600 baud.* → Set the line to 9600/,
    ),
    expect.stringMatching(
      /^problem serial-lines \(likely\): line gw-1 line-3 .*inverted → Swap the wires A and B/,
    ),
    expect.stringMatching(
      /^problem serial-lines \(certain\): line gw-1 line-4: .* is open in .*\(process \d+\).* → Stop that program/,
    ),
  ]);
  expect(wrong).toContainEqual(
    expect.stringMatching(
      /^problem serial-names .*line-5: \/dev\/serial\/by-id\/usb-none is not there/,
    ),
  );
}, 60_000);

test('two nodes that answer to one address are found on the line that they spoil', async () => {
  const { folder: siteFolder } = writeSmallSite(join(folder.path, 'site'), {
    lots: 1,
    baysPerLot: 8,
  });
  const linesFolder = join(folder.path, 'lines');
  const config = SimConfig.parse({ siteFolder, linesFolder, traffic: 'none' });
  const sim = await startSim(config, { clock: systemClock, log: silentLog });
  closers.push(() => sim.close());
  const before = await runDoctor(asked(siteFolder));
  expect(before.all).toContainEqual(expect.stringMatching(/^ok serial-lines .*8 of 8 answer/));
  sim.fail('lot-1-3', 'duplicate-address');
  const { wrong } = await runDoctor(asked(siteFolder));
  expect(wrong).toContainEqual(
    expect.stringMatching(/^problem serial-lines .*address 4: .* → Unplug the node at address 4/),
  );
  expect(wrong).toContainEqual(
    expect.stringMatching(/^warning serial-lines .*address 3: no answer, while others answer/),
  );
}, 60_000);

test('a user who is not in the device’s group is told which one to join', async () => {
  const path = await openNodes('line');
  const siteFolder = writeSite('site', [path]);
  mkdirSync(join(folder.path, 'data'));
  const device = realpathSync(path);
  // The owner has no right; root, whom nothing stops, asks as somebody else.
  const isRoot = process.getuid?.() === 0;
  if (isRoot) chownSync(device, 0, 20);
  chmodSync(device, 0o060);
  const { code, wrong } = await runDoctor(
    asked(siteFolder),
    isRoot ? { uid: 65_534, gid: 65_534 } : {},
  );
  expect(code).toBe(1);
  expect(wrong).toContainEqual(
    expect.stringMatching(
      /^problem serial-access \(certain\): line gw-1 line-1: .* whose group is ".+" → Run "sudo usermod -aG/,
    ),
  );
}, 60_000);
