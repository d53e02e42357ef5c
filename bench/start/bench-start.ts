import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { LiveMessage } from '#contract/live.ts';
import { provisionSite } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { openTempFolder } from '../../tests/support/temp-folder.ts';
import { TestProcess } from '../../tests/support/process.ts';
import { until } from '../../tests/support/until.ts';
import { timed } from '../report.ts';
import type { Report, Runs, Size } from '../report.ts';

const WITHIN_MS = 60_000;
const SEED = 'seeds/jeonju';
const SMALL_SEED = 'seeds/elsewhere';

/** From the command to what a person waits for, everything installed and built. */
export async function benchStart({ isSmall }: Size): Promise<readonly Report[]> {
  const site = isSmall ? SMALL_SEED : SEED;
  const runs = isSmall ? 1 : 3;
  // What is installed and built once is no part of a start.
  execFileSync(process.execPath, ['scripts/prepare.mjs', 'start'], { stdio: 'ignore' });
  const whole = await timed(runs, async () => startWhole(site));
  const api = await timed(runs, async () => startApi(site));
  const figureOf = (what: string, { median, spread }: Runs, atMost: number) => ({
    what,
    value: median / 1_000,
    unit: 's',
    spread: [spread[0] / 1_000, spread[1] / 1_000] as const,
    bar: { atMost },
  });
  return [
    {
      bench: 'start',
      about: `${site}, ${runs} starts with an empty data folder, after two that do not count`,
      figures: [
        figureOf('npm start to the first live bay of a map', whole, 10),
        figureOf('api alone to ready', api, 2),
      ],
    },
  ];
}

/** Until a viewer is told by WebSocket that a lot has a bay whose state is known. */
async function startWhole(site: string): Promise<void> {
  using folder = openTempFolder();
  const [httpPort, mqttPort] = [String(await freePort()), String(await freePort())];
  const flags = ['--site', site, '--data', folder.path];
  const ports = ['--http-port', httpPort, '--mqtt-port', mqttPort];
  // A group of its own: npm does not hand every signal on.
  const child = spawn('npm', ['start', '--', ...flags, ...ports], {
    stdio: 'ignore',
    detached: true,
  });
  await once(child, 'spawn');
  const { pid } = child;
  if (pid === undefined) throw new Error('npm was not started');
  const gone = once(child, 'exit');
  try {
    await until(async () => isLive(httpPort), { withinMs: WITHIN_MS, everyMs: 20 });
  } finally {
    if (child.exitCode === null) process.kill(-pid, 'SIGKILL');
    await gone;
  }
}

async function isLive(httpPort: string): Promise<boolean> {
  const socket = new WebSocket(`ws://127.0.0.1:${httpPort}/api/v1/live`);
  return new Promise((resolve) => {
    const late = setTimeout(() => socket.terminate(), WITHIN_MS);
    socket.on('error', () => resolve(false));
    socket.on('close', () => {
      clearTimeout(late);
      resolve(false);
    });
    socket.on('open', () =>
      socket.send(JSON.stringify({ type: 'watch', channels: [{ channel: 'lots' }] })),
    );
    socket.on('message', (data: Buffer) => {
      const message = LiveMessage.parse(JSON.parse(data.toString()));
      const lots = message.type === 'beat' ? [] : (message.lots ?? []);
      if (!lots.some(({ observedAt }) => observedAt !== null)) return;
      resolve(true);
      socket.terminate();
    });
  });
}

async function startApi(site: string): Promise<void> {
  using folder = openTempFolder();
  const { secretFileOf } = await provisionSite(folder.path, readSiteFolder(site));
  const api = new TestProcess('api', 'api', {
    BINJARI_SITE_FOLDER: site,
    BINJARI_HTTP_PORT: String(await freePort()),
    // Nobody is there: an api starts without its broker.
    BINJARI_BROKER_URL: `mqtt://127.0.0.1:${await freePort()}`,
    BINJARI_DATA_FOLDER: join(folder.path, 'api'),
    BINJARI_SECRET_FILE: secretFileOf('api'),
    BINJARI_OPERATOR_TOKEN_FILE: join(folder.path, 'operator.token'),
    BINJARI_LOG_LEVEL: 'fatal',
  });
  await api.start();
  await api.kill();
}
