import { describe, expect, test } from 'vitest';
import { CrowdingAnswer, LotDayAnswer, UseAnswer, WeekAnswer } from '#contract/history.ts';
import type { OccupancyAnswer } from '#contract/history.ts';
import { expectedHistory } from '../history/oracle.ts';
import { HOUR } from '../history/street.ts';
import {
  ask,
  bays,
  codeOf,
  DAY,
  MIDNIGHT,
  occupancy,
  serveThatDay,
  site,
  street,
  told,
} from './past-day.ts';

serveThatDay();

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

describe('days of a range', () => {
  const RANGE = 'from=2026-11-20&to=2026-11-24';
  const daysOf = async (query: string) =>
    (await occupancy(`${RANGE}&lot=full&interval=day&${query}`)).buckets.map(({ from }) =>
      from.slice(0, 10),
    );

  test('are left out where others are asked for, by the calendar of the place', async () => {
    expect(await daysOf('')).toHaveLength(4);
    expect(await daysOf('days=sun')).toEqual(['2026-11-22']);
    expect(await daysOf('days=fri,mon')).toEqual(['2026-11-20', '2026-11-23']);
  });

  test('are of a market only where the site file says so, and no longer than a day', async () => {
    const codeFor = (query: string) => codeOf(`/history/occupancy?${RANGE}&${query}`);
    expect(await codeFor('days=market')).toBe('invalid_request');
    expect(await codeFor('days=someday')).toBe('invalid_request');
    expect(await codeFor('days=sat&interval=week')).toBe('invalid_request');
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

describe('a time of which single events are gone', () => {
  test('is told by the hour, and refused where events would be needed: nobody watched is another thing', async () => {
    street.eventLog.sealedUntil = MIDNIGHT + 6 * HOUR;
    try {
      const byHour = await occupancy(`${DAY}&lot=full`);
      expect(byHour.buckets[0]).toMatchObject({ coverage: 1 });
      for (const path of [
        `/history/occupancy?${DAY}&interval=15min`,
        `/history/occupancy?${DAY}&class=general`,
        `/history/use?${DAY}`,
        `/history/crowding?${DAY}`,
        '/lots/full/day?day=2026-11-22',
      ]) {
        expect([path, await codeOf(path)]).toEqual([path, 'events_expired']);
      }
      const later = 'from=2026-11-22T06:00:00%2B09:00&to=2026-11-23';
      expect((await ask(`/history/use?${later}`)).status).toBe(200);
      const shown = await ask('/lots/full/shown?at=2026-11-22T05:59:00%2B09:00');
      expect(await shown.json()).toMatchObject({ history: null, bays: [] });
    } finally {
      street.eventLog.sealedUntil = 0;
    }
  });
});
