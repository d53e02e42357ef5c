import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CrowdingAnswer,
  LotDayAnswer,
  LotHourRow,
  OccupancyAnswer,
  UseAnswer,
  WeekAnswer,
} from '#contract/history.ts';
import { LotId } from '#contract/ids.ts';
import type { BayId } from '#contract/ids.ts';
import { Stay } from '#contract/stay.ts';
import type { RunningHistory } from '#api/history/start-history.ts';
import { MemoryLog } from '../history/memory-log.ts';
import type { Told } from '../history/memory-log.ts';
import { historyIn } from '../history/open-history.ts';
import { expectedHistory, sortedStays } from '../history/oracle.ts';
import { HOUR, MINUTE, Teller } from '../history/street.ts';
import { signIn } from '../operations/staff.ts';
import { serveStreet } from './served-street.ts';
import type { ServedStreet } from './served-street.ts';
import { aStreet } from './street.ts';

/** Sunday midnight in Seoul. */
const MIDNIGHT = Date.parse('2026-11-22T00:00:00+09:00');
const site = aStreet();
const bays = site.bays.map(({ properties }) => properties.id);
const [DISABLED, FIRST, SECOND] = bays as [BayId, BayId, BayId];
const RESIDENT = bays.at(-1) as BayId;

/** A day on which the resident leaves at eight, and the street fills from nine to ten. */
function aDay(): Told[] {
  const teller = new Teller('gateway-1');
  const at = (hour: number, minute = 0) => MIDNIGHT + hour * HOUR + minute * MINUTE;
  return [
    ...bays.map((bay) => teller.bay(bay === RESIDENT ? 'occupied' : 'vacant', at(0), bay)),
    teller.bay('vacant', at(8), RESIDENT),
    ...bays.slice(0, -1).map((bay, n) => teller.bay('occupied', at(9, 10 * n), bay)),
    teller.bay('occupied', at(9, 50), RESIDENT),
    teller.bay('vacant', at(10, 30), FIRST),
    teller.bay('occupied', at(10, 30), FIRST),
    // A departure was missed.
    teller.bay('occupied', at(11), SECOND),
    teller.bay('vacant', at(11, 30), DISABLED),
    teller.observed(at(0), at(12), bays),
    // The line is down from twelve to thirteen; the first bay's car is the same after it.
    ...bays.map((bay) => teller.bay('unknown', at(12), bay)),
    ...bays.map((bay) => teller.bay(bay === FIRST ? 'occupied' : 'vacant', at(13), bay)),
    teller.observed(at(13), at(24), bays),
  ];
}

let street: ServedStreet;
let history: RunningHistory;
const told = aDay();
const cookies: Record<string, string> = {};

beforeAll(async () => {
  const eventLog = new MemoryLog();
  history = await historyIn('', eventLog, site, 'memory');
  const clock = { wallMs: () => MIDNIGHT + 5 * 24 * HOUR, monoMs: () => performance.now() };
  street = await serveStreet({ site, past: history, clock });
  await history.caughtUp();
  eventLog.commit(told);
  await history.caughtUp();
  for (const role of ['viewer', 'operator'] as const) {
    cookies[role] = signIn(street, role, role).cookie;
    cookies[`${role} of counted`] = signIn(street, `${role}-lot`, role, [
      LotId.parse('counted'),
    ]).cookie;
  }
});
afterAll(async () => {
  await street[Symbol.asyncDispose]();
  await history.close();
});

const ask = async (path: string, as = 'operator', headers: Record<string, string> = {}) =>
  fetch(`${street.url}/api/v1/operator${path}`, {
    headers: { cookie: cookies[as] ?? '', ...headers },
  });
const DAY = 'from=2026-11-22&to=2026-11-23';
const codeOf = async (path: string, as?: string) =>
  ((await (await ask(path, as)).json()) as { code?: string }).code;

async function occupancy(query: string, as?: string): Promise<OccupancyAnswer> {
  return OccupancyAnswer.parse(await (await ask(`/history/occupancy?${query}`, as)).json());
}

