import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { BayId, GatewayId, LineId, SiteId } from '#contract/ids.ts';
import { LineProperties } from '#contract/site.ts';
import { recordLine } from '#gateway/trace/record-line.ts';
import { systemClock } from '#runtime/clock.ts';
import { UnavailableError } from '#runtime/errors.ts';
import { silentLog } from '#runtime/log.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { until } from '../../support/until.ts';
import { wireFrameSensor } from '../../support/wired-sensor.ts';
import { replayAll, tracesIn } from './recorded-run.ts';
import { built } from '../../support/built.ts';

let folder: ReturnType<typeof openTempFolder>;
beforeEach(() => {
  folder = openTempFolder();
});
afterEach(() => folder[Symbol.dispose]());

interface Ended {
  readonly stdout: string;
  readonly stderr: string;
  readonly code?: number;
}

/** `npm run gateway -- …`, however it ends. */
const gateway = async (...args: string[]): Promise<Ended> =>
  promisify(execFile)(process.execPath, [...built('gateway'), ...args]).catch(
    (error: unknown) => error as Ended,
  );

const recordedAt = (path: string) => ({
  site: SiteId.parse('bench'),
  gateway: GatewayId.parse('bench'),
  line: LineProperties.parse({
    id: LineId.parse('line'),
    port: { kind: 'serial', path },
    baud: 9_600,
    parity: 'none',
    sensors: [{ id: 'sensor', bay: BayId.parse('bay'), kind: 'distance-frame', mountMm: 2_600 }],
  }),
  beside: new Map(),
  folder: join(folder.path, 'traces'),
  linesFolder: folder.path,
  confirmMs: 400,
  maxBytes: 10_000_000,
  clock: systemClock,
  log: silentLog,
});

test('a line that no gateway has is recorded, and the recording replays to what was seen live', async () => {
  using sensor = await wireFrameSensor(join(folder.path, 'tty'), 2_600);
  const live: string[] = [];
  const recording = await recordLine({
    ...recordedAt(sensor.path),
    onEvent: ({ state, sensedAt }) => void live.push(`${state} ${sensedAt}`),
  });
  await until(() => live.length === 1);
  sensor.distanceMm = 1_100;
  await until(() => live.length === 2);
  await recording.close();
  expect(recording.samples).toBeGreaterThan(8);
  expect(recording.lost).toBe(0);
  const { list } = await replayAll(tracesIn(join(folder.path, 'traces')));
  expect(list.map(({ state, sensedAt }) => `${state} ${sensedAt}`)).toEqual(live);
});

test('a line that somebody else has is refused at once', async () => {
  using sensor = await wireFrameSensor(join(folder.path, 'tty'), 2_600);
  const options = { ...recordedAt(sensor.path), onEvent: () => undefined };
  const first = await recordLine(options);
  await expect(recordLine(options)).rejects.toThrow(UnavailableError);
  await first.close();
});

/** A field that a car disturbs, 25 rows a second, as a magnetometer's log has it. */
function fieldLog(): string {
  const rows = Array.from({ length: 1_500 }, (_, at) => {
    const car = at > 600 && at < 700 ? Math.round(60 * Math.sin((at - 600) / 16)) : 0;
    return `${-242 + (at % 3) + car} ${313 - (at % 2)} ${-706 - car}`;
  });
  return `${rows.join('\n')}\n\n`;
}

test('plain numbers of a field are replayed by their columns, and a drive-past is no arrival', async () => {
  const path = join(folder.path, 'field.txt');
  writeFileSync(path, fieldLog());
  const truth = join(folder.path, 'truth.csv');
  writeFileSync(truth, 'ms,truth\n0,vacant\n');
  const columns = ['--columns', 'x,y,z', '--rate', '25', '--counts-per-gauss', '1090'];
  const { stdout } = await gateway('replay', path, ...columns, '--json', '--truth', truth);
  const summary = JSON.parse(stdout.trim().split('\n').at(-1) ?? '') as object;
  expect(summary).toMatchObject({
    kind: 'summary',
    rows: 1_500,
    badRows: 0,
    bays: 1,
    spanMs: 1_499 * 40,
    score: { arrivals: { truth: 0, missed: 0, false: 0 } },
  });
});

test('the table says when, what and how sure, names bad rows, and scores', async () => {
  const path = join(folder.path, 'trace.csv');
  const rows = Array.from({ length: 20 }, (_, second) => {
    const isOccupied = second >= 10;
    return `${1_000 * second},${isOccupied ? 1_200 : 2_600},${isOccupied ? 'occupied' : 'vacant'}`;
  });
  writeFileSync(path, ['# bay: a-1 mountMm=2600', 'ms,mm,truth', ...rows, 'x,1,'].join('\n'));
  const { stdout, stderr } = await gateway('replay', path);
  expect(stdout).toMatch(/^10\.000 s +a-1 +occupied +sensor +0\.\d\d +3\.0 s$/m);
  expect(stdout).toContain('1 bad row');
  expect(stdout).toContain('arrivals: 1 true, 0 missed, 0 false');
  expect(stdout).toContain('latency p50 3.0 s, p95 3.0 s');
  expect(stderr).toBe(`${path}: line 23: ms: expected a number, got "x"\n`);
});

test('a command line that will not do ends with one sentence and its exit code', async () => {
  const missing = await gateway('replay', join(folder.path, 'none.csv'));
  expect([missing.code, missing.stderr]).toEqual([78, expect.stringContaining('none.csv')]);
  const nowhere = await gateway('record', '--port', join(folder.path, 'none'));
  expect([nowhere.code, nowhere.stderr]).toEqual([69, expect.stringContaining('none')]);
});

test('what a gateway records holds no more than ids and what sensors said', async () => {
  using sensor = await wireFrameSensor(join(folder.path, 'tty'), 2_600);
  const recording = await recordLine({ ...recordedAt(sensor.path), onEvent: () => undefined });
  await until(() => recording.samples > 3);
  await recording.close();
  const [path = ''] = tracesIn(join(folder.path, 'traces'));
  const head = readFileSync(path, 'utf8').split('\n').slice(0, 12).join('\n');
  expect(head).toContain('# bay: bay sensor=sensor kind=distance-frame mountMm=2600');
  expect(head).not.toContain(folder.path);
});
