import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { setTimeout as pass } from 'node:timers/promises';
import { startHistory } from '#api/history/start-history.ts';
import type { HistoryOptions, RunningHistory } from '#api/history/start-history.ts';
import { startIngest } from '#api/ingest/start-ingest.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import type { LogEntry } from '#api/log/log-entry.ts';
import { placementsOf } from '#api/site/placements.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { answerParent } from '../child.ts';
import { inventedCity } from '../invented-city.ts';
import { quantileOf } from '../quantiles.ts';
import { BareLog } from './bare-log.ts';
import { Telling } from './told.ts';
import type { TellingGateway } from './told.ts';
import { TextLink } from './text-link.ts';

/** `ingest-child.ts FOLDER BAYS`: the api's ingest, its log and its view, without a broker. */
const [folder = '', bays = ''] = process.argv.slice(2);
const BAYS_A_GATEWAY = 256;
/** As gateways do that have much to tell. */
const [RECORDS_A_BATCH, IN_FLIGHT] = [500, 4];
const TELLING_AT_ONCE = 20;
const TICK_MS = 20;
/** What is not acknowledged by then was dropped: here nobody sends again. */
const PATIENCE_MS = 10_000;
/** A gateway's batch in a rush is bigger, not sooner. */
const EVENTS_A_BATCH_MOST = 100;

const site = inventedCity({
  bays: Number(bays),
  baysPerLot: 250,
  baysPerGateway: BAYS_A_GATEWAY,
});
const parts = { clock: systemClock, log: silentLog };
const eventLog = openEventLog(join(folder, 'log'), parts);
const liveState = openLiveState({ site, ...parts });
const link = new TextLink();
/** What was committed together since it was asked before. */
let groups: (readonly LogEntry[])[] = [];
const commit = eventLog.commit.bind(eventLog);
eventLog.commit = (entries, touched) => {
  commit(entries, touched);
  groups.push(entries);
};
const ingest = startIngest({ site, link, eventLog, liveState, ...parts });
const telling = new Telling(site, systemClock.wallMs());
let history: RunningHistory | undefined;
let bare: BareLog | undefined;

interface Waiting {
  readonly seq: number;
  readonly sentMs: number;
}
const waiting = new Map<string, Waiting[]>();
const ackedMs: number[] = [];
let unacknowledged = 0;
let acked: (gateway: string) => void = () => undefined;

link.heardAck = (gateway, _journal, seq) => {
  const own = waiting.get(gateway) ?? [];
  while (own[0] !== undefined && own[0].seq <= seq) {
    ackedMs.push(performance.now() - own[0].sentMs);
    own.shift();
    acked(gateway);
  }
};

function send(gateway: TellingGateway, { bytes, seq }: Prepared): void {
  const own = waiting.get(gateway.id);
  const one = { seq, sentMs: performance.now() };
  if (own) own.push(one);
  else waiting.set(gateway.id, [one]);
  link.deliver(gateway.id, bytes);
}

interface Prepared {
  readonly bytes: Buffer;
  readonly seq: number;
}
const prepared = (gateway: TellingGateway, events: number): Prepared => {
  const { text, seq } = telling.batch(gateway, events);
  return { bytes: Buffer.from(text), seq };
};

/** Until all of the batches are acknowledged; each gateway has some of its own in flight. */
async function told(
  batchesOf: ReadonlyMap<TellingGateway, readonly Prepared[]>,
): Promise<{ ms: number; cpuUs: number }> {
  groups = [];
  const waits = new Map([...batchesOf].map(([gateway, own]) => [gateway, [...own]]));
  const byId = new Map([...batchesOf.keys()].map((gateway) => [String(gateway.id), gateway]));
  let left = [...batchesOf.values()].reduce((sum, own) => sum + own.length, 0);
  const [from, cpu] = [performance.now(), process.cpuUsage()];
  await new Promise<void>((resolve) => {
    const sendNext = (gateway: TellingGateway) => {
      const next = waits.get(gateway)?.shift();
      if (next) send(gateway, next);
    };
    acked = (id) => {
      const gateway = byId.get(id);
      left -= 1;
      if (left === 0) resolve();
      else if (gateway) setImmediate(() => sendNext(gateway));
    };
    for (const gateway of batchesOf.keys()) {
      for (let one = 0; one < IN_FLIGHT; one += 1) setImmediate(() => sendNext(gateway));
    }
  });
  const ms = performance.now() - from;
  const { user, system } = process.cpuUsage(cpu);
  return { ms, cpuUs: user + system };
}

let turn = 0;