describe('occupancy over time', () => {
  test('is what the oracle says, hour by hour, with unknown time beside it', async () => {
    const { lotHours } = expectedHistory(site, told);
    const answer = await occupancy(`${DAY}&lot=full`);
    expect(answer).toMatchObject({ simulated: true, lots: ['full'], bays: 6, interval: 'hour' });
    expect(answer.buckets).toHaveLength(24);
    for (const bucket of answer.buckets) {
      const hour = lotHours.find(({ hourAt }) => hourAt === Date.parse(bucket.from));
      expect(bucket).toMatchObject({
        occupiedBaySeconds: (hour?.occupiedBayMs ?? 0) / 1_000,
        vacantBaySeconds: (hour?.vacantBayMs ?? 0) / 1_000,
        arrivals: hour?.arrivals ?? 0,
        departures: hour?.departures ?? 0,
      });
      const { vacantBaySeconds, occupiedBaySeconds, unknownBaySeconds } = bucket;
      expect(vacantBaySeconds + occupiedBaySeconds + unknownBaySeconds).toBe(6 * 3_600);
    }
    const dark = answer.buckets[12];
    expect(dark).toMatchObject({ from: '2026-11-22T12:00:00.000+09:00', occupancy: null });
    expect(dark).toMatchObject({ coverage: 0, unknownBaySeconds: 6 * 3_600 });
  });

  test('is the same by the quarter as by the hour, and as of the whole site', async () => {
    const sumsOf = ({ buckets }: OccupancyAnswer) =>
      buckets.reduce((sum, each) => sum + each.occupiedBaySeconds, 0);
    const byHour = await occupancy(`${DAY}&lot=full`);
    const byQuarter = await occupancy(`${DAY}&lot=full&interval=15min`);
    expect(byQuarter.buckets).toHaveLength(96);
    expect(sumsOf(byQuarter)).toBe(sumsOf(byHour));
    expect((await occupancy(DAY)).buckets).toEqual(byHour.buckets);
    const [day] = (await occupancy(`${DAY}&interval=day`)).buckets;
    expect(day?.occupiedBaySeconds).toBe(sumsOf(byHour));
    // Classes together are the lot.
    const classes = await Promise.all(
      ['disabled', 'general', 'resident'].map((name) => occupancy(`${DAY}&class=${name}`)),
    );
    expect(classes.map((answer) => answer.bays)).toEqual([1, 4, 1]);
    expect(classes.reduce((sum, answer) => sum + sumsOf(answer), 0)).toBe(sumsOf(byHour));
  });

  test('of a market’s surroundings is of the lots that one can walk to', async () => {
    expect((await occupancy(`${DAY}&market=market&withinMinutes=1`)).lots).toEqual(['full']);
    expect(await codeOf(`/history/occupancy?${DAY}&market=nowhere`)).toBe('unknown_market');
  });

  test('leaves private bays out for viewers, and tells whose they are to nobody below', async () => {
    const seen = await occupancy(`${DAY}&lot=full`, 'viewer');
    expect(seen).toMatchObject({ bays: 5, privateBays: 'leftOut' });
    const eight = seen.buckets[7];
    expect(eight).toMatchObject({ occupiedBaySeconds: 0, vacantBaySeconds: 5 * 3_600 });
    const [private8] = (await occupancy(`${DAY}&class=resident`)).buckets.slice(7);
    expect(private8).toMatchObject({ occupiedBaySeconds: 3_600, vacantBaySeconds: 0 });
    expect(await codeOf(`/history/occupancy?${DAY}&class=resident`, 'viewer')).toBe('forbidden');
    const actions = [...street.operations.audit.rows({ from: 0, to: Number.MAX_SAFE_INTEGER })];
    expect(actions.map(({ action }) => action)).toContain('private.read');
  });

  test('refuses other people’s lots, and tells of one’s own alone', async () => {
    const as = 'viewer of counted';
    expect(await codeOf(`/history/occupancy?${DAY}&lot=full`, as)).toBe('forbidden');
    expect(await codeOf(`/history/occupancy?${DAY}&lot=none`, as)).toBe('unknown_lot');
    expect(await occupancy(DAY, as)).toMatchObject({ lots: [], bays: 0 });
  });

  test('refuses ranges that end before they begin, are too wide, or have too many buckets', async () => {
    const asked = (query: string) => codeOf(`/history/occupancy?${query}`);
    expect(await asked('from=2026-11-22&to=2026-11-22')).toBe('invalid_request');
    expect(await asked('from=2026-02-30&to=2026-11-22')).toBe('invalid_request');
    expect(await asked('from=2020-01-01&to=2026-11-22')).toBe('range_too_wide');
    expect(await asked('from=2026-01-01&to=2026-11-22&interval=15min')).toBe('range_too_wide');
    expect(await asked(`${DAY}&interval=minute`)).toBe('invalid_request');
    expect(await asked(`${DAY}&withinMinutes=1e99`)).toBe('invalid_request');
  });
});

