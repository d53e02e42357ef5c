import { spawn, spawnSync } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { freePort } from './free-port.ts';
import { openTempFolder } from './temp-folder.ts';
import { until } from './until.ts';

/** Any InfluxDB may take the place of the one that tests start: its address, without a database. */
const given = process.env['BINJARI_TEST_INFLUX_URL'];
const givenToken = process.env['BINJARI_TEST_INFLUX_TOKEN'];

const isInstalled = spawnSync('influxd', ['version']).status === 0;

/** Where neither is there the parts that need it are left out; a machine that builds must have it. */
export const hasInflux = given !== undefined || isInstalled;
if (!hasInflux && process.env['CI'] !== undefined) {
  throw new Error('influxd is not installed: Debian has it as the package influxdb');
}

export interface TestInflux {
  readonly url: string;
  readonly token: string | undefined;
  /** Of the process that runs now; undefined: none that the test started. */
  readonly pid: number | undefined;
  /** Where it keeps its files; undefined: somewhere else. */
  readonly dataFolder: string | undefined;
  /** A name that no test has used. */
  newDatabase(): string;
  /** Only where the test started it. */
  kill(): Promise<void>;
  start(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

const newDatabase = () => `binjari_${randomBytes(6).toString('hex')}`;

/** A real InfluxDB on a free port, with its own folder. */
export async function startInflux(): Promise<TestInflux> {
  if (given !== undefined) {
    const none = () => Promise.reject(new Error('this InfluxDB is not the test’s own'));
    const done = () => Promise.resolve();
    const at = {
      url: given,
      token: givenToken,
      pid: undefined,
      dataFolder: undefined,
      newDatabase,
    };
    return { ...at, kill: none, start: none, [Symbol.asyncDispose]: done };
  }
  const folder = openTempFolder();
  const [port, backupPort] = [await freePort(), await freePort()];
  const url = `http://127.0.0.1:${port}`;
  const config = join(folder.path, 'influxdb.conf');
  writeFileSync(
    config,
    `reporting-disabled = true
bind-address = "127.0.0.1:${backupPort}"
[meta]
  dir = "${join(folder.path, 'meta')}"
[data]
  dir = "${join(folder.path, 'data')}"
  wal-dir = "${join(folder.path, 'wal')}"
  index-version = "inmem"
  query-log-enabled = false
[monitor]
  store-enabled = false
[http]
  bind-address = "127.0.0.1:${port}"
  log-enabled = false
`,
  );
  let child: ChildProcess | undefined;
  const start = async () => {
    child = spawn('influxd', ['-config', config], { stdio: 'ignore' });
    await until(async () => (await fetch(`${url}/ping`)).ok, { withinMs: 30_000 });
  };
  const kill = async () => {
    const running = child;
    if (!running) return;
    child = undefined;
    const gone = new Promise((resolve) => {
      running.once('exit', resolve);
    });
    running.kill('SIGKILL');
    await gone;
  };
  await start();
  return {
    url,
    token: undefined,
    get pid() {
      return child?.pid;
    },
    dataFolder: folder.path,
    newDatabase,
    kill,
    start,
    [Symbol.asyncDispose]: async () => {
      await kill();
      folder[Symbol.dispose]();
    },
  };
}
