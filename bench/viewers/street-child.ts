import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { LiveHub } from '#api/live/hub.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import { publicLiveState } from '#api/state/public-live-state.ts';
import { deadlines } from '#contract/deadlines.ts';
import { JournalId } from '#contract/ids.ts';
import type { BayId } from '#contract/ids.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { answerParent } from '../child.ts';
import { inventedCity } from '../invented-city.ts';

/**
 * `street-child.ts BAYS LOTS COALESCE_MS CHANGES_A_SECOND [SITE_FOLDER]`: live state and the live
 * channel. The folder has such a site; without it, one is made here, which needs more memory.
 */
const [bays = 0, lots = 0, coalesceMs = 0, changesPerS = 0] = process.argv.slice(2, 6).map(Number);
const siteFolder = process.argv[6];
const TICK_MS = 20;
const BAYS_A_GATEWAY = 250;

/** After the garbage is collected; without the site, without the live state, with both. */
const rssNow = (): number => {
  globalThis.gc?.();
  return process.memoryUsage.rss();
};
const emptyBytes = rssNow();
const site =
  siteFolder === undefined
    ? inventedCity({
        bays,
        baysPerLot: Math.ceil(bays / lots),
        baysPerGateway: BAYS_A_GATEWAY,
      })
    : readSiteFolder(siteFolder);
const siteBytes = rssNow() - emptyBytes;
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
const lotOf = new Map(site.bays.map(({ properties }) => [properties.id, properties.lot]));
const journal = JournalId.parse('a'.repeat(32));
const occupied = new Set<BayId>();
/** When something changed in each channel, the oldest first. */
const changesOf = new Map<string, number[]>();
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
  const state = occupied.delete(bay) ? 'vacant' : 'occupied';
  if (state === 'occupied') occupied.add(bay);
  const said = { kind: 'bay', seq, bay, state, sensedAt: now } as const;
  liveState.hearRecord(gateway, at + 1, { ...said, cause: 'sensor', confidence: 1 });
  for (const channel of ['lots', `lot:${lotOf.get(bay) ?? ''}`]) {
    const changes = changesOf.get(channel);
    if (changes) changes.push(now);
    else changesOf.set(channel, [now]);
  }
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
      if (on) changesOf.clear();
      delay.reset();
      delay.enable();
    },
    /** What the site and all that is kept live of it need. */
    footprint: () => ({ siteBytes, liveBytes: rssNow() - emptyBytes - siteBytes }),
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
      const changes = changesOf.get(channel) ?? [];
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
