import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { LiveSnapshot } from '#contract/live.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { launchBrowser } from '../support/browser.ts';
import { freePort } from '../support/free-port.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { built } from '../support/built.ts';
import type { Built } from '../support/built.ts';
import { ENTER, runInTerminal } from '../support/typed-run.ts';
import { POLITELY, until } from '../support/until.ts';
import { pageVacantOf } from '../support/viewer.ts';
import { wireFrameSensor, wireModbusSensor } from '../support/wired-sensor.ts';

/** From the first question to the first number on the page. */
const LIVE_WITHIN_MS = 120_000;
const FLOOR_MM = 2_480;
const ROOF_MM = 1_050;

const run = promisify(execFile);
const ran = (name: Built, ...args: string[]) => run(process.execPath, [...built(name), ...args]);

let folder: ReturnType<typeof openTempFolder>;
const closers: (() => unknown)[] = [];
beforeEach(() => {
  folder = openTempFolder();
});
afterEach(async () => {
  for (const close of closers.splice(0).toReversed()) await close();
  folder[Symbol.dispose]();
});

test('a sensor on a serial port is a bay on the page within 2 minutes, and its recording replays to the same events', async () => {
  const sensor = await wireFrameSensor(join(folder.path, 'ttyUSB0'), FLOOR_MM);
  closers.push(() => sensor[Symbol.dispose]());
  const siteFolder = join(folder.path, 'my-street');
  const beganAt = performance.now();

  const init = runInTerminal([...built('init'), '--port', sensor.path, '--folder', siteFolder]);
  closers.push(() => init.stop());
  for (const question of [
    'Language',
    'What is it called?',
    'Where is it',
    'Time zone',
    'How many bays?',
    'Its position',
    'Is the bay empty now?',
    'height of the sensor',
  ]) {
    await init.answer(question, ENTER);
  }
  expect(await init.ended()).toBe(0);
  expect(init.screen()).toContain('Found FF hi lo sum');
  expect(init.screen()).toMatch(/Bay 1: \d+ mm {2}\d+ mm/);
  const [, asked] = /npm start -- (--site \S+ --lan)/.exec(init.screen()) ?? [];
  expect(asked).toBe(`--site ${siteFolder} --lan`);
  const site = readSiteFolder(siteFolder);
  expect(site.simulated).toBe(false);
  expect(site.gateways[0]?.properties.lines[0]?.sensors[0]).toMatchObject({
    kind: 'distance-frame',
    mountMm: FLOOR_MM,
  });

  const system = await started(asked?.split(' ') ?? []);
  await until(async () => (await system.bay())?.state === 'vacant', {
    withinMs: 60_000,
    ...POLITELY,
  });
  const browser = await launchBrowser();
  closers.push(() => browser.close());
  const page = await browser.newPage({ locale: 'en-GB' });
  await page.goto(`${system.url}/`);
  await until(async () => (await pageVacantOf(page, 'My street')) === 1);
  expect(performance.now() - beganAt).toBeLessThan(LIVE_WITHIN_MS);

  sensor.distanceMm = ROOF_MM;
  await until(async () => (await system.bay())?.state === 'occupied', POLITELY);
  const card = page.getByRole('listitem').filter({ hasText: 'My street' });
  await until(async () => /Full/.test(await card.first().innerText()));
  sensor.distanceMm = FLOOR_MM;
  await until(async () => (await system.bay())?.state === 'vacant', POLITELY);
  sensor.distanceMm = undefined;
  await until(async () => (await system.bay())?.state === 'unknown', {
    withinMs: 20_000,
    ...POLITELY,
  });
  await until(async () => (await system.events()).length === 4, POLITELY);
  const events = await system.events();
  await system.stop();

  const traces = readdirSync(system.traces).map((name) => join(system.traces, name));
  const { stdout } = await ran('gateway', 'replay', '--json', ...traces);
  const replayed = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { kind: string } & LoggedEvent)
    .filter(({ kind }) => kind === 'event')
    .map(eventOf);
  expect(replayed).toEqual(events);
  expect(replayed.map(({ state }) => state)).toEqual(['vacant', 'occupied', 'vacant', 'unknown']);
}, 180_000);

