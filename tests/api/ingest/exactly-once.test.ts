import { isDeepStrictEqual } from 'node:util';
import fc from 'fast-check';
import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import type { BayId } from '#contract/ids.ts';
import { silentLog } from '#runtime/log.ts';
import { readSiteFolder } from '#runtime/site-folder.ts';
import { startIngest } from '#api/ingest/start-ingest.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import type { EventLog } from '#api/log/open-event-log.ts';
import { openLiveState } from '#api/state/open-live-state.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { onDisk } from './full-disk.ts';
import { MemoryLink } from './memory-link.ts';
import { ModelGateway } from './model-gateway.ts';

beforeEach(() => {
  vi.useFakeTimers({ toFake: ['setTimeout', 'setInterval', 'setImmediate'] });
});
afterEach(() => {
  vi.clearAllTimers();
  vi.useRealTimers();
});

const STATES = ['vacant', 'occupied', 'unknown'] as const;

const step = fc.oneof(
  { weight: 6, arbitrary: fc.tuple(fc.constant('change'), fc.nat(3), fc.nat(2)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('watch'), fc.nat(2), fc.nat(0)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('extend'), fc.nat(30_000), fc.nat(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('restartGateway'), fc.nat(0), fc.nat(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('drop'), fc.nat(4), fc.nat(0)) },
  {
    weight: 6,
    arbitrary: fc.tuple(fc.constant('send'), fc.integer({ min: 1, max: 6 }), fc.nat(3)),
  },
  { weight: 8, arbitrary: fc.tuple(fc.constant('deliver'), fc.nat(), fc.nat(3)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('lose'), fc.nat(), fc.nat(0)) },
  { weight: 4, arbitrary: fc.tuple(fc.constant('commit'), fc.nat(0), fc.nat(0)) },
  { weight: 3, arbitrary: fc.tuple(fc.constant('hearAck'), fc.nat(), fc.nat(2)) },
  { weight: 2, arbitrary: fc.tuple(fc.constant('crashApi'), fc.nat(0), fc.nat(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('disk'), fc.nat(1), fc.nat(0)) },
  { weight: 1, arbitrary: fc.tuple(fc.constant('month'), fc.nat(0), fc.nat(0)) },
);

test('however batches and acks are lost, doubled and reordered, and whenever the api dies, the log holds each record once', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 10, maxLength: 80 }), async (steps) => {
      vi.clearAllTimers();
      expect(await problemsOf(steps)).toEqual([]);
    }),
    { numRuns: Number(process.env['BINJARI_TEST_RUNS'] ?? 100) },
  );
});

