import { readFileSync } from 'node:fs';
import { connect as tcpConnect } from 'node:net';
import type { Socket } from 'node:net';
import type { IClientOptions, MqttClient } from 'mqtt';
import type { Role } from '#contract/topics.ts';
import { freePort } from '../../support/free-port.ts';
import { TestProcess } from '../../support/process.ts';
import { clientsOf, writeClients } from '../../support/mqtt-login.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

const KIB = 1_024;
export const MIB = 1_048_576;

/** The broker as a process of its own, so that its memory and its event loop are its own. */
export interface AbusedBroker extends AsyncDisposable {
  readonly process: TestProcess;
  readonly port: number;
  readonly wsPort: number;
  secretOf(id: string): string;
  /** Resident memory now, bytes. */
  rss(): number;
  /** Its /metrics by name and labels; the event loop's figures are those since the last call. */
  figures(): Promise<ReadonlyMap<string, number>>;
  connect(id: string, options?: IClientOptions): Promise<MqttClient>;
  /** A bare connection, connected or failed. */
  raw(from?: { readonly localAddress?: string; readonly port?: number }): Promise<Socket>;
}

export async function openAbusedBroker(
  clients: Readonly<Record<string, Role>>,
  env: Readonly<Record<string, string>> = {},
): Promise<AbusedBroker> {
  const folder = openTempFolder();
  const { credentialsFile, secretOf } = await writeClients(folder.path, clients);
  const [port, wsPort, metricsPort] = [await freePort(), await freePort(), await freePort()];
  const broker = new TestProcess('broker', 'broker', {
    BINJARI_SITE_ID: 'jeonju',
    BINJARI_CREDENTIALS_FILE: credentialsFile,
    BINJARI_MQTT_PORT: String(port),
    BINJARI_WS_PORT: String(wsPort),
    BINJARI_METRICS_PORT: String(metricsPort),
    BINJARI_LOG_LEVEL: 'error',
    NODE_OPTIONS: shippedNodeOptions(),
    ...env,
  });
  await broker.start();
  const opened = clientsOf(`mqtt://127.0.0.1:${port}`, secretOf);
  return {
    process: broker,
    port,
    wsPort,
    secretOf,
    rss: () => {
      const status = readFileSync(`/proc/${broker.pid}/status`, 'utf8');
      return Number(/VmRSS:\s+(\d+)/.exec(status)?.[1]) * KIB;
    },
    figures: async () => {
      const text = await (await fetch(`http://127.0.0.1:${metricsPort}/metrics`)).text();
      const lines = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
      return new Map(
        lines.map((line) => {
          const at = line.lastIndexOf(' ');
          return [line.slice(0, at), Number(line.slice(at + 1))];
        }),
      );
    },
    connect: opened.connect,
    raw: async ({ localAddress = '127.0.0.1', port: to = port } = {}) => {
      const socket = tcpConnect({ port: to, host: '127.0.0.1', localAddress });
      socket.on('error', () => undefined);
      await new Promise((resolve) => {
        socket.once('connect', resolve);
        socket.once('close', resolve);
      });
      return socket;
    },
    [Symbol.asyncDispose]: async () => {
      opened.end();
      await broker.kill();
      folder[Symbol.dispose]();
    },
  };
}

/** As its unit starts it. */
function shippedNodeOptions(): string {
  const shipped = readFileSync('deploy/systemd/broker.env', 'utf8');
  return /^NODE_OPTIONS=(.+)$/m.exec(shipped)?.[1] ?? '';
}

/** The sum of what was refused for a reason, and so on: every figure whose name begins so. */
export function sumOf(figures: ReadonlyMap<string, number>, prefix: string): number {
  let sum = 0;
  for (const [name, value] of figures) if (name.startsWith(prefix)) sum += value;
  return sum;
}

export const refusedOf = (figures: ReadonlyMap<string, number>, reason: string): number =>
  figures.get(`binjari_broker_total{what="refused.${reason}"}`) ?? 0;

export const loopP99Ms = (figures: ReadonlyMap<string, number>): number =>
  1_000 * (figures.get('binjari_event_loop_delay_seconds{quantile="0.99"}') ?? Number.NaN);

/** `share`: 0 to 1; NaN of nothing. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;
}

/** The largest that a figure is while something goes on. */
export async function peakDuring<T>(
  read: () => number,
  work: () => Promise<T>,
): Promise<{ readonly peak: number; readonly result: T }> {
  let peak = read();
  const timer = setInterval(() => {
    peak = Math.max(peak, read());
  }, 100);
  try {
    const result = await work();
    return { peak: Math.max(peak, read()), result };
  } finally {
    clearInterval(timer);
  }
}
