import type { LotId } from '#contract/ids.ts';
import type { TimeWindow } from '#contract/time.ts';
import { rankOf } from './answers/dwell.ts';
import type { Hour, LotDwell } from './history.ts';
import { BAYS, bayRowOf, EXACT, LOT_HOURS, numberIn, STAYS } from './influx-rows.ts';
import type { InfluxRow, InfluxServer } from './influx-server.ts';
import { msText } from './influx-time.ts';
import { hourFrom } from './lot-sums.ts';

export interface LotsAsked {
  readonly lots: readonly LotId[];
  readonly window: TimeWindow;
}

/** The condition that a row is of one of these lots; there is at least one. */
export const lotsCondition = (lots: readonly LotId[]): string =>
  `(${lots.map((lot) => `"lot" = '${lot}'`).join(' OR ')})`;

/** Whole hours of all lots together, from the server's own sums by hour. */
export async function influxSummedHours(
  server: InfluxServer,
  ours: string,
  { lots, window }: LotsAsked,
): Promise<Hour[]> {
  const sums = ['occupied_ms', 'vacant_ms', 'arrivals', 'departures']
    .map((field) => `SUM("${field}") AS "${field}"`)
    .join(', ');
  const rows = await server.rows(
    `SELECT ${sums} FROM "${LOT_HOURS}" WHERE ${ours} AND ${lotsCondition(lots)}
       AND time >= ${msText(window.from)} AND time < ${msText(window.to)}
       GROUP BY time(1h) FILL(none)`,
  );
  return rows
    .map((row) =>
      hourFrom(numberIn(row, 'time'), {
        occupiedBayMs: numberIn(row, 'occupied_ms'),
        vacantBayMs: numberIn(row, 'vacant_ms'),
        arrivals: numberIn(row, 'arrivals'),
        departures: numberIn(row, 'departures'),
      }),
    )
    .filter(({ observedBayMs, arrivals, departures }) => observedBayMs + arrivals + departures > 0);
}

/**
 * Dwell by lot. The server counts and ranks; which rank a share is, it must be told, since its own
 * rule for percentiles is another one.
 */
export async function influxDwell(
  server: InfluxServer,
  ours: string,
  { lots, window, shares }: LotsAsked & { readonly shares: readonly number[] },
): Promise<LotDwell[]> {
  const within = `${ours} AND "void" = 0
    AND time >= ${msText(window.from)} AND time < ${msText(window.to)}`;
  const countedBy = async (censored: string) => {
    const rows = await server.rows(
      `SELECT COUNT("dwell_ms"), SUM("dwell_ms") FROM "${STAYS}"
         WHERE ${within} AND ${lotsCondition(lots)} AND "censored" = '${censored}' GROUP BY "lot"`,
    );
    return new Map(rows.map((row) => [String(row['lot']), row]));
  };
  const exact = await countedBy(EXACT);
  const openLeft = await countedBy('openLeft');
  const uncertain = await countedBy('uncertain');
  const standing = await standingIn(server, ours, window);

  const ranks = lots.flatMap((lot) => {
    const count = valueIn(exact.get(lot), 'count');
    return count === 0 ? [] : shares.map((share) => ({ lot, share, count }));
  });
  const lengths = await server.rowsOfEach(
    ranks.map(({ lot, share, count }) => {
      // The element at N · p / 100 + 0.5, rounded down: so this is the one of that rank.
      const p = (100 * (rankOf(share, count) + 1)) / count;
      return `SELECT PERCENTILE("dwell_ms", ${p}) FROM "${STAYS}"
        WHERE ${within} AND "lot" = '${lot}' AND "censored" = '${EXACT}'`;
    }),
  );
  const lengthOf = new Map(
    ranks.map(({ lot, share }, at) => [`${lot}/${share}`, lengths[at]?.[0]?.['percentile']]),
  );
  return lots.toSorted().flatMap((lot) => {
    const stands = standing.filter((open) => open.lot === lot);
    const count = valueIn(exact.get(lot), 'count');
    const censored = {
      open: stands.filter((open) => !open.openLeft).length,
      openLeft: stands.filter((open) => open.openLeft).length + valueIn(openLeft.get(lot), 'count'),
      uncertain: valueIn(uncertain.get(lot), 'count'),
    };
    if (count + censored.open + censored.openLeft + censored.uncertain === 0) return [];
    const percentilesMs = shares.map((share) => {
      const lengthMs = lengthOf.get(`${lot}/${share}`);
      return typeof lengthMs === 'number' ? lengthMs : undefined;
    });
    return [{ lot, count, sumMs: valueIn(exact.get(lot), 'sum'), percentilesMs, censored }];
  });
}

async function standingIn(server: InfluxServer, ours: string, { from, to }: TimeWindow) {
  const rows = await server.rows(`SELECT * FROM "${BAYS}" WHERE ${ours} AND "is_open" = true`);
  return rows
    .flatMap((row) => bayRowOf(row).open?.stay ?? [])
    .filter(({ arrivedBefore }) => arrivedBefore >= from && arrivedBefore < to);
}

const valueIn = (row: InfluxRow | undefined, column: string): number =>
  row === undefined ? 0 : numberIn(row, column);
