import type { BayState } from '#contract/bay.ts';
import { BayId, GatewayId, LineId, SiteId } from '#contract/ids.ts';
import { topicPath } from '#contract/topics.ts';
import { Journal } from '#gateway/journal/journal.ts';
import { WallTime } from '#gateway/journal/wall-time.ts';
import type { LineView } from '#gateway/publish/messages.ts';
import { Publisher } from '#gateway/publish/publisher.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openMqttLink } from '#runtime/typed-mqtt.ts';
import { openTempFolder } from '../support/temp-folder.ts';
import { openTestBroker } from '../support/test-broker.ts';
import { ScriptedApi } from './scripted-api.ts';

const keys = { site: SiteId.parse('jeonju'), gateway: GatewayId.parse('gw-1') };
export const lineId = LineId.parse('line-1');
export const bay = BayId.parse('a');
export const nowMono = () => Math.round(systemClock.monoMs());
export const upTo = (count: number) => Array.from({ length: count }, (_, n) => n + 1);
export const settled = (journal: Journal) => () => journal.unsettled === 0;

export const line: LineView = {
  line: lineId,
  bays: () => [
    { bay, state: 'vacant', sensedAt: 5, observedAtMono: nowMono() - 700, confidence: 0.9 },
    {
      bay: BayId.parse('b'),
      state: 'unknown',
      sensedAt: 5,
      observedAtMono: undefined,
      confidence: 0,
    },
  ],
  status: () => ({
    line: lineId,
    state: 'open',
    since: 5,
    sensors: 2,
    answering: 1,
    framesHeard: 0,
    framesBad: 0,
    bytesDiscarded: 0,
    timeouts: 0,
    lateAnswers: 0,
    retries: 0,
    reopened: 0,
  }),
  health: () => ({ lineFaultSince: undefined, sensors: [] }),
};

export interface OpenedJournal {
  readonly journal: Journal;
  readonly wallTime: WallTime;
  /** Appends so many alternating events of the one bay. */
  append(count: number): void;
}

/** A gateway's journal and publisher at a real broker, with a scripted api on its far side. */
export interface PublisherRig extends AsyncDisposable {
  readonly api: ScriptedApi;
  openJournal(options?: { readonly builtAt?: number }): OpenedJournal;
  publish(opened: OpenedJournal): {
    readonly publisher: Publisher;
    readonly newRunCount: () => number;
    close(): Promise<void>;
  };
  seqs(journal: Journal): number[];
  /** How many messages of a kind have reached the api. */
  countOf(kind: string): number;
}

export async function openPublisherRig(): Promise<PublisherRig> {
  const broker = await openTestBroker({ 'gw-1': 'gateway', api: 'api' });
  const folder = openTempFolder();
  const api = new ScriptedApi(await broker.connect('api'), topicPath('ack', keys));
  await api.listen();
  const closers: (() => Promise<void>)[] = [];
  function openJournal({ builtAt = 0 }: { readonly builtAt?: number } = {}): OpenedJournal {
    const wallTime = new WallTime(systemClock, builtAt);
    const journal = new Journal(folder.path, wallTime, silentLog);
    let n = 0;
    const append = (count: number) => {
      for (let k = 0; k < count; k += 1) {
        n += 1;
        const state: BayState = n % 2 === 0 ? 'vacant' : 'occupied';
        journal.appendBay({ bay, state, cause: 'sensor', confidence: 0.9, sensedMono: nowMono() });
      }
    };
    return { wallTime, journal, append };
  }

  function publish({
    journal,
    wallTime,
  }: Pick<ReturnType<typeof openJournal>, 'journal' | 'wallTime'>) {
    let newRuns = 0;
    const link = openMqttLink({
      url: broker.broker.mqttUrl,
      id: 'gw-1',
      secret: broker.secretOf('gw-1'),
      clock: systemClock,
      log: silentLog,
      will: {
        path: topicPath('status', keys),
        payload: { v: 1, state: 'offline', gateway: 'gw-1' },
        retain: true,
      },
    });
    const publisher = new Publisher({
      link,
      ...keys,
      software: 'test',
      simulated: true,
      lines: [line],
      siteStatus: () => undefined,
      journal,
      wallTime,
      clock: systemClock,
      log: silentLog,
      onNewApi: () => undefined,
      alarms: () => [],
      onNewRun: () => {
        newRuns += 1;
      },
    });
    let closed = false;
    const close = async () => {
      if (closed) return;
      closed = true;
      await publisher.close();
      await link.close();
      journal.close();
    };
    closers.push(close);
    return { publisher, close, newRunCount: () => newRuns };
  }

  return {
    api,
    openJournal,
    publish,
    seqs: (journal) => api.recordsOf(journal.id).map(({ seq }) => seq),
    countOf: (kind) => api.kinds.filter((one) => one === kind).length,
    [Symbol.asyncDispose]: async () => {
      for (const close of closers.toReversed()) await close();
      await broker[Symbol.asyncDispose]();
      folder[Symbol.dispose]();
    },
  };
}