/** Plays the steps, lets everything come through, and says what is wrong then. */
async function problemsOf(
  steps: readonly (readonly [string, number, number])[],
): Promise<readonly string[]> {
  using temp = openTempFolder();
  writeSmallSite(temp.path, { lots: 1, baysPerLot: 4 });
  const site = readSiteFolder(temp.path);
  const bays = site.bays.map((bay) => bay.properties.id);
  const clock = new HandClock(Date.UTC(2026, 10, 23));
  const gateway = new ModelGateway('gw-1');
  const batches: object[] = [];
  const disk = { full: false };

  const open = () => {
    const link = new MemoryLink(clock);
    const eventLog = onDisk(disk, openEventLog(`${temp.path}/log`, { clock, log: silentLog }));
    const restored = { bays: eventLog.bayStates(), facts: eventLog.lotFacts() };
    const liveState = openLiveState({ site, clock, restored });
    const ingest = startIngest({ site, link, eventLog, liveState, clock, log: silentLog });
    return { link, eventLog, liveState, ingest };
  };
  let api = open();
  const settle = async (ms: number) => {
    await vi.advanceTimersByTimeAsync(ms);
    clock.pass(ms);
  };

  for (const [what, a, b] of steps) {
    clock.pass(1_000);
    const now = clock.wallMs();
    switch (what) {
      case 'change':
        gateway.journal({
          kind: 'bay',
          bay: bays[a],
          state: STATES[b],
          sensedAt: now - (a === 0 ? 3_600_000 : 3_000),
          cause: 'sensor',
          confidence: 0.9,
        });
        break;
      case 'watch':
        gateway.journal({
          kind: 'observed',
          line: 'line-1',
          bays: bays.slice(0, a + 1),
          from: now - 5_000,
          until: now,
        });
        break;
      case 'extend':
        gateway.extend(a + 1);
        break;
      case 'restartGateway':
        gateway.restart();
        break;
      case 'drop':
        gateway.drop(a);
        break;
      case 'send': {
        const batch = gateway.batch(now, a, b);
        if (batch) batches.push(batch);
        break;
      }
      case 'deliver': {
        const at = a % Math.max(1, batches.length);
        const batch = batches[at];
        if (!batch) break;
        if (b > 0) batches.splice(at, 1);
        api.link.deliver('events', 'gw-1', batch);
        await settle(0);
        break;
      }
      case 'lose':
        batches.splice(a % Math.max(1, batches.length), 1);
        break;
      case 'commit':
        await settle(20);
        break;
      case 'hearAck': {
        const heard = api.link.acks.splice(a % Math.max(1, api.link.acks.length), 1)[0];
        if (heard && b > 0) gateway.hear(heard.ack);
        break;
      }
      case 'crashApi':
        // What was not committed dies with the process.
        api.eventLog.close();
        await api.ingest.close();
        api.liveState.close();
        api = open();
        break;
      case 'disk':
        disk.full = a === 1;
        break;
      case 'month':
        clock.pass(31 * 86_400_000);
        break;
    }
  }

  disk.full = false;
  await settle(15_000);
  for (let round = 0; round < 400 && !gateway.isSettled; round += 1) {
    const batch = gateway.batch(clock.wallMs(), 50);
    if (batch) api.link.deliver('events', 'gw-1', batch);
    await settle(30);
    for (const { ack } of api.link.acks.splice(0)) gateway.hear(ack);
    if (!batch) break;
  }
  const problems: string[] = [];
  if (gateway.batch(clock.wallMs(), 50)) problems.push('something is never settled');
  const logged = readAll(api.eventLog, problems);
  const losses = api.eventLog.losses();
  for (const [key, record] of gateway.everJournalled) {
    const [journal, seq] = key.split('/');
    const isLost = losses.some(
      (loss) => loss.journal === journal && loss.fromSeq <= Number(seq) && Number(seq) < loss.toSeq,
    );
    const found = logged.get(key);
    const dropped = gateway.dropped.has(key);
    if (isLost && !dropped) problems.push(`${key} is called lost and was held`);
    if (isLost && found) problems.push(`${key} is called lost and is there`);
    if (!isLost && !dropped && !found) problems.push(`${key} is missing`);
    // A dropped interval may have been extended on the gateway after its last sending.
    if (found && !dropped && !isDeepStrictEqual(found, record)) {
      problems.push(`${key} is ${JSON.stringify(found)} and was ${JSON.stringify(record)}`);
    }
  }
  for (const [key, record] of logged) {
    // This gateway forgets at once what is settled: that its bays are unknown since, the api says.
    const isApis = Number(key.split('/')[1]) >= 2 ** 40 && 'state' in record;
    const mayBe = isApis ? record.state === 'unknown' : gateway.everJournalled.has(key);
    if (!mayBe) problems.push(`${key} was never journalled`);
  }
  for (const { seq, reason } of api.eventLog.deadLetters(10)) problems.push(`${seq} is ${reason}`);

  reportAll(gateway, api.link, bays, clock.wallMs());
  await settle(0);
  for (const bay of bays) {
    const last = gateway.lastOf(bay);
    const { state } = api.liveState.bay(bay) ?? {};
    const mayBeUnknown = gateway.dropped.size > 0 || last?.journal !== gateway.running.id;
    if (state !== last?.state && !(mayBeUnknown && state === 'unknown')) {
      problems.push(`${bay} is shown ${state} and was last ${last?.state}`);
    }
  }
  await api.ingest.close();
  api.liveState.close();
  api.eventLog.close();
  return problems;
}

/** Every record by its key, read page by page. */
function readAll(eventLog: EventLog, problems: string[]): Map<string, object> {
  const logged = new Map<string, object>();
  const events = new Set<string>();
  let position = 0;
  for (;;) {
    const page = eventLog.recordsAfter(position, 7);
    for (const { journal, position: at, record } of page) {
      const key = `${journal}/${record.seq}`;
      if (at <= position) problems.push(`${key} does not come in the order of positions`);
      if (events.has(key)) problems.push(`${key} is there twice`);
      if (record.kind === 'bay') events.add(key);
      logged.set(key, record);
      position = at;
    }
    if (page.length < 7) break;
  }
  if (position !== eventLog.lastPosition) problems.push('the last position is not the last');
  return logged;
}

function reportAll(
  gateway: ModelGateway,
  link: MemoryLink,
  bays: readonly BayId[],
  publishedAt: number,
): void {
  link.deliver('observed', 'gw-1', {
    v: 1,
    journal: gateway.running.id,
    seq: gateway.running.lastBaySeq,
    publishedAt,
    ages: Object.fromEntries(bays.map((bay) => [bay, 500])),
  });
}
