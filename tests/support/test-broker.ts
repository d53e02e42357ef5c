import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import type { Role } from '#contract/topics.ts';
import { startBroker } from '#broker/broker.ts';
import type { Broker } from '#broker/broker.ts';
import { BrokerConfig } from '#broker/config.ts';
import { systemClock } from '#runtime/clock.ts';
import { addClient } from '#runtime/credentials.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { openTempFolder } from './temp-folder.ts';

export interface TestBroker {
  readonly broker: Broker;
  readonly site: string;
  readonly credentialsFile: string;
  secretOf(id: string): string;
  /** A raw client that does not reconnect; rejects when the broker turns it away. */
  connect(id: string, options?: IClientOptions): Promise<MqttClient>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** The real broker on free ports, with these clients in its credentials file. */
export async function openTestBroker(
  clients: Readonly<Record<string, Role>>,
  { log = silentLog, ...config }: Partial<BrokerConfig> & { readonly log?: Log } = {},
): Promise<TestBroker> {
  const folder = openTempFolder();
  const credentialsFile = join(folder.path, 'credentials.json');
  writeFileSync(credentialsFile, '{"clients":[]}', { mode: 0o600 });
  const secrets = new Map<string, string>();
  for (const [id, role] of Object.entries(clients)) {
    secrets.set(id, await addClient(credentialsFile, id, role));
  }
  const site = config.siteId ?? 'jeonju';
  const parsed = BrokerConfig.parse({ siteId: site, mqttPort: 0, credentialsFile, ...config });
  const broker = await startBroker(parsed, { clock: systemClock, log });
  const opened: MqttClient[] = [];
  const secretOf = (id: string) => secrets.get(id) ?? '';

  return {
    broker,
    site,
    credentialsFile,
    secretOf,
    connect: async (id, options = {}) => {
      const client = mqtt.connect(broker.mqttUrl, {
        clientId: id,
        username: id,
        password: secretOf(id),
        protocolVersion: 4,
        reconnectPeriod: 0,
        ...options,
      });
      opened.push(client);
      await new Promise<void>((resolve, reject) => {
        client.once('connect', () => resolve());
        client.once('error', reject);
        client.once('close', () => reject(new Error('closed')));
      });
      client.on('error', () => undefined);
      return client;
    },
    [Symbol.asyncDispose]: async () => {
      for (const client of opened) client.end(true);
      await broker.close();
      folder[Symbol.dispose]();
    },
  };
}
