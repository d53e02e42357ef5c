import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { LiveHub } from '#api/live/hub.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import { publicLiveState } from '#api/state/public-live-state.ts';
import { deadlines } from '#contract/deadlines.ts';
import { JournalId } from '#contract/ids.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { answerParent, rssBytes } from '../child.ts';
import { inventedCity } from '../invented-city.ts';

/**
 * `street-child.ts BAYS LOTS COALESCE_MS CHANGES_A_SECOND [SITE_FOLDER]`: live state and the live
 * channel. The folder has such a site; without it, one is made here, which needs more memory.
 */
const [bays = 0, lots = 0, coalesceMs = 0, changesPerS = 0] = process.argv.slice(2, 6).map(Number);
const siteFolder = process.argv[6];
const TICK_MS = 20;
const BAYS_A_GATEWAY = 250;
const LEAST_STAY_MS = 3_000;
const HOUR_MS = 60 * 60_000;
/** Long enough ago for all of a bench, however fast its street's time goes. */
const startedAt = systemClock.wallMs() - HOUR_MS;

/** Without the site, without the live state, with both. */
const emptyBytes = rssBytes();
const site =
  siteFolder === undefined
    ? inventedCity({
        bays,
        baysPerLot: Math.ceil(bays / lots),
        baysPerGateway: BAYS_A_GATEWAY,
      })
    : readSiteFolder(siteFolder);
const siteBytes = rssBytes() - emptyBytes;
const liveState = openLiveState({ site, clock: systemClock });
const hub = new LiveHub({
  site,
  revision: 'bench',
  liveState: publicLiveState(site, liveState),
  coalesceMs,
  maxClients: 100_000,
  crowdFrom: 100_000,
  maxClientsPerSource: 100_000,
  clock: systemClock,
  log: silentLog,
  refusal: () => 'HTTP/1.1 503 Service Unavailable\r\n\r\n',
});
const server = createServer();
server.on('upgrade', (request, socket, head) => hub.upgrade(request, socket, head, 'bench'));
server.listen(0, '127.0.0.1', 4_096);

const bayIds = site.bays.map(({ properties }) => properties.id);
const gatewayAt = (bayAt: number) => Math.floor(bayAt / BAYS_A_GATEWAY);
const gatewayIds = site.gateways.map(({ properties }) => properties.id);
const journal = JournalId.parse('a'.repeat(32));
/** By bay, as numbers: what the bench keeps for itself must cost next to nothing of a change. */
const isOccupied = new Uint8Array(bayIds.length);
const lotOf = lotNumbers();
/** When something changed in the channel of all lots and in each lot's, the oldest first. */
const lotsChanged: number[] = [];
const changedOf: number[][] = site.lots.map(() => []);
/** By gateway: the last number in its journal. */
const seqs = gatewayIds.map(() => 0);
let [changed, changing] = [0, false];

function observeAll(): void {
  const publishedAt = systemClock.wallMs();
  const heard = { retained: false, receivedMonoMs: systemClock.monoMs() };
  for (const [at, gateway] of gatewayIds.entries()) {
    const own = bayIds.slice(at * BAYS_A_GATEWAY, (at + 1) * BAYS_A_GATEWAY);
    const ages = Object.fromEntries(own.map((bay) => [bay, 0]));
    const seq = seqs[at] ?? 0;
    liveState.hearObserved(gateway, at + 1, { v: 1, journal, seq, publishedAt, ages }, heard);
  }
  liveState.announce();
}

