import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { deflateSync } from 'node:zlib';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { startGatewaySites, tooLargeExtracts } from '#api/site/gateway-sites.ts';
import { GatewaySiteMessage } from '#contract/gateway-site.ts';
import { GatewayId, SiteId } from '#contract/ids.ts';
import { MAX_MESSAGE_BYTES } from '#contract/message-size.ts';
import { readSite } from '#contract/site-check.ts';
import type { Site } from '#contract/site-check.ts';
import { topicPath } from '#contract/topics.ts';
import { readKeptSite } from '#gateway/site/kept-site.ts';
import { TakenSite } from '#gateway/site/taken-site.ts';
import { linesOfMessage } from '#gateway/site/unpack-lines.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { openTestBroker } from '../../support/test-broker.ts';
import type { TestBroker } from '../../support/test-broker.ts';
import { until } from '../../support/until.ts';
import { standingSites } from '../http/standing-sites.ts';

const GATEWAY = GatewayId.parse('gw-1');
const SENSORS_A_LINE = 32;

let folder: ReturnType<typeof openTempFolder>;
let broker: TestBroker;
beforeEach(async () => {
  folder = openTempFolder();
  const siteId = SiteId.parse('small');
  broker = await openTestBroker({ api: 'api', 'gw-1': 'gateway' }, { siteId });
});
afterEach(async () => {
  await broker[Symbol.asyncDispose]();
  folder[Symbol.dispose]();
});

interface Feature {
  readonly properties: { readonly kind: string; lines: { id: string; sensors: object[] }[] };
}

/** One gateway with full lines, and ids that are as long as they may be. */
function longSite(bays: number): Site {
  const written = writeSmallSite(join(folder.path, 'site'), { lots: 1, baysPerLot: bays });
  const text = readFileSync(join(written.folder, 'site.geojson'), 'utf8');
  const file = JSON.parse(text.replaceAll('lot-1', 'a-lot-that-has-a-long-name')) as {
    features: Feature[];
  };
  for (const { properties } of file.features) {
    if (properties.kind !== 'gateway') continue;
    const [first] = properties.lines;
    const sensors = properties.lines.flatMap((line) => line.sensors);
    properties.lines = Array.from(
      { length: Math.ceil(sensors.length / SENSORS_A_LINE) },
      (_, at) => ({
        ...first,
        id: `line-${at + 1}`,

        sensors: sensors
          .slice(SENSORS_A_LINE * at, SENSORS_A_LINE * (at + 1))
          .map((sensor, address) => ({ ...sensor, address: address + 1 })),
      }),
    );
  }
  const read = readSite(file);
  if (!read.ok) throw new Error(JSON.stringify(read.problems.slice(0, 3)));
  return read.site;
}

test.each([256, 512, 2_048])(
  'a gateway of %d bays with long names is told its part through a real broker, and takes and keeps it',
  async (bays) => {
    const site = longSite(bays);
    const { lines } = site.gateways[0]?.properties ?? { lines: [] };
    const gateway = await broker.connect('gw-1');
    const heard: Buffer[] = [];
    gateway.on('message', (_topic, bytes) => heard.push(bytes));
    await gateway.subscribeAsync(topicPath('site', { site: site.header.site, gateway: GATEWAY }));
    const link = openMqttLink({
      url: broker.broker.mqttUrl,
      id: 'api',
      secret: broker.secretOf('api'),
      clock: systemClock,
      log: silentLog,
    });
    const telling = startGatewaySites({ sites: standingSites(site), link, log: silentLog });
    const bytes = await until(() => heard[0]);
    await telling.close();
    await link.close();
    process.stdout.write(
      `${bays} bays: lines ${JSON.stringify(lines).length} bytes, told in ${bytes.length}\n`,
    );
    expect(tooLargeExtracts(site)).toEqual([]);
    expect(bytes.length).toBeLessThanOrEqual(MAX_MESSAGE_BYTES);

    const message = GatewaySiteMessage.parse(JSON.parse(bytes.toString()));
    const taken: unknown[] = [];
    const takenSite = new TakenSite({
      site: site.header.site,
      gateway: GATEWAY,
      folder: folder.path,
      version: null,
      apply: async (read) => {
        taken.push(read);
        return { added: [], changed: [], removed: [] };
      },
      onApplied: () => undefined,
      log: silentLog,
    });
    takenSite.hear(message);
    await takenSite.close();
    await until(() => taken.length === 1);
    expect(taken).toEqual([lines]);
    expect(takenSite.status()).toEqual({ version: message.version, refused: null });
    expect(readKeptSite(folder.path, GATEWAY, silentLog)?.lines).toEqual(lines);
  },
);

test.each([
  ['nothing', {}, 'expected lines, or packed ones'],
  ['no such compression', { packed: 'AAAA' }, 'packed: '],
  [
    'a bomb',
    { packed: deflateSync(Buffer.alloc(16 * 1024 * 1024)).toString('base64') },
    'packed: Cannot create a Buffer larger',
  ],
])('a part that holds %s is refused in a sentence', (_what, part, problem) => {
  const message = GatewaySiteMessage.parse({ v: 1, version: 1, validFrom: 1, ...part });
  const read = linesOfMessage(GATEWAY, message);
  expect(read).toEqual({ ok: false, problems: [expect.stringContaining(problem)] });
});
