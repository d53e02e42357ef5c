import { describe, expect, test } from 'vitest';
import { openEventLog } from '#api/log/open-event-log.ts';
import type { EventLog } from '#api/log/open-event-log.ts';
import { layIn } from '#api/past/lay-in.ts';
import type { SimulatedPast } from '#api/past/lay-in.ts';
import type { BayId, GatewayId } from '#contract/ids.ts';
import { JournalId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import { pastTraffic } from '#firmware-sim/traffic.ts';
import { silentLog } from '#runtime/log.ts';
import { until } from '../../support/until.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { answersOf } from '../history/answers.ts';
import { historyIn } from '../history/open-history.ts';
import { HOUR, street } from '../history/street.ts';

const DAY = 24 * HOUR;
const now = Date.UTC(2026, 10, 22, 3);
const from = now - 3 * DAY;
const site = street();
const bays = site.bays.map(({ properties }) => properties.id);
const traffic = pastTraffic(site, { demand: {} }, 7);
const past: SimulatedPast = { lengthMs: 3 * DAY, visits: (bay, at) => traffic.visits(bay, at) };

function visitsOf(bay: BayId): { arrivedAt: number; departedAt: number }[] {
  const visits = traffic.visits(bay, from);
  const found = [];
  for (let next = visits.next(); next.done !== true; next = visits.next()) {
    if (next.value.arrivedAt >= now) break;
    found.push(next.value);
  }
  return found;
}

async function onLog(work: (eventLog: EventLog, folder: string) => Promise<void>): Promise<void> {
  using folder = openTempFolder();
  const eventLog = openEventLog(folder.path, { clock: new HandClock(now), log: silentLog });
  try {
    await work(eventLog, folder.path);
  } finally {
    eventLog.close();
  }
}

const parts = (eventLog: EventLog, of: Site = site) => ({
  eventLog,
  site: of,
  now,
  log: silentLog,
});

describe('a simulated past', () => {
  test('is history as if it had been watched: every car once, all of it observed', () =>
    onLog(async (eventLog, folder) => {
      await layIn(parts(eventLog), past).done;
      const history = await historyIn(folder, eventLog, site);
      await history.caughtUp();
      const { stays, observed } = await answersOf(history, site);
      expect(observed).toEqual(bays.toSorted().map((bay) => ({ bay, from, until: now })));
      for (const bay of bays) {
        const seen = stays.filter((stay) => stay.bay === bay);
        const expected = visitsOf(bay);
        expect(expected.length).toBeGreaterThan(20);
        expect(seen.map(({ arrivedBefore }) => arrivedBefore)).toEqual(
          expected.map(({ arrivedAt }) => arrivedAt),
        );
        expect(seen.map(({ departedBefore }) => departedBefore)).toEqual(
          expected.map(({ departedAt }) => (departedAt >= now ? null : departedAt)),
        );
      }
      expect(eventLog.bayStates().map(({ state }) => state)).toEqual(bays.map(() => 'unknown'));
      expect(await history.verify()).toMatchObject({ differingCount: 0 });
      await history.close();
    }));

  test('leaves a gap where it was cut short, and every bay unknown', () =>
    onLog(async (eventLog, folder) => {
      const begun = eventLog.lastPosition + bays.length;
      const laying = layIn(parts(eventLog), past);
      await until(() => eventLog.lastPosition > begun, { everyMs: 0 });
      await laying.stop();
      expect(eventLog.bayStates()).toHaveLength(bays.length);
      expect(eventLog.bayStates().every(({ state }) => state === 'unknown')).toBe(true);
      const history = await historyIn(folder, eventLog, site);
      await history.caughtUp();
      const { observed } = await answersOf(history, site);
      expect(observed.every(({ until }) => until < now)).toBe(true);
      await history.close();
    }));

  test('waits for its beginning, and until then only says that nothing is known', () =>
    onLog(async (eventLog) => {
      let begin = () => undefined as void;
      const begins = new Promise<void>((resolve) => {
        begin = resolve;
      });
      const laying = layIn(parts(eventLog), past, begins);
      await new Promise(setImmediate);
      expect(eventLog.lastPosition).toBe(bays.length);
      begin();
      await laying.done;
      expect(eventLog.lastPosition).toBeGreaterThan(2 * bays.length);
    }));

  test('settles nothing of what a gateway says meanwhile', () =>
    onLog(async (eventLog) => {
      const laying = layIn(parts(eventLog), past);
      const gateway = 'gw-1' as GatewayId;
      const id = JournalId.parse('e'.repeat(32));
      eventLog.journals.learn(gateway, [id]);
      const journal = eventLog.journals.find(id);
      // Taken, and waiting for the next commit of its group.
      journal?.accept(1, undefined);
      await laying.done;
      expect(journal?.committed).toBe(0);
      expect([...eventLog.journals.unsaved]).toContain(journal);
      const orders = eventLog.journals.of(gateway).map(({ order }) => order);
      expect(journal?.order).toBe(Math.max(...orders));
    }));

  test('is for a simulated street, and for a log in which nothing has happened', () =>
    onLog(async (eventLog) => {
      expect(() => layIn(parts(eventLog, { ...site, simulated: false }), past)).toThrow(
        expect.objectContaining({ code: 'not_simulated' }),
      );
      expect(eventLog.lastPosition).toBe(0);
      await layIn(parts(eventLog), past).done;
      expect(() => layIn(parts(eventLog), past)).toThrow(
        expect.objectContaining({ code: 'log_not_empty' }),
      );
    }));
});
