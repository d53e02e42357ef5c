import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { encodeDistance } from '#contract/distance-frame.ts';
import { LiveMessage } from '#contract/live.ts';
import type { BayLive } from '#contract/live.ts';
import { provisionSite } from '#runtime/provisioning.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { freePort } from '../../tests/support/free-port.ts';
import { TestProcess } from '../../tests/support/process.ts';
import { POLITELY, until } from '../../tests/support/until.ts';
import type { Contestant } from './contestant.ts';
import { FullLine } from './full-line.ts';
import { bayOf, LANES, lineOf, MOUNT_MM, writeStreet } from './street.ts';

/** gateway/publish/publisher.ts, COALESCE_MS: events wait so long for others. */
const GATEWAY_WINDOW_MS = 40;
/** The least that an api may be told; its default is 200 ms. */
const LIVE_WINDOW_MS = 10;
/** The median of five distances changes its side with the third. */
const SAMPLES_A_CHANGE = 3;
const OCCUPIED_MM = 1_400;
/** As sensors do: else their bays become unknown. */
const SAID_EVERY_MS = 1_000;
/** Between the clock that the gateway reads and ours. */
const ROUNDING_MS = 5;

const triple = (mm: number): Buffer =>
  Buffer.concat(Array.from({ length: SAMPLES_A_CHANGE }, () => encodeDistance(mm)));
const BYTES = { occupied: triple(OCCUPIED_MM), vacant: triple(MOUNT_MM) };
type Shown = keyof typeof BYTES;

interface Lane {
  readonly line: FullLine;
  state: Shown;
  shown: string;
  saidAt: number;
  /** Sent and not shown yet. */
  waiting: { readonly change: number; readonly state: Shown; readonly at: number }[];
}

/** Gateway, broker and api as three processes on this machine, journal, log and view on disk. */
export async function openOurs(folder: string): Promise<Contestant> {
  const siteFolder = join(folder, 'site');
  writeStreet(siteFolder);
  const { credentialsFile, secretFileOf } = await provisionSite(folder, readSiteFolder(siteFolder));
  const [mqttPort, httpPort] = [await freePort(), await freePort()];
  const linesFolder = join(folder, 'lines');
  const lanes: Lane[] = [];
  const openAt = async (line: string) => FullLine.open(join(linesFolder, `gw-1.${line}`));
  for (let at = 0; at < LANES; at += 1) {
    const line = await openAt(lineOf(at));
    lanes.push({ line, state: 'vacant', shown: 'unknown', saidAt: 0, waiting: [] });
  }
  const shared = {
    BINJARI_SITE_FOLDER: siteFolder,
    BINJARI_BROKER_URL: `mqtt://127.0.0.1:${mqttPort}`,
    BINJARI_LOG_LEVEL: 'fatal',
  };
  const processes = [
    new TestProcess('broker', 'broker', {
      ...shared,
      BINJARI_MQTT_PORT: String(mqttPort),
      BINJARI_CREDENTIALS_FILE: credentialsFile,
    }),
    new TestProcess('api', 'api', {
      ...shared,
      BINJARI_HTTP_PORT: String(httpPort),
      BINJARI_DATA_FOLDER: join(folder, 'api'),
      BINJARI_SECRET_FILE: secretFileOf('api'),
      BINJARI_OPERATOR_TOKEN_FILE: join(folder, 'operator.token'),
      BINJARI_COALESCE_MS: String(LIVE_WINDOW_MS),
    }),
    new TestProcess('gateway', 'gateway', {
      ...shared,
      BINJARI_GATEWAY: 'gw-1',
      BINJARI_LINES_FOLDER: linesFolder,
      BINJARI_DATA_FOLDER: join(folder, 'gw-1'),
      BINJARI_SECRET_FILE: secretFileOf('gw-1'),
      BINJARI_CONFIRM_MS: '0',
    }),
  ];
  for (const each of processes) await each.start();
  const ask = async (path: string): Promise<string> => {
    const token = readFileSync(join(folder, 'operator.token'), 'utf8').trim();
    const headers = { authorization: `Bearer ${token}` };
    const answer = await fetch(`http://127.0.0.1:${httpPort}${path}`, { headers });
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${await answer.text()}`);
    return answer.text();
  };

  const socket = new WebSocket(`ws://127.0.0.1:${httpPort}/api/v1/live`);
  await new Promise((resolve, reject) => {
    socket.once('open', resolve);
    socket.once('error', reject);
  });
  socket.send(JSON.stringify({ type: 'watch', channels: [{ channel: 'lot:lot-1' }] }));
  const laneOf = new Map(lanes.map((lane, at) => [bayOf(at), lane]));
  const show = ({ bay, state, since }: BayLive) => {
    const lane = laneOf.get(bay);
    if (!lane) return;
    lane.shown = state;
    // What this one has overtaken was shown with it, in one step.
    const at = lane.waiting.findLastIndex(
      (sent) => sent.state === state && sent.at <= since + ROUNDING_MS,
    );
    const newest = lane.waiting[at];
    lane.waiting.splice(0, at + 1);
    if (newest) contestant.onShown(newest.change);
  };
  socket.on('message', (data: Buffer) => {
    const message = LiveMessage.parse(JSON.parse(data.toString()));
    if (message.type !== 'beat') for (const bay of message.bays ?? []) show(bay);
  });

  const say = (lane: Lane, bytes: Uint8Array): boolean => {
    if (!lane.line.write(bytes)) return false;
    lane.saidAt = performance.now();
    return true;
  };
  const voice = setInterval(() => {
    const before = performance.now() - SAID_EVERY_MS;
    for (const lane of lanes) if (lane.saidAt < before) say(lane, BYTES[lane.state]);
  }, SAID_EVERY_MS / 4);
  const isShown = () => lanes.every(({ shown, state }) => shown === state);
  const accepted = async () =>
    Number(
      /^binjari_ingest_total\{what="accepted"\} (\d+)/m.exec(await ask('/metrics'))?.[1] ??
        Number.NaN,
    );

  const contestant: Contestant = {
    name: 'binjari',
    windowMs: GATEWAY_WINDOW_MS,
    get pids() {
      return processes.map(({ pid }) => pid);
    },
    onShown: () => undefined,
    send: (change) => {
      const lane = lanes[change % LANES];
      if (!lane) return false;
      const state = lane.state === 'vacant' ? 'occupied' : 'vacant';
      if (!say(lane, BYTES[state])) return false;
      lane.state = state;
      lane.waiting.push({ change, state, at: Date.now() });
      return true;
    },
    done: async (sent) => {
      const isAllShown = async () =>
        lanes.map(({ line }) => line.flush()).every(Boolean) &&
        isShown() &&
        (await accepted()) >= before + sent;
      await until(isAllShown, { withinMs: 120_000, ...POLITELY });
    },
    lost: async (sent) => {
      const records = (await ask('/api/v1/operator/export/records')).split('\n');
      const changes = records.filter((line) => /"state":"(vacant|occupied)"/.test(line));
      return sent + LANES - changes.length;
    },
    [Symbol.asyncDispose]: async () => {
      clearInterval(voice);
      socket.terminate();
      for (const each of processes) await each.kill('SIGKILL');
      for (const { line } of lanes) line.close();
    },
  };
  await until(isShown, { withinMs: 30_000 });
  const before = await accepted();
  return contestant;
}
