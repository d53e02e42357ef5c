import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { startExpiry } from '#api/history/start-expiry.ts';
import type { HistoryOptions, RunningHistory } from '#api/history/start-history.ts';
import type { ExpectedHistory } from './oracle.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import type { EventLog } from '#api/log/open-event-log.ts';
import { openOperations } from '#api/operations/open-operations.ts';
import type { TimeWindow } from '#contract/time.ts';
import { silentLog } from '#runtime/log.ts';
import { HandClock } from '../../support/hand-clock.ts';
import { hasInflux, startInflux } from '../../support/influxd.ts';
import type { TestInflux } from '../../support/influxd.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { all, answersOf, EVER } from './answers.ts';
import { commitTold, learnJournals } from './commit-told.ts';
import type { Told } from './memory-log.ts';
import { historyIn } from './open-history.ts';
import { expectedHistory } from './oracle.ts';
import { randomHistory } from './random-history.ts';
import { BAY, HOUR, LOT, street, T0, Teller } from './street.ts';

const site = street();
const DAY = 24 * HOUR;

const sensedAt = ({ record }: Told) => (record.kind === 'bay' ? record.sensedAt : Infinity);
const hoursIn = ({ lotHours }: ExpectedHistory, { from, to }: TimeWindow) =>
  lotHours.filter(({ hourAt }) => hourAt >= from && hourAt < to);
const staysSince = ({ stays }: ExpectedHistory, at: number) =>
  stays.filter(({ departedBefore }) => departedBefore === null || departedBefore >= at);

/** What is left of history after an expiry, of which the hours before it were these. */
async function expectExpired(
  history: RunningHistory,
  told: readonly Told[],
  before: ExpectedHistory,
  until: number,
): Promise<void> {
  const expected = expectedHistory(site, told);
  const answers = await answersOf(history, site);
  expect(hoursIn(answers, { from: 0, to: until })).toEqual(hoursIn(before, { from: 0, to: until }));
  const since = { from: until, to: EVER.to };
  expect(hoursIn(answers, since)).toEqual(hoursIn(expected, since));
  expect(answers.stays).toEqual(staysSince(expected, until));
}

const isVacant = (record: Told['record'], bay: string) =>
  record.kind === 'bay' && record.bay === bay && record.state === 'vacant';

/**
 * Of a stay that ended before nothing is in the log, but an arrival in the very millisecond of the
 * event that left the bay vacant, with which what is kept begins.
 */
function expectNoTrace(eventLog: EventLog, before: ExpectedHistory, until: number): void {
  const left = eventLog.recordsAfter(0, 100_000).map(({ record }) => record);
  const beginsAt = (bay: string) =>
    Math.min(
      ...left.map((record) =>
        record.kind === 'bay' && isVacant(record, bay) ? record.sensedAt : Infinity,
      ),
    );
  for (const { bay, arrivedBefore, departedBefore } of before.stays) {
    if (departedBefore === null || departedBefore >= until) continue;
    if (arrivedBefore === beginsAt(bay)) continue;
    const arrival = left.find(
      (record) =>
        record.kind === 'bay' &&
        record.bay === bay &&
        record.state === 'occupied' &&
        record.sensedAt === arrivedBefore,
    );
    expect([bay, arrivedBefore, arrival]).toEqual([bay, arrivedBefore, undefined]);
  }
}

let influx: TestInflux | undefined;
beforeAll(async () => {
  if (hasInflux) influx = await startInflux();
});
afterAll(() => influx?.[Symbol.asyncDispose]());

function engineOf(name: 'memory' | 'duckdb' | 'InfluxDB'): HistoryOptions['engine'] {
  if (name !== 'InfluxDB') return name;
  if (!influx) throw new Error('no InfluxDB was started');
  return { url: influx.url, database: influx.newDatabase(), token: influx.token };
}

test.each([
  { engine: 'memory', numRuns: 60 },
  { engine: 'duckdb', numRuns: 8 },
  ...(hasInflux ? [{ engine: 'InfluxDB', numRuns: 4 } as const] : []),
] as const)(
  'in $engine, whatever expired when, sums stand, later stays are whole, and a view made again says the same',
  async (on) => {
    await fc.assert(
      fc.asyncProperty(
        randomHistory({ most: 90, backwards: 0 }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0, max: 1.2, noNaN: true }),
        async ({ told, commits }, share, reach) => {
          using folder = openTempFolder();
          const engine = engineOf(on.engine);
          const clock = new HandClock(Date.UTC(2026, 2, 31, 12));
          let eventLog = openEventLog(join(folder.path, 'log'), { clock, log: silentLog });
          learnJournals(eventLog, told);
          let history = await historyIn(folder.path, eventLog, site, engine);
          const ends = new Map<string, number>();
          try {
            const turn = Math.floor(share * commits.length);
            for (const one of commits.slice(0, turn)) {
              clock.pass(HOUR);
              commitTold(eventLog, one, ends);
            }
            await history.caughtUp();
            const before = await answersOf(history, site);
            const last = Math.max(
              T0,
              ...commits.slice(0, turn).flat().map(sensedAt).filter(Number.isFinite),
            );
            const until = Math.floor((T0 + reach * (last - T0)) / HOUR) * HOUR;
            await history.expire(until, eventLog);
            const early = commits.slice(0, turn).flat();
            await expectExpired(history, early, before, until);
            if (on.engine === 'duckdb') expectNoTrace(eventLog, before, until);

            // Ingest refuses what is older than the seal.
            const rest = commits
              .slice(turn)
              .map((one) => one.filter((each) => sensedAt(each) >= until));
            for (const one of rest) {
              clock.pass(HOUR);
              commitTold(eventLog, one, ends);
              await history.caughtUp();
            }
            const kept = [...early, ...rest.flat()];
            await expectExpired(history, kept, before, until);
            expect((await history.verify()).differing).toEqual([]);

            await history.close();
            eventLog.close();
            eventLog = openEventLog(join(folder.path, 'log'), { clock, log: silentLog });
            history = await historyIn(folder.path, eventLog, site, engine);
            await history.rebuild();
            await expectExpired(history, kept, before, until);
            expect(await history.expire(until, eventLog)).toBe(0);
          } finally {
            await history.close();
            eventLog.close();
          }
        },
      ),
      { numRuns: on.numRuns },
    );
  },
  120_000,
);