function change(bayAt: number): void {
  const at = gatewayAt(bayAt);
  const [bay, gateway] = [bayIds[bayAt], gatewayIds[at]];
  if (bay === undefined || gateway === undefined) return;
  const seq = (seqs[at] ?? 0) + 1;
  seqs[at] = seq;
  changed += 1;
  const now = systemClock.wallMs();
  isOccupied[bayAt] = isOccupied[bayAt] === 1 ? 0 : 1;
  const state = isOccupied[bayAt] === 1 ? 'occupied' : 'vacant';
  const said = { kind: 'bay', seq, bay, state, sensedAt: sensedAt() } as const;
  liveState.hearRecord(gateway, at + 1, { ...said, cause: 'sensor', confidence: 1 });
  lotsChanged.push(now);
  changedOf[lotOf[bayAt] ?? 0]?.push(now);
}

/**
 * As if told after an outage: a bay's own changes lie three seconds apart at least, however few bays
 * have all of them. Closer ones are what no car can do, and their gateway would not be believed.
 */
function sensedAt(): number {
  const apartMs = Math.max(1_000 / changesPerS, LEAST_STAY_MS / bayIds.length);
  return startedAt + Math.floor(changed * apartMs);
}

function lotNumbers(): Int32Array {
  const numberOf = new Map(site.lots.map(({ properties }, at) => [properties.id, at]));
  return Int32Array.from(site.bays, ({ properties }) => numberOf.get(properties.lot) ?? 0);
}

for (const at of bayIds.keys()) change(at);
observeAll();
const observing = setInterval(observeAll, deadlines.reportEveryMs);
let [owed, owedToMs] = [0, 0];
const ticking = setInterval(() => {
  if (!changing) return;
  // By the clock: a busy machine's timers come late.
  const nowMs = performance.now();
  owed += (changesPerS * (nowMs - owedToMs)) / 1_000;
  owedToMs = nowMs;
  for (; owed >= 1; owed -= 1) {
    // A step without a common factor with any number of bays here: every lot has its turn.
    change((changed * 7_919) % bayIds.length);
  }
  liveState.announce();
}, TICK_MS);

const delay = monitorEventLoopDelay({ resolution: 1 });

answerParent(
  {
    port: () => (server.address() as AddressInfo).port,
    change: (on: boolean) => {
      changing = on;
      [owed, owedToMs] = [0, performance.now()];
      if (on) for (const changes of [lotsChanged, ...changedOf]) changes.length = 0;
    },
    /**
     * How long the event loop is held up, in rounds of their own: to ask it a thousand times a second
     * is a third of the CPU time that a thousand viewers cost, and the bare server does not.
     */
    watchLoop: (on: boolean) => {
      if (!on) return void delay.disable();
      delay.reset();
      return void delay.enable();
    },
    /** What the site and all that is kept live of it need. */
    footprint: () => ({ siteBytes, liveBytes: rssBytes() - emptyBytes - siteBytes }),
    /** Milliseconds for one of every lot, as they who poll get it, and for one of every bay. */
    snapshotMs: () => {
      const from = performance.now();
      const lotsText = JSON.stringify(hub.snapshot('lots'));
      const lotsMs = performance.now() - from;
      const texts = site.lots.map(({ properties }) =>
        JSON.stringify(hub.snapshot(`lot:${properties.id}`)),
      );
      const bytes = texts.reduce((sum, text) => sum + text.length, 0);
      return {
        lotsMs,
        baysMs: performance.now() - from - lotsMs,
        bytes,
        lotsBytes: lotsText.length,
      };
    },
    counts: () => ({ ...hub.counts, changed, loopP99Ms: delay.percentile(99) / 1e6 }),
    /** The oldest change that a frame of a channel made at this time carries. */
    oldest: ({ channel, ats }: { channel: string; ats: readonly number[] }) => {
      const lotAt = site.lots.findIndex(({ properties }) => channel === `lot:${properties.id}`);
      const changes = changedOf[lotAt] ?? lotsChanged;
      let next = 0;
      return ats.map((at) => {
        const oldest = changes[next];
        while ((changes[next] ?? Number.POSITIVE_INFINITY) <= at) next += 1;
        return oldest ?? at;
      });
    },
  },
  async () => {
    clearInterval(observing);
    clearInterval(ticking);
  },
);
