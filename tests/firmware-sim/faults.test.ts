import { join } from 'node:path';
import { writeFileSync } from 'node:fs';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { encodeRequest, FC, isSealed } from '#contract/modbus.ts';
import { RESET_CAUSE, sampleBlock, STATUS } from '#contract/registers.ts';
import { SimConfig } from '#firmware-sim/config.ts';
import { obey } from '#firmware-sim/control.ts';
import { LineFaults } from '#firmware-sim/line/line-faults.ts';
import { startSim } from '#firmware-sim/sim.ts';
import type { RunningSim } from '#firmware-sim/sim.ts';
import { openRandom } from '#firmware-sim/world/random.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { writeMixedSite } from './mixed-site.ts';
import { openSerialReader } from './serial-reader.ts';
import type { SerialReader } from './serial-reader.ts';

describe('a noisy line', () => {
  test.each([0.001, 0.01])('changes a share of %f of its bytes, and CRC-16 finds it', (share) => {
    const faults = new LineFaults(openRandom(1, 'noise'));
    faults.set('noise', share);
    const frame = encodeRequest({ fc: FC.readInput, address: 5, register: 0, count: 16 });
    let [spoilt, believed] = [0, 0];
    for (let at = 0; at < 100_000; at += 1) {
      const heard = faults.noisy(frame);
      if (heard.every((byte, of) => byte === frame[of])) continue;
      spoilt += 1;
      if (isSealed(heard)) believed += 1;
    }
    expect(faults.spoilt / (100_000 * frame.length) / share).toBeGreaterThan(0.93);
    expect(faults.spoilt / (100_000 * frame.length) / share).toBeLessThan(1.07);
    expect(spoilt).toBeGreaterThan(500);
    expect(believed).toBe(0);
  });

  test('lets answers come late or cut, in the share that it was told', () => {
    const faults = new LineFaults(openRandom(2, 'noise'));
    faults.set('late', 0.2);
    faults.set('cut', 0.1);
    const bytes = new Uint8Array(37);
    const sent = Array.from({ length: 10_000 }, () => faults.answer({ startAt: 0, bytes }));
    const late = sent.filter(({ startAt }) => startAt > 0);
    expect(Math.abs(late.length / 10_000 - 0.2)).toBeLessThan(0.02);
    expect(Math.min(...late.map(({ startAt }) => startAt))).toBeGreaterThan(100);
    const cut = sent.filter((each) => each.bytes.length < 37).length / 10_000;
    expect(Math.abs(cut - 0.1)).toBeLessThan(0.015);
    faults.mend();
    expect(faults.answer({ startAt: 0, bytes })).toEqual({ startAt: 0, bytes });
  });
});

describe('a node on a line', () => {
  let folder: ReturnType<typeof openTempFolder>;
  let sim: RunningSim;
  let reader: SerialReader;

  beforeEach(async () => {
    folder = openTempFolder();
    const siteFolder = join(folder.path, 'site');
    const linesFolder = join(folder.path, 'lines');
    writeMixedSite(siteFolder);
    writeFileSync(join(siteFolder, 'simulation.json'), '{ "seed": 3 }');
    const config = SimConfig.parse({ siteFolder, linesFolder, traffic: 'none' });
    sim = await startSim(config, { clock: systemClock, log: silentLog });
    reader = await openSerialReader(join(linesFolder, 'gw-1.line-1'), 115_200);
  });
  afterEach(async () => {
    await reader[Symbol.asyncDispose]();
    await sim.close();
    folder[Symbol.dispose]();
  });

  async function sample(address: number) {
    reader.write(encodeRequest({ fc: FC.readInput, address, register: 0, count: 16 }));
    await reader.untilHeard(37);
    return sampleBlock.decode(Uint8Array.from(reader.heard).subarray(3, 35));
  }
  const silence = async (address: number) => {
    reader.write(encodeRequest({ fc: FC.readInput, address, register: 0, count: 16 }));
    await expect(reader.untilHeard(1, 100)).rejects.toThrow('not within');
  };
  const ask = (command: object) => obey(sim, JSON.stringify(command));
  const fail = (bay: string, fault: string) => ask({ do: 'fail', bay, fault });

  test('that hangs at a value counts on; whose firmware hangs does not', async () => {
    expect(await fail('lot-1-1', 'stuck-value')).toEqual({ done: 'fail' });
    await fail('lot-1-2', 'stuck-firmware');
    const [stuck, frozen] = [await sample(1), await sample(2)];
    await until(async () => (await sample(1)).seq > stuck.seq);
    const later = await sample(1);
    expect(later).toMatchObject({ distanceMm: stuck.distanceMm, fieldXuT: stuck.fieldXuT });
    expect(later.uptimeMs).toBeGreaterThan(stuck.uptimeMs);
    expect(await sample(2)).toEqual(frozen);
    await ask({ do: 'mend', bay: 'lot-1-2' });
    expect((await sample(2)).uptimeMs).toBeGreaterThan(frozen.uptimeMs);
  });

  test('that browns out starts again and says why; low supply is a bit', async () => {
    await fail('lot-1-3', 'brown-out');
    await until(() =>
      sample(3).then(
        () => true,
        () => false,
      ),
    );
    expect(await sample(3)).toMatchObject({ resetCause: RESET_CAUSE.brownOut });
    expect((await sample(3)).uptimeMs).toBeLessThan(5_000);
    await fail('lot-1-4', 'supply-low');
    await until(async () => ((await sample(4)).status & STATUS.supplyLow) !== 0);
    expect((await sample(4)).supplyMv).toBeLessThan(4_500);
  });

  test('of a wrong address is silent at its own, and a duplicate spoils its neighbour', async () => {
    await fail('lot-1-5', 'wrong-address');
    await silence(5);
    expect((await sample(247)).mapVersion).toBe(0x0100);
    await fail('lot-1-6', 'duplicate-address');
    await silence(6);
    reader.write(encodeRequest({ fc: FC.readInput, address: 7, register: 0, count: 16 }));
    // Two answers, one over the other or one after it: more than one node would say.
    await reader.untilHeard(38);
    await ask({ do: 'mend', bay: 'lot-1-6' });
  });

  test('on a line that cuts every answer is not understood until it is mended', async () => {
    const line = { gateway: 'gw-1', line: 'line-1' };
    await ask({ do: 'failLine', ...line, fault: 'cut', share: 1 });
    reader.write(encodeRequest({ fc: FC.readInput, address: 8, register: 0, count: 16 }));
    await expect(reader.untilHeard(37, 100)).rejects.toThrow('not within');
    expect(await ask({ do: 'mendLine', ...line })).toEqual({ done: 'mendLine' });
    expect((await sample(8)).mapVersion).toBe(0x0100);
  });

  test('that runs free can hang and fall silent and nothing else', async () => {
    expect(await fail('lot-1-9', 'stuck-value')).toEqual({ done: 'fail' });
    expect(await fail('lot-1-9', 'brown-out')).toMatchObject({
      error: expect.stringContaining('no fault "brown-out"') as string,
    });
  });
});
