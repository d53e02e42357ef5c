import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { addClient } from '#runtime/credentials.ts';
import { freePort } from '../support/free-port.ts';
import { TestProcess } from '../support/process.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';
import { eventsOf, keys, linkOpener, offline, site } from './link-words.ts';

const links = linkOpener();
afterEach(async () => links.closeAll());

describe('a broker of its own process', () => {
  let folder: ReturnType<typeof openTempFolder>;
  let url: string;
  let broker: TestProcess;
  let secretOf: Map<string, string>;

  beforeEach(async () => {
    folder = openTempFolder();
    const credentialsFile = join(folder.path, 'credentials.json');
    const port = await freePort();
    url = `mqtt://127.0.0.1:${port}`;
    secretOf = new Map();
    for (const [id, role] of [
      ['gw-1', 'gateway'],
      ['api', 'api'],
    ] as const) {
      secretOf.set(id, await addClient(credentialsFile, id, role));
    }
    broker = new TestProcess('broker', 'broker', {
      BINJARI_SITE_ID: 'jeonju',
      BINJARI_MQTT_PORT: String(port),
      BINJARI_CREDENTIALS_FILE: credentialsFile,
      BINJARI_LOG_LEVEL: 'warn',
    });
    await broker.start();
  });
  afterEach(async () => {
    await broker.kill();
    folder[Symbol.dispose]();
  });
  const open = (id: string) => links.open(url, id, secretOf.get(id) ?? '');

  test('may be killed: the links come back, subscribed, and nothing was sent twice or queued', async () => {
    const [api, publisher] = [open('api'), open('gw-1')];
    const heard: number[] = [];
    const changes: string[] = [];
    api.subscribe('events', { site }, ({ payload }) => heard.push(payload.firstHeld));
    publisher.onUp(() => void changes.push('up'));
    publisher.onDown(() => void changes.push('down'));
    await until(() => api.connected && publisher.connected);

    const accepted: number[] = [];
    const refused: number[] = [];
    let next = 1;
    const stopped = new AbortController();
    const sendOn = async () => {
      while (!stopped.signal.aborted) {
        const message = next;
        next += 1;
        await publisher.publish('events', keys, eventsOf(message)).then(
          () => accepted.push(message),
          () => refused.push(message),
        );
        await new Promise((resolve) => {
          setTimeout(resolve, 2);
        });
      }
    };
    const senders = Promise.all([sendOn(), sendOn(), sendOn(), sendOn()]);
    await until(() => accepted.length > 50);
    await broker.kill('SIGKILL');
    await until(() => !publisher.connected && !api.connected);
    const acceptedBefore = accepted.length;
    const refusedBefore = refused.length;
    await until(() => refused.length > refusedBefore + 20);
    expect(accepted).toHaveLength(acceptedBefore);

    await broker.start();
    await until(() => api.connected && publisher.connected);
    await until(() => accepted.length > acceptedBefore + 50);
    stopped.abort();
    await senders;
    const last = Math.max(...accepted);
    await until(() => heard.includes(last));
    expect(changes).toEqual(['up', 'down', 'up']);
    expect(heard).toHaveLength(new Set(heard).size);
    const whileAway = refused.filter((message) => heard.includes(message));
    // A refused message may have arrived once, when only its acknowledgement was lost; those that
    // were refused while nobody was connected never do.
    expect(whileAway.length).toBeLessThanOrEqual(4);
  });

  test('publishes the will of a client that is killed, and none of one that closes', async () => {
    const heard: [string, boolean][] = [];
    const api = open('api');
    api.subscribe('status', { site }, ({ payload, retained }) =>
      heard.push([payload.state, retained]),
    );
    await until(() => api.connected);
    const entry = new URL('gateway-client.ts', import.meta.url).pathname;
    const child = spawn(
      process.execPath,
      ['--import', 'tsx', entry, url, secretOf.get('gw-1') ?? ''],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    );
    await once(child.stdout, 'data');
    child.kill('SIGKILL');
    await until(() => heard.length === 1);
    expect(heard).toEqual([['offline', false]]);

    const polite = links.open(url, 'gw-1', secretOf.get('gw-1') ?? '', {
      path: 'binjari/v1/jeonju/gateway/gw-1/status',
      payload: offline,
      retain: true,
    });
    await until(() => polite.connected);
    await polite.close();
    const witness = open('gw-1');
    await until(() => witness.connected);
    await witness.publish('status', keys, offline);
    await until(() => heard.length >= 2);
    expect(heard).toHaveLength(2);
  });

  test('says where it listens, ends at SIGTERM and starts again at the same place', async () => {
    await broker.kill('SIGTERM');
    expect(broker.running).toBe(false);
    expect(await broker.start()).toContain(url);
  });
});
