import type { IClientOptions, MqttClient } from 'mqtt';
import type { Role } from '#contract/topics.ts';
import { startBroker } from '#broker/broker.ts';
import type { Broker } from '#broker/broker.ts';
import { BrokerConfig } from '#broker/config.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { clientsOf, writeClients } from './mqtt-login.ts';
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
  const { credentialsFile, secretOf } = await writeClients(folder.path, clients);
  const site = config.siteId ?? 'jeonju';
  const parsed = BrokerConfig.parse({ siteId: site, mqttPort: 0, credentialsFile, ...config });
  const broker = await startBroker(parsed, { clock: systemClock, log });
  const raw = clientsOf(broker.mqttUrl, secretOf);

  return {
    broker,
    site,
    credentialsFile,
    secretOf,
    connect: raw.connect,
    [Symbol.asyncDispose]: async () => {
      raw.end();
      await broker.close();
      folder[Symbol.dispose]();
    },
  };
}
