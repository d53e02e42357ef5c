import { join } from 'node:path';
import { DuckDBInstance } from '@duckdb/node-api';
import { HOUR_MS } from '#contract/time.ts';
import { timed } from '../report.ts';
import { FIRST_AT, lotIdOf } from './invented-stays.ts';
import type { City } from './invented-stays.ts';

export const QUESTIONS = {
  lotHours: 'a lot by the hour, 30 days',
  cityHours: 'the city by the hour, all days',
  week: 'hours of the week of a lot, all days',
  dwell: 'dwell p50, p95 by lot, all lots, 30 days',
  bays: 'last states of all bays',
} as const;

const DAY_MS = 24 * HOUR_MS;

/**
 * The same questions in SQL as one would write it by hand, on the same file, with the rows read and
 * nothing made of them. The wall clock of a zone without changes is arithmetic.
 */
export async function bareDuckdb(
  folder: string,
  { days }: City,
  runs: number,
): Promise<ReadonlyMap<string, { readonly bare: number }>> {
  const to = FIRST_AT + days * DAY_MS;
  const month = `BETWEEN ${to - 30 * DAY_MS} AND ${to - 1}`;
  const lot = `lot = '${lotIdOf(0)}'`;
  const statements: Readonly<Record<string, string>> = {
    [QUESTIONS.lotHours]: `SELECT * FROM lot_hours WHERE ${lot} AND hour_at ${month} ORDER BY hour_at`,
    [QUESTIONS.cityHours]: `SELECT hour_at, sum(occupied_ms), sum(vacant_ms) FROM lot_hours
      GROUP BY hour_at ORDER BY hour_at`,
    [QUESTIONS.week]: `SELECT (hour_at // ${HOUR_MS} + 9 + 72) % 168 AS hour, sum(occupied_ms),
      sum(vacant_ms) FROM lot_hours WHERE ${lot} GROUP BY hour ORDER BY hour`,
    [QUESTIONS.dwell]: `SELECT lot, count(*), quantile_disc(departed_before - arrived_before, [0.5, 0.95])
      FROM stays WHERE arrived_before ${month} GROUP BY lot ORDER BY lot`,
    [QUESTIONS.bays]: 'SELECT * FROM bays',
  };
  const instance = await DuckDBInstance.create(join(folder, 'history.duckdb'));
  const connection = await instance.connect();
  try {
    const found = new Map<string, { readonly bare: number }>();
    for (const [what, sql] of Object.entries(statements)) {
      const { median } = await timed(runs, async () =>
        (await connection.runAndReadAll(sql)).getRows(),
      );
      found.set(what, { bare: median });
    }
    return found;
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}