/** A year and some of one bay, an hour's stay every day at nine, into the files of its months. */
async function aYear(folder: string) {
  const clock = new HandClock(T0);
  const eventLog = openEventLog(join(folder, 'log'), { clock, log: silentLog });
  const teller = new Teller();
  const ends = new Map<string, number>();
  const first = [teller.bay('vacant', T0)];
  learnJournals(eventLog, first);
  commitTold(eventLog, first, ends);
  const tellDay = (day: number) => {
    const at = T0 + day * DAY;
    clock.pass(DAY);
    commitTold(
      eventLog,
      [
        teller.bay('occupied', at + 9 * HOUR),
        teller.bay('vacant', at + 10 * HOUR),
        teller.observed(at, at + DAY),
      ],
      ends,
    );
  };
  for (let day = 0; day < 450; day += 1) tellDay(day);
  const history = await historyIn(folder, eventLog, site, 'duckdb');
  await history.caughtUp();
  return { clock, eventLog, history, tellDay };
}

test('stays expire day by day while the system lives, their bytes too, and it is in the access record', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  using folder = openTempFolder();
  const { clock, eventLog, history, tellDay } = await aYear(folder.path);
  const operations = openOperations(folder.path, clock);
  const { audit } = operations;
  const keepStaysDays = 400;
  const expiring = startExpiry({ keepStaysDays, history, eventLog, audit, clock, log: silentLog });
  try {
    await expiring.look();
    const stays = async () => all(history.stays(EVER));
    // Of 450 days the first 50 are gone but for the vacant state that the next stay began from.
    expect(await stays()).toHaveLength(401);
    expect(
      eventLog.recordsAfter(0, 10_000).filter(({ record }) => record.kind === 'bay'),
    ).toHaveLength(2 * 401 + 1);
    const hours = await history.lotHours(LOT, EVER);
    expect(hours.filter(({ arrivals }) => arrivals === 1)).toHaveLength(450);
    expect(hours.reduce((sum, { occupiedBayMs }) => sum + occupiedBayMs, 0)).toBe(450 * HOUR);

    tellDay(450);
    await vi.advanceTimersByTimeAsync(HOUR);
    await expiring.look();
    expect(await stays()).toHaveLength(401);
    const rows = [...audit.rows(EVER)].filter(({ action }) => action === 'stays.expire');
    expect(rows.map(({ after }) => after)).toEqual([
      { events: 98, keepStaysDays },
      { events: 2, keepStaysDays },
    ]);
    expect((await history.verify()).differing).toEqual([]);

    // The first month has nothing of the bay any more, not even in pages that were let go.
    const month = readFileSync(join(folder.path, 'log', 'log-2026-03.sqlite'));
    const event = Buffer.from('occupiedsensor');
    expect(month.includes(event)).toBe(false);
    const next = readFileSync(join(folder.path, 'log', 'log-2026-09.sqlite'));
    expect(next.includes(event)).toBe(true);
  } finally {
    expiring.close();
    await history.close();
    operations.close();
    eventLog.close();
    vi.useRealTimers();
  }
});

test('a clock that runs ahead removes nothing, and a stay that has not ended is kept whole', async () => {
  using folder = openTempFolder();
  const { eventLog, history } = await aYear(folder.path);
  const teller = new Teller('gw-1', 2);
  learnJournals(eventLog, [teller.bay('vacant', T0)]);
  commitTold(eventLog, [teller.bay('occupied', T0 + 450 * DAY + HOUR)], new Map());
  const expiring = startExpiry({
    keepStaysDays: 30,
    history,
    eventLog,
    audit: { append: () => undefined },
    clock: new HandClock(T0 + 10_000 * DAY),
    log: silentLog,
  });
  await expiring.look();
  expect(await all(history.stays(EVER))).toHaveLength(31);
  await history.expire(T0 + 500 * DAY, eventLog);
  const left = await all(history.stays(EVER));
  expect(left).toMatchObject([
    { bay: BAY, arrivedBefore: T0 + 450 * DAY + HOUR, departedBefore: null },
  ]);
  await history.rebuild();
  expect(await all(history.stays(EVER))).toEqual(left);
  expiring.close();
  await history.close();
  eventLog.close();
});
