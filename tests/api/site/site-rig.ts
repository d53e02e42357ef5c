import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { MqttClient } from 'mqtt';
import { startApi } from '#api/api.ts';
import type { Api } from '#api/api.ts';
import { ApiConfig } from '#api/config.ts';
import { GatewaySiteMessage } from '#contract/gateway-site.ts';
import { LotsAnswer } from '#contract/http.ts';
import type { LotAnswer } from '#contract/http.ts';
import { SiteId } from '#contract/ids.ts';
import { LotMessage } from '#contract/messages.ts';
import { SignMessage } from '#contract/sign-message.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import type { Log } from '#runtime/log.ts';
import { changedSite } from '../../support/changed-site.ts';
import type { SiteChanges } from '../../support/changed-site.ts';
import { operatorOf } from '../../support/operator.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { openTestBroker } from '../../support/test-broker.ts';
import type { TestBroker } from '../../support/test-broker.ts';
import { until } from '../../support/until.ts';

export const SITE = '/api/v1/operator/site';
export const JOURNAL = 'a'.repeat(32);

/** A real api at a real broker, over two lots with a gateway each and a sign for the first. */
export class SiteRig {
  readonly folder = openTempFolder();
  readonly siteFile: string;
  /** The text of the file that it starts with. */
  readonly first: string;
  /** What the broker keeps now, by topic, as text; empty: it was cleared. */
  readonly kept = new Map<string, string>();
  readonly gateways = new Map<string, MqttClient>();
  /** Names of everything logged at `info` and above since the last start. */
  alarms: string[] = [];
  readonly broker: TestBroker;
  #api: Api | undefined;

  private constructor(broker: TestBroker) {
    this.broker = broker;
    const { folder } = writeSmallSite(join(this.folder.path, 'site'));
    this.siteFile = join(folder, 'site.geojson');
    this.first = withSign(readFileSync(this.siteFile, 'utf8'));
    writeFileSync(this.siteFile, this.first);
  }

  static async open(): Promise<SiteRig> {
    const broker = await openTestBroker(
      { api: 'api', 'gw-1': 'gateway', 'gw-2': 'gateway', board: 'reader', 'sign-1': 'sign' },
      { siteId: SiteId.parse('small') },
    );
    const rig = new SiteRig(broker);
    for (const id of ['gw-1', 'gw-2']) {
      rig.gateways.set(id, await rig.#listening(id, `gateway/${id}/site`));
    }
    await rig.#listening('board', 'lot/+');
    await rig.#listening('sign-1', 'sign/sign-1');
    await rig.start();
    return rig;
  }

  async start(): Promise<void> {
    this.alarms = [];
    const hear = (_: object, event: string) => void this.alarms.push(event);
    const log: Log = { ...silentLog, info: hear, warn: hear, error: hear, child: () => log };
    const { path } = this.folder;
    writeFileSync(join(path, 'secret'), this.broker.secretOf('api'));
    this.#api = await startApi(
      ApiConfig.parse({
        siteFolder: join(path, 'site'),
        dataFolder: join(path, 'api'),
        secretFile: join(path, 'secret'),
        brokerUrl: this.broker.broker.mqttUrl,
        historyEngine: 'memory',
        httpPort: 0,
        coalesceMs: 20,
      }),
      { clock: systemClock, log },
    );
    await until(async () => (await fetch(`${this.url}/readyz`)).ok);
  }

  async stop(): Promise<void> {
    await this.#api?.close();
    this.#api = undefined;
  }

  get url(): string {
    if (!this.#api) throw new Error('the api does not run');
    return this.#api.url;
  }

  get tokenFile(): string {
    return join(this.folder.path, 'api', 'operator.token');
  }

  get = async (path: string): Promise<unknown> => operatorOf(this.url, this.tokenFile).get(path);
  post = async (path: string, body?: string): Promise<unknown> =>
    operatorOf(this.url, this.tokenFile).post(path, body);
  apply = async (changes: SiteChanges): Promise<unknown> =>
    this.post(`${SITE}/apply`, changedSite(this.first, changes));

  async lots(): Promise<LotAnswer[]> {
    return LotsAnswer.parse(await (await fetch(`${this.url}/api/v1/lots`)).json()).lots;
  }

  lotOf = async (id: string): Promise<LotAnswer | undefined> =>
    (await this.lots()).find(({ lot }) => lot === id);

  isCleared(topic: string): boolean {
    return this.kept.get(topic) === '';
  }

  vacantTold(lot: string): number | null {
    return LotMessage.parse(JSON.parse(this.kept.get(`lot/${lot}`) ?? '{}')).vacant;
  }

  shown(): string | undefined {
    const message = SignMessage.parse(JSON.parse(this.kept.get('sign/sign-1') ?? '{}'));
    return message.rows[0]?.show.kind;
  }

  toldTo(gateway: string): GatewaySiteMessage {
    return GatewaySiteMessage.parse(JSON.parse(this.kept.get(`gateway/${gateway}/site`) ?? '{}'));
  }

  /** A live snapshot of the first line of a gateway: these bays are vacant. */
  async seeVacant(gateway: string, bays: readonly string[]): Promise<void> {
    const publishedAt = Date.now();
    await this.tell(gateway, 'snapshot/line-1', {
      journal: JOURNAL,
      held: [JOURNAL],
      seq: 0,
      line: 'line-1',
      publishedAt,
      simulated: true,
      bays: bays.map((bay) => vacantBay(bay, publishedAt)),
    });
  }

  async tell(gateway: string, topic: string, message: object): Promise<void> {
    const path = `binjari/v1/small/gateway/${gateway}/${topic}`;
    const payload = JSON.stringify({ v: 1, ...message });
    await this.gateways.get(gateway)?.publishAsync(path, payload, { qos: 1 });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.stop();
    await this.broker[Symbol.asyncDispose]();
    this.folder[Symbol.dispose]();
  }

  async #listening(id: string, topics: string): Promise<MqttClient> {
    const client = await this.broker.connect(id);
    client.on('message', (path, bytes) => {
      this.kept.set(path.slice('binjari/v1/small/'.length), bytes.toString());
    });
    await client.subscribeAsync(`binjari/v1/small/${topics}`, { qos: 1 });
    return client;
  }
}

const vacantBay = (bay: string, sensedAt: number) => ({
  bay,
  state: 'vacant',
  sensedAt,
  ageMs: 0,
  confidence: 1,
});

/** With a sign for lot 1. */
function withSign(text: string): string {
  const site = JSON.parse(text) as { features: object[] };
  site.features.push({
    type: 'Feature',
    geometry: { type: 'Point', coordinates: [127.1475, 35.8127] },
    properties: {
      kind: 'sign',
      id: 'sign-1',
      name: { ko: '입구' },
      rows: [{ lot: 'lot-1', arrow: 'ahead' }],
      positionQuality: 'surveyed',
    },
  });
  return JSON.stringify(site);
}
