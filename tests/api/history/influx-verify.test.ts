import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { InfluxAddress } from '#api/history/influx-address.ts';
import { hasInflux, startInflux } from '../../support/influxd.ts';
import type { TestInflux } from '../../support/influxd.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { MemoryLog } from './memory-log.ts';
import { historyIn } from './open-history.ts';
import { randomHistory } from './random-history.ts';
import { HOUR, street, T0 } from './street.ts';
import { tenHours } from './ten-hours.ts';

const site = street();

interface Series {
  readonly tags: Readonly<Record<string, string>>;
  readonly columns: readonly string[];
  readonly values: readonly (readonly (string | number | boolean | null)[])[];
}

/** Works on the server past the view, as a fault or a careless hand would. */
class Hand {
  readonly #address: InfluxAddress;

  constructor(address: InfluxAddress) {
    this.#address = address;
  }

  async run(statement: string): Promise<readonly Series[]> {
    const answer = await fetch(this.#url('query', { epoch: 'ns' }), {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...this.#token() },
      // Instants in nanoseconds are more than a number holds: they stay texts.
      body: new URLSearchParams({ q: statement }),
    });
    const text = (await answer.text()).replaceAll(/\b(\d{19})\b/g, '"$1"');
    const [result] = (JSON.parse(text) as { results: { series?: Series[]; error?: string }[] })
      .results;
    if (result?.error !== undefined) throw new Error(result.error);
    return result?.series ?? [];
  }

  /** The n-th point of what a statement with GROUP BY * finds, and how to write it anew. */
  async point(statement: string, nth: number): Promise<Point> {
    const found = (await this.run(statement)).flatMap(({ tags, columns, values }) =>
      values.map((row) => ({
        tags,
        fields: Object.fromEntries(columns.map((name, at) => [name, row[at] ?? null])),
      })),
    );
    const point = found[nth];
    if (!point) throw new Error(`${statement}: ${found.length} points`);
    return point;
  }

  async write(measurement: string, { tags, fields }: Point): Promise<void> {
    const { time, ...others } = fields;
    const tagged = Object.entries(tags).map(([name, value]) => `,${name}=${value}`);
    const set = Object.entries(others)
      .filter(([, value]) => value !== null)
      .map(
        ([name, value]) =>
          `${name}=${typeof value === 'number' ? `${value}i` : JSON.stringify(value)}`,
      );
    const line = `${measurement}${tagged.join('')} ${set.join(',')} ${String(time)}`;
    const answer = await fetch(this.#url('write', {}), {
      method: 'POST',
      headers: this.#token(),
      body: line,
    });
    if (!answer.ok) throw new Error(await answer.text());
  }

  #url(path: string, query: Readonly<Record<string, string>>): string {
    const { url, database } = this.#address;
    return `${url}/${path}?${new URLSearchParams({ db: database, ...query }).toString()}`;
  }

  #token(): Record<string, string> {
    const { token } = this.#address;
    return token === undefined ? {} : { authorization: `Token ${token}` };
  }
}

interface Point {
  readonly tags: Readonly<Record<string, string>>;
  readonly fields: Readonly<Record<string, string | number | boolean | null>>;
}

const STAYS = 'SELECT * FROM stays GROUP BY *';
const numberIn = ({ fields }: Point, name: string) => Number(fields[name]);

describe.runIf(hasInflux)('a view in InfluxDB', () => {
  let influx: TestInflux;
  beforeAll(async () => {
    influx = await startInflux();
  });
  afterAll(() => influx[Symbol.asyncDispose]());
  const newAddress = (): InfluxAddress => ({
    url: influx.url,
    database: influx.newDatabase(),
    token: influx.token,
  });

  test('that followed the log, in whatever order it came, is what the log says', async () => {
    await fc.assert(
      fc.asyncProperty(randomHistory(), async ({ commits }) => {
        using folder = openTempFolder();
        const eventLog = new MemoryLog();
        const history = await historyIn(folder.path, eventLog, site, newAddress());
        for (const records of commits) {
          eventLog.commit(records);
          await history.caughtUp();
        }
        const found = await history.verify();
        await history.close();
        expect(found.differing).toEqual([]);
        expect(found.position).toBe(eventLog.lastPosition);
      }),
      { numRuns: 5 },
    );
  }, 120_000);

  const damages: readonly [
    what: string,
    damage: (hand: Hand) => Promise<unknown>,
    kind: string,
    hour: number,
  ][] = [
    [
      'a stay is missing',
      async (hand) => {
        const { fields } = await hand.point(STAYS, 3);
        await hand.run(`DELETE FROM stays WHERE time = ${String(fields['time'])}`);
      },
      'stays',
      3,
    ],
    [
      'a stay is doubled',
      async (hand) => {
        const point = await hand.point(STAYS, 3);
        const time = (BigInt(String(point.fields['time'])) + 1n).toString();
        await hand.write('stays', { ...point, fields: { ...point.fields, time } });
      },
      'stays',
      3,
    ],
    [
      'a departure is moved',
      async (hand) => {
        const point = await hand.point(STAYS, 3);
        const moved = numberIn(point, 'departed_after') - 1;
        await hand.write('stays', { ...point, fields: { ...point.fields, departed_after: moved } });
      },
      'stays',
      3,
    ],
    [
      'an hour lost a second',
      async (hand) => {
        const at = `${T0 + 5 * HOUR}000000`;
        const point = await hand.point(`SELECT * FROM lot_hours WHERE time = ${at} GROUP BY *`, 0);
        const less = numberIn(point, 'vacant_ms') - 1_000;
        await hand.write('lot_hours', { ...point, fields: { ...point.fields, vacant_ms: less } });
      },
      'sums',
      5,
    ],
  ];

  test.each(damages)(
    'in which %s is found out, with the hour, and a rebuild mends it',
    async (_what, damage, what, hour) => {
      using folder = openTempFolder();
      const eventLog = tenHours();
      const address = newAddress();
      const history = await historyIn(folder.path, eventLog, site, address);
      await history.caughtUp();
      expect((await history.verify()).differing).toEqual([]);

      await damage(new Hand(address));
      const found = await history.verify();
      expect(found).toMatchObject({ stays: 10, differingCount: 1 });
      expect(found.differing).toMatchObject([{ hourAt: T0 + hour * HOUR, what }]);
      await history.rebuild();
      expect((await history.verify()).differing).toEqual([]);
      await history.close();
    },
  );
});
