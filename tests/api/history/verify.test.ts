import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { VIEW_FORMAT } from '#api/history/duckdb-rows.ts';
import { openTempFolder } from '../../support/temp-folder.ts';
import { MemoryLog } from './memory-log.ts';
import { historyIn } from './open-history.ts';
import { randomHistory } from './random-history.ts';
import { HOUR, street, T0 } from './street.ts';
import { tenHours } from './ten-hours.ts';

const site = street();

test('a view that followed the log, in whatever order it came, is what the log says', async () => {
  await fc.assert(
    fc.asyncProperty(randomHistory(), async ({ commits }) => {
      const eventLog = new MemoryLog();
      const history = await historyIn('', eventLog, site, 'memory');
      for (const records of commits) {
        eventLog.commit(records);
        await history.caughtUp();
      }
      const found = await history.verify();
      await history.close();
      expect(found.differing).toEqual([]);
      expect(found.position).toBe(eventLog.lastPosition);
    }),
    { numRuns: 20 },
  );
});

test.each([
  ['a stay is missing', 'DELETE FROM stays WHERE seq = 8', 'stays', 3],
  ['a stay is doubled', 'INSERT INTO stays SELECT * FROM stays WHERE seq = 8', 'stays', 3],
  [
    'a departure is moved',
    'UPDATE stays SET departed_after = departed_after - 1 WHERE seq = 8',
    'stays',
    3,
  ],
  [
    'an hour lost a second',
    `UPDATE lot_hours SET vacant_ms = vacant_ms - 1000 WHERE hour_at = ${T0 + 5 * HOUR}`,
    'sums',
    5,
  ],
])(
  'a view in which %s is found out, with the hour, and a rebuild mends it',
  async (_, damage, what, hour) => {
    using folder = openTempFolder();
    const eventLog = tenHours();
    const before = await historyIn(folder.path, eventLog, site);
    await before.caughtUp();
    expect((await before.verify()).differing).toEqual([]);
    await before.close();

    await inFile(folder.path, damage);

    const history = await historyIn(folder.path, eventLog, site);
    await history.caughtUp();
    const found = await history.verify();
    expect(found).toMatchObject({ stays: 10, differingCount: 1 });
    expect(found.differing).toMatchObject([{ hourAt: T0 + hour * HOUR, what }]);
    await history.rebuild();
    expect((await history.verify()).differing).toEqual([]);
    await history.close();
  },
);

test.each([VIEW_FORMAT - 1, VIEW_FORMAT + 1])(
  'a view of format %d, by an older or a newer version, is made again',
  async (format) => {
    using folder = openTempFolder();
    const eventLog = tenHours();
    const before = await historyIn(folder.path, eventLog, site);
    await before.caughtUp();
    await before.close();
    await inFile(folder.path, `UPDATE format SET version = ${format}; DELETE FROM stays`);

    const history = await historyIn(folder.path, eventLog, site);
    await history.caughtUp();
    expect(await history.verify()).toMatchObject({ stays: 10, differing: [] });
    await history.close();
  },
);

async function inFile(folder: string, sql: string): Promise<void> {
  const instance = await DuckDBInstance.create(join(folder, 'history.duckdb'));
  const connection = await instance.connect();
  await connection.run(sql);
  connection.closeSync();
  instance.closeSync();
}