describe('the week', () => {
  test('puts each hour of the range under its name on the wall clock', async () => {
    const answer = WeekAnswer.parse(await (await ask(`/history/week?${DAY}&lot=full`)).json());
    expect(answer.cells).toHaveLength(7 * 24);
    const observed = answer.cells.filter(({ observedBaySeconds }) => observedBaySeconds > 0);
    expect(new Set(observed.map(({ weekday }) => weekday))).toEqual(new Set([6]));
    expect(answer.cells[6 * 24 + 12]).toMatchObject({ occupancy: null, coverage: 0 });
    expect(answer.cells[0]).toMatchObject({ occupancy: null, unknownBaySeconds: 0 });
  });
});

describe('use', () => {
  test('counts stays, turnover and dwell, and says what it leaves out', async () => {
    const answer = UseAnswer.parse(await (await ask(`/history/use?${DAY}&lot=full`)).json());
    const stays = expectedHistory(site, told).stays;
    const begun = stays.filter(({ arrivedBefore }) => arrivedBefore >= MIDNIGHT);
    expect(answer.arrivals).toBe(begun.filter(({ openLeft }) => !openLeft).length);
    expect(answer.departures).toBe(begun.filter((stay) => stay.departedBefore !== null).length);
    expect(answer.anomalous).toBe(1);
    expect(answer.bridged).toBe(begun.filter(({ bridged }) => bridged).length);
    expect(answer.coverage).toBeCloseTo(23 / 24);
    expect(answer.unknownShare).toBeCloseTo(1 / 24);
    expect(answer.turnover).toBeCloseTo(answer.arrivals / ((6 * 23) / 24));
    const { dwell } = answer;
    const { open, openLeft, uncertain } = dwell.censored;
    expect(dwell.count + open + openLeft + uncertain).toBe(begun.length);
    expect(dwell.histogram.reduce((sum, { count }) => sum + count, 0)).toBe(dwell.count);
    expect(dwell.percentiles.find(({ share }) => share === 0.99)?.seconds).toBe(2.5 * 3_600);
  });
});

describe('crowding', () => {
  test('knows when the lot was full, how often and how long', async () => {
    const answer = CrowdingAnswer.parse(
      await (await ask(`/history/crowding?${DAY}&lot=full`)).json(),
    );
    // From ten to ten to eleven thirty, while one car takes another's place within an instant.
    const span = { from: '2026-11-22T09:50:00.000+09:00', to: '2026-11-22T11:30:00.000+09:00' };
    expect(answer.peak).toEqual({ occupied: 6, ...span });
    expect(answer.full).toEqual({
      count: 1,
      seconds: 6_000,
      longestSeconds: 6_000,
      periods: [{ ...span, seconds: 6_000 }],
    });
  });
});

describe('a lot’s day', () => {
  test('has a row for each bay, with its stays and what was known when', async () => {
    const answer = LotDayAnswer.parse(await (await ask('/lots/full/day?day=2026-11-22')).json());
    expect(answer.bays.map(({ bay }) => bay)).toEqual(bays);
    const first = answer.bays[1];
    expect(first).toMatchObject({ label: 'A-1', class: 'general', zone: null });
    expect(first?.coverage).toBeCloseTo(23 / 24);
    expect(first?.stays).toHaveLength(2);
    expect(first?.stays[1]).toMatchObject({
      arrivedBefore: '2026-11-22T10:30:00.000+09:00',
      departedBefore: null,
      bridged: true,
    });
    expect(first?.known.at(-1)).toEqual({
      from: '2026-11-22T13:00:00.000+09:00',
      to: '2026-11-23T00:00:00.000+09:00',
      state: 'occupied',
    });
    expect(answer.bays[2]?.stays[0]).toMatchObject({ anomalous: true });
  });

  test('is for operators, of their own lots, and is recorded', async () => {
    expect(await codeOf('/lots/full/day?day=2026-11-22', 'viewer')).toBe('forbidden');
    expect(await codeOf('/lots/full/day?day=2026-11-22', 'operator of counted')).toBe('forbidden');
    expect(await codeOf('/lots/none/day?day=2026-11-22')).toBe('unknown_lot');
    expect(await codeOf('/lots/full/day?day=2026-11-31')).toBe('invalid_request');
    const rows = [...street.operations.audit.rows({ from: 0, to: Number.MAX_SAFE_INTEGER })];
    expect(rows.map(({ subject }) => subject)).toContain(
      '/api/v1/operator/lots/full/day?day=2026-11-22',
    );
  });
});

