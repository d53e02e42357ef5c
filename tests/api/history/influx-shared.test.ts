import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startHistory } from '#api/history/start-history.ts';
import { placementsOf } from '#api/site/placements.ts';
import { BayId, LogId, LotId } from '#contract/ids.ts';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { hasInflux, startInflux } from '../../support/influxd.ts';
import type { TestInflux } from '../../support/influxd.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { all, EVER } from './answers.ts';
import { MemoryLog } from './memory-log.ts';
import type { Told } from './memory-log.ts';
import { expectedHistory } from './oracle.ts';
import { BAY, HOUR, LOT, NEIGHBOUR, street, T0, Teller } from './street.ts';

const site = street();
const ELSEWHERE = BayId.parse('lot-2-1');
const logIdOf = (name: string) => LogId.parse(name.repeat(32));

/** Two hours in which each of these bays was taken for ten minutes, and watched. */
function visits(teller: Teller, bays: readonly BayId[]): Told[] {
  return [
    ...bays.flatMap((bay, at) => [
      teller.bay('vacant', T0, bay),
      teller.bay('occupied', T0 + (1 + at) * 300_000, bay),
      teller.bay('vacant', T0 + (3 + at) * 300_000, bay),
    ]),
    teller.observed(T0, T0 + 2 * HOUR, bays),
  ];
}

describe.runIf(hasInflux)('two apis with one InfluxDB', () => {
  let influx: TestInflux;
  beforeAll(async () => {
    influx = await startInflux();
  });
  afterAll(() => influx[Symbol.asyncDispose]());

  /** The history of one of them, followed until it has all that was told. */
  async function openApi(database: string, sharedAs: string, log: string, told: readonly Told[]) {
    const folder = openTempFolder();
    const eventLog = new MemoryLog({ logId: logIdOf(log) });
    eventLog.commit(told);
    const history = await startHistory({
      eventLog,
      placements: placementsOf([{ validFrom: 0, site }]),
      folder: folder.path,
      engine: { url: influx.url, database, token: influx.token },
      sharedAs,
      clock: systemClock,
      log: silentLog,
    });
    await history.caughtUp();
    return {
      history,
      [Symbol.asyncDispose]: async () => {
        await history.close();
        folder[Symbol.dispose]();
      },
    };
  }

  test('answer alike with what both took in, each hour of a lot that they share being the sum', async () => {
    const database = influx.newDatabase();
    const told = {
      first: visits(new Teller('gw-1', 1), [BAY]),
      second: [
        ...visits(new Teller('gw-1', 2), [NEIGHBOUR]),
        ...visits(new Teller('gw-2', 3), [ELSEWHERE]),
      ],
    };
    await using first = await openApi(database, 'api', 'a', told.first);
    await using second = await openApi(database, 'api-2', 'b', told.second);
    const expected = expectedHistory(site, [...told.first, ...told.second]);
    for (const { history } of [first, second]) {
      const [lotHours, other] = [
        await history.lotHours(LOT, EVER),
        await history.lotHours(LotId.parse('lot-2'), EVER),
      ];
      expect([...lotHours, ...other]).toEqual(expected.lotHours);
      expect(await all(history.stays(EVER))).toEqual(expected.stays);
      const [hour] = await history.summedHours([LOT, LotId.parse('lot-2')], EVER);
      expect(hour).toMatchObject({ arrivals: 3, departures: 3, observedBayMs: 3 * HOUR });
      const [dwell] = await history.dwell([LOT], EVER, [0.5]);
      expect(dwell).toMatchObject({ count: 2, sumMs: 2 * 600_000, percentilesMs: [600_000] });
      expect((await history.verify()).differing).toEqual([]);
    }
  });

  test('count no log any more that its api has renewed', async () => {
    const database = influx.newDatabase();
    const told = visits(new Teller('gw-1', 1), [BAY]);
    await using first = await openApi(database, 'api', 'a', []);
    {
      await using _ = await openApi(database, 'api-2', 'b', told);
      expect(await all(first.history.stays(EVER))).toHaveLength(1);
    }
    await using _ = await openApi(database, 'api-2', 'c', told);
    expect(await all(first.history.stays(EVER))).toHaveLength(1);
  });

  test('do not answer with a part where the view of one has never been finished', async () => {
    const database = influx.newDatabase();
    await using first = await openApi(database, 'api', 'a', visits(new Teller('gw-1', 1), [BAY]));
    const owner = `view_owner,api=api-2 log="${logIdOf('b')}" 0`;
    const query = new URLSearchParams({ db: database });
    const headers = influx.token === undefined ? {} : { authorization: `Token ${influx.token}` };
    const url = `${influx.url}/write?${query.toString()}`;
    expect((await fetch(url, { method: 'POST', headers, body: owner })).status).toBe(204);
    await expect(first.history.lotHours(LOT, EVER)).rejects.toMatchObject({
      code: 'view_not_ready',
    });
    await expect(all(first.history.stays(EVER))).rejects.toMatchObject({ code: 'view_not_ready' });
  });
});