test('a Modbus sensor at an unusual speed is found, named and written down', async () => {
  const sensor = await wireModbusSensor(join(folder.path, 'ttyUSB1'), {
    kind: 'urm14',
    address: 1,
    baud: 57_600,
    distanceMm: 2_740,
  });
  closers.push(() => sensor[Symbol.dispose]());
  const siteFolder = join(folder.path, 'nambu');
  const where = ['--time-zone', 'Asia/Seoul', '--position', '35.8127, 127.1475'];
  const what = ['--language', 'ko', '--name', '남부 골목', '--bays', '3', ...where];
  const { stdout } = await ran(
    'init',
    '--yes',
    '--port',
    sensor.path,
    '--folder',
    siteFolder,
    ...what,
  );
  expect(stdout).toContain(`DFRobot URM14, 57600 baud`);
  expect(stdout).toContain(`npm start -- --site ${siteFolder} --lan`);
  expect([...sensor.deafTo]).toEqual(expect.arrayContaining([9_600, 19_200, 115_200]));
  const site = readSiteFolder(siteFolder);
  expect(site.header).toMatchObject({ country: 'KR', currency: 'KRW', languages: ['ko', 'en'] });
  expect(site.bays).toHaveLength(3);
  expect(site.lots[0]?.properties).toMatchObject({ instrumented: 'partial', capacity: 3 });
  expect(site.gateways[0]?.properties.lines).toEqual([
    {
      id: 'line-1',
      port: { kind: 'serial', path: sensor.path },
      baud: 57_600,
      parity: 'none',
      sensors: [{ id: 'sensor-1', bay: 'my-street-1', kind: 'urm14', address: 1, mountMm: 2_740 }],
    },
  ]);
}, 60_000);

interface LoggedEvent {
  readonly bay: string;
  readonly state: string;
  readonly cause: string;
  readonly confidence: number;
  readonly sensedAt: string | number;
}

const eventOf = ({ bay, state, cause, confidence, sensedAt }: LoggedEvent) => ({
  bay,
  state,
  cause,
  confidence,
  sensedAt: new Date(sensedAt).toISOString(),
});

/** `npm start` with these flags, with a recording. */
async function started(flags: readonly string[]) {
  const [httpPort, mqttPort] = [await freePort(), await freePort()];
  const [data, traces] = [join(folder.path, 'data'), join(folder.path, 'traces')];
  const asked = [...built('start'), ...flags, '--data', data, '--record', traces];
  const ports = ['--http-port', String(httpPort), '--mqtt-port', String(mqttPort)];
  const child = spawn(process.execPath, [...asked, ...ports]);
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (bytes: Buffer) => (said += bytes.toString()));
  }
  const ended = once(child, 'close');
  const stop = async () => {
    child.kill('SIGINT');
    await ended;
  };
  closers.push(stop);
  await until(() => said.includes('Ctrl-C stops everything.'), { withinMs: 60_000 }).catch(
    (error: unknown) => {
      throw new Error(said, { cause: error });
    },
  );
  const url = `http://127.0.0.1:${httpPort}`;
  return {
    url,
    traces,
    stop,
    bay: async () => {
      const answer = await fetch(`${url}/api/v1/live?channel=lot:my-street`, {
        headers: { accept: 'application/json' },
      });
      return LiveSnapshot.parse(await answer.json()).bays?.[0];
    },
    /** What the gateway decided, as the event log has it. */
    events: async () => {
      const token = readFileSync(join(data, 'operator.token'), 'utf8').trim();
      const answer = await fetch(`${url}/api/v1/operator/export/records`, {
        headers: { authorization: `Bearer ${token}` },
      });
      return (await answer.text())
        .split('\n')
        .filter((line) => line !== '')
        .map((line) => (JSON.parse(line) as { record: LoggedEvent & { kind: string } }).record)
        .filter(({ kind, cause }) => kind === 'bay' && cause !== 'restart')
        .map(eventOf);
    },
  };
}