describe('tables for spreadsheets', () => {
  const linesOf = (text: string) => text.split('\r\n').slice(0, -1);

  test('are what JSON says, marked as simulated, with a name to save them under', async () => {
    const answer = await ask(`/history/occupancy?${DAY}&lot=full&format=csv`);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe(
      'attachment; filename="occupancy-2026-11-22-2026-11-23.csv"',
    );
    const [head, ...rows] = linesOf(await answer.text());
    expect(head?.split(',').slice(0, 4)).toEqual(['from', 'to', 'occupancy', 'coverage']);
    expect(head?.split(',').at(-1)).toBe('simulated');
    expect(rows).toHaveLength(24);
    const { buckets } = await occupancy(`${DAY}&lot=full`);
    for (const [at, bucket] of buckets.entries()) {
      const cells = Object.values(bucket).map((value) => (value === null ? '' : String(value)));
      expect(rows[at]?.split(',').toSorted()).toEqual([...cells, 'true'].toSorted());
    }
  });

  test('have a byte order mark where one is asked for, and come by Accept too', async () => {
    const bytesOf = async (query: string, headers = {}) =>
      Buffer.from(await (await ask(`/history/week?${query}`, 'viewer', headers)).arrayBuffer());
    const marked = await bytesOf(`${DAY}&format=csv&bom=true`);
    expect(marked.subarray(0, 3).toString('hex')).toBe('efbbbf');
    const plain = await bytesOf(DAY, { accept: 'text/csv' });
    expect(plain.equals(marked.subarray(3))).toBe(true);
  });

  test('name their columns where there is no row', async () => {
    const answer = await ask('/history/crowding?from=2026-11-01&to=2026-11-02&format=csv');
    expect(await answer.text()).toBe('from,to,seconds,simulated\r\n');
  });
});

describe('exports', () => {
  const rowsOf = async (path: string) =>
    (await (await ask(path)).text())
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as unknown);

  test('of stays go on from the last row, whatever the size of a page', async () => {
    const whole = (await rowsOf('/export/stays')).map((row) => Stay.parse(row));
    expect(sortedStays(whole)).toEqual(expectedHistory(site, told).stays);
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 14 }), async (limit) => {
        const pages: Stay[] = [];
        let after = '';
        for (;;) {
          const page = await rowsOf(`/export/stays?limit=${limit}${after}`);
          const stays = page.map((row) => Stay.parse(row));
          const last = stays.at(-1);
          if (!last) break;
          pages.push(...stays);
          after = `&after=${last.bay}:${last.arrivedBefore}`;
        }
        expect(pages).toEqual(whole);
      }),
      { numRuns: 14 },
    );
    expect(await codeOf('/export/stays?after=Full%201:3')).toBe('invalid_request');
  });

  test('of stays as a table have the same rows', async () => {
    const whole = await rowsOf('/export/stays');
    const text = await (await ask('/export/stays?format=csv')).text();
    const [head, ...rows] = text.split('\r\n').slice(0, -1);
    expect(head).toBe(`${Object.keys(Stay.shape).join(',')},simulated`);
    expect(rows).toHaveLength(whole.length);
  });

  test('of hours have every hour of every lot', async () => {
    const rows = (await rowsOf(`/export/hours?${DAY}`)).map((row) => LotHourRow.parse(row));
    const { buckets } = await occupancy(`${DAY}&lot=full`);
    expect(rows).toEqual(buckets.map((bucket) => ({ lot: 'full', ...bucket })));
    expect(await ask(`/export/hours?${DAY}`, 'viewer of counted')).toMatchObject({ status: 200 });
    expect(await codeOf('/export/hours?from=2020-01-01&to=2026-01-01')).toBe('range_too_wide');
  });
});