/** Twenty gateways at once, others each time: a log knows all bays, and changes come from anywhere. */
async function most(events: number): Promise<{ ms: number; cpuUs: number; events: number }> {
  const { gateways } = telling;
  const some = [...gateways.slice(turn), ...gateways.slice(0, turn)].slice(0, TELLING_AT_ONCE);
  turn = (turn + TELLING_AT_ONCE) % gateways.length;
  const each = Math.max(1, Math.round(events / some.length / RECORDS_A_BATCH));
  const batches = (gateway: TellingGateway) =>
    Array.from({ length: each }, () => prepared(gateway, RECORDS_A_BATCH));
  const took = await told(new Map(some.map((gateway) => [gateway, batches(gateway)])));
  return { ...took, events: some.length * each * RECORDS_A_BATCH };
}

/** A change of every bay of the site. */
async function everyBay(): Promise<void> {
  const { gateways } = telling;
  await told(new Map(gateways.map((each) => [each, [prepared(each, each.bays.length)]])));
}

interface Offered {
  readonly perS: number;
  readonly ms: number;
}

/** So many events a second, by all gateways in turn, whoever has acknowledged what. */
async function offered({ perS, ms }: Offered): Promise<object> {
  acked = () => undefined;
  ackedMs.length = 0;
  const ticks = Math.ceil(ms / TICK_MS);
  const batchesATick = Math.ceil((perS * TICK_MS) / 1_000 / EVENTS_A_BATCH_MOST);
  const size = Math.round((perS * TICK_MS) / 1_000 / batchesATick);
  const all = Array.from({ length: ticks * batchesATick }, (_, at) => {
    const gateway = telling.gateways[at % telling.gateways.length] as TellingGateway;
    return { gateway, next: prepared(gateway, size) };
  });
  const lags: number[] = [];
  const commits: { readonly position: number; readonly atMs: number }[] = [];
  const stop = eventLog.onCommitted(() => {
    commits.push({ position: eventLog.lastPosition, atMs: performance.now() });
  });
  const delay = monitorEventLoopDelay({ resolution: 1 });
  delay.enable();
  const from = performance.now();
  const positionBefore = eventLog.lastPosition;
  for (let tick = 0; tick < ticks; tick += 1) {
    const waitMs = from + tick * TICK_MS - performance.now();
    if (waitMs > 0) await pass(waitMs);
    for (let one = 0; one < batchesATick; one += 1) {
      const due = all[tick * batchesATick + one];
      if (due) send(due.gateway, due.next);
    }
    const seen = history?.status().position ?? Number.POSITIVE_INFINITY;
    while (commits[0] !== undefined && commits[0].position <= seen) commits.shift();
    lags.push(commits[0] === undefined ? 0 : performance.now() - commits[0].atMs);
  }
  const took = performance.now() - from;
  delay.disable();
  const isWaiting = () => [...waiting.values()].some((own) => own.length > 0);
  for (let waited = 0; waited < PATIENCE_MS && isWaiting(); waited += TICK_MS) await pass(TICK_MS);
  unacknowledged += [...waiting.values()].reduce((sum, own) => sum + own.length, 0);
  waiting.clear();
  stop();
  return {
    perS: (1_000 * (eventLog.lastPosition - positionBefore)) / took,
    p50Ms: quantileOf(ackedMs, 0.5),
    p99Ms: quantileOf(ackedMs, 0.99),
    loopP99Ms: delay.percentile(99) / 1e6,
    lagMs: Math.max(0, ...lags),
  };
}

answerParent(
  {
    most,
    everyBay,
    offered,
    /** The same rows in the same groups by the bare library; milliseconds. */
    bare: () => {
      const own = join(folder, 'bare');
      mkdirSync(own, { recursive: true });
      bare ??= new BareLog(own);
      return bare.write(groups);
    },
    /** Opens the view; milliseconds and records until it has all that the log has. */
    follow: async (engine: HistoryOptions['engine']) => {
      const from = performance.now();
      history = await startHistory({
        eventLog,
        placements: placementsOf([{ validFrom: 0, site }]),
        folder: join(folder, 'view'),
        engine,
        ...parts,
      });
      await history.caughtUp();
      return { ms: performance.now() - from, records: eventLog.lastPosition };
    },
    unfollow: async () => {
      await history?.close();
      history = undefined;
    },
    /** Everything told was taken: nothing refused, nothing dropped. */
    untaken: () => {
      const { deadLetters, queueDropped, lost, unassigned } = ingest.counts;
      const untaken = queueDropped + lost + unassigned + unacknowledged;
      return Object.values(deadLetters).reduce((sum, one) => sum + one, untaken);
    },
  },
  async () => {
    await history?.close();
    await ingest.close();
    liveState.close();
    bare?.close();
    eventLog.close();
  },
);
