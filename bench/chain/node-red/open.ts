import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { hasInflux, startInflux } from '../../../tests/support/influxd.ts';
import { findMosquitto } from '../../../tests/support/mosquitto.ts';
import type { Contestant } from '../contestant.ts';
import { FullLine } from '../full-line.ts';
import { framesShown } from '../shown-frames.ts';
import { flowOf, SHOWN_PATH } from './flow.ts';
import { installNodeRed } from './install.ts';
import { KeptPoints } from './kept-points.ts';
import { startPlainMosquitto } from './plain-mosquitto.ts';
import { probe } from './probe.ts';
import { startRuntime } from './runtime.ts';

/** What the bars call it. */
const NAME = 'Node-RED';
/** The asking is work of InfluxDB, and counts as the contestant's. */
const ASKED_EVERY_MS = 40;
const LEFT_OUT = `${NAME} beside us`;

/**
 * Node-RED at its best, with Mosquitto and InfluxDB; undefined, with one plain line said, where the
 * machine lacks a part. Where nothing may be left out, what is missing throws.
 */
export async function openNodeRed(folder: string): Promise<Contestant | undefined> {
  const mosquitto = findMosquitto(LEFT_OUT);
  // It has said so.
  if (mosquitto === undefined) return undefined;
  if (!hasInflux) return leaveOut('influxd is not here');
  let installed: string;
  try {
    installed = await installNodeRed();
  } catch (error) {
    if (process.env['BINJARI_LEAVE_NOTHING_OUT'] === '1') throw error;
    return leaveOut('npm cannot install it');
  }
  const place = join(folder, 'node-red');
  mkdirSync(place);
  const closes: (() => Promise<void>)[] = [];
  const close = async () => {
    for (const each of closes.splice(0).toReversed()) await each();
  };
  try {
    return await openParts({ installed, mosquitto, folder: place }, closes, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function openParts(
  at: { readonly installed: string; readonly mosquitto: string; readonly folder: string },
  closes: (() => Promise<void>)[],
  close: () => Promise<void>,
): Promise<Contestant | undefined> {
  const influx = await startInflux();
  closes.push(async () => influx[Symbol.asyncDispose]());
  if (influx.pid === undefined) return leaveOut('the CPU time of a given InfluxDB is not seen');
  const broker = await startPlainMosquitto(at.mosquitto, at.folder);
  closes.push(async () => broker.close());
  const database = influx.newDatabase();
  const points = await KeptPoints.open(influx.url, database);
  const path = join(at.folder, 'serial.line');
  const line = await FullLine.open(path);
  closes.push(async () => line.close());
  const influxPort = Number(new URL(influx.url).port);
  const flow = flowOf({ line: path, mqttPort: broker.port, influxPort, database });
  const runtime = await startRuntime(at.installed, at.folder, flow);
  closes.push(async () => runtime.close());
  const url = `ws://127.0.0.1:${runtime.port}${SHOWN_PATH}`;
  const probes = await probe({ line, url, points, ended: () => runtime.ended() });
  return framesShown({
    name: NAME,
    pids: [runtime.pid, broker.pid, influx.pid],
    line,
    url,
    kept: async () => (await points.written()) - probes,
    counted: async () => points.counted(),
    askedEveryMs: ASKED_EVERY_MS,
    close,
  });
}

function leaveOut(why: string): undefined {
  process.stderr.write(`left out, ${why}: ${LEFT_OUT}\n`);
}
