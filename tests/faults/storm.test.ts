import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { GatewayId, SiteId } from '#contract/ids.ts';
import { startBroker } from '#broker/broker.ts';
import { BrokerConfig } from '#broker/config.ts';
import { systemClock } from '#runtime/clock.ts';
import { hashSecret } from '#runtime/credentials.ts';
import { silentLog } from '#runtime/log.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { freePort } from '../support/free-port.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { until } from '../support/until.ts';

const GATEWAYS = 200;
const SECRET = 'a-secret-that-all-of-this-city-share';
const site = SiteId.parse('jeonju');

test(
  `${GATEWAYS} gateways that lose their broker at once are all back, and each is heard`,
  { timeout: 120_000 },
  async () => {
    using folder = openTempFolder();
    const credentialsFile = join(folder.path, 'credentials.json');
    const hash = await hashSecret(SECRET);
    const ids = Array.from({ length: GATEWAYS }, (_, at) => GatewayId.parse(`gw-${at + 1}`));
    const clients = [
      { id: 'api', role: 'api', hash },
      ...ids.map((id) => ({ id, role: 'gateway', hash })),
    ];
    writeFileSync(credentialsFile, JSON.stringify({ clients }), { mode: 0o600 });
    const mqttPort = await freePort();
    const config = BrokerConfig.parse({ siteId: site, mqttPort, credentialsFile });
    const tools = { clock: systemClock, log: silentLog };
    let broker = await startBroker(config, tools);
    const open = (id: string) =>
      openMqttLink({ url: `mqtt://127.0.0.1:${mqttPort}`, id, secret: SECRET, ...tools });
    const api = open('api');
    const heard = new Set<string>();
    // Also as the broker keeps it: a new broker has kept nothing.
    api.subscribe('status', { site }, ({ keys }) => void heard.add(keys['gateway'] ?? ''));
    const links = ids.map((id) => {
      const link = open(id);
      link.onUp(() => {
        const offline = { v: 1, state: 'offline', gateway: id } as const;
        // A link that falls again says it once more when it is up.
        link.publish('status', { site, gateway: id }, offline).catch(() => undefined);
      });
      return link;
    });
    try {
      await until(() => heard.size === GATEWAYS, { withinMs: 60_000 });
      await broker.close();
      await until(() => links.every((link) => !link.connected), { withinMs: 20_000 });
      heard.clear();
      broker = await startBroker(config, tools);
      await until(() => heard.size === GATEWAYS, { withinMs: 60_000 });
      expect(links.filter((link) => link.connected)).toHaveLength(GATEWAYS);
      // Nobody hammers: a try a second at most, each of them with its own delay.
      const tries = links.map((link) => link.counts.connects);
      expect(Math.max(...tries)).toBeLessThanOrEqual(4);
    } finally {
      await Promise.all([api, ...links].map(async (link) => link.close()));
      await broker.close();
    }
  },
);
