import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import mqtt from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import type { Role } from '#contract/topics.ts';
import { addClient } from '#runtime/credentials.ts';

/** A broker's credentials file in this folder with these clients, and the secret of each. */
export async function writeClients(
  folder: string,
  clients: Readonly<Record<string, Role>>,
): Promise<{ readonly credentialsFile: string; readonly secretOf: (id: string) => string }> {
  const credentialsFile = join(folder, 'credentials.json');
  writeFileSync(credentialsFile, '{"clients":[]}', { mode: 0o600 });
  const secrets = new Map<string, string>();
  for (const [id, role] of Object.entries(clients)) {
    secrets.set(id, await addClient(credentialsFile, id, role));
  }
  return { credentialsFile, secretOf: (id) => secrets.get(id) ?? '' };
}

/** Raw clients of one broker that do not reconnect; `connect` rejects when it turns one away. */
export function clientsOf(url: string, secretOf: (id: string) => string) {
  const opened: MqttClient[] = [];
  return {
    connect: async (id: string, options: IClientOptions = {}): Promise<MqttClient> => {
      const client = mqtt.connect(url, {
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
      return client.on('error', () => undefined);
    },
    end: (): void => {
      for (const client of opened) client.end(true);
    },
  };
}
