import type { BayId, LogId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import { UnavailableError } from '#runtime/errors.ts';
import type { Hour, LotDwell, LotHour } from './history.ts';
import {
  bayRowOf,
  BAYS,
  buildMarkOf,
  keyedStayOf,
  LOT_HOURS,
  lotHourOf,
  MARK,
  ofBuilds,
  OWNERS,
  STAYS,
} from './influx-rows.ts';
import type { Build } from './influx-rows.ts';
import type { InfluxRow, InfluxServer } from './influx-server.ts';
import { influxDwell, influxSummedHours, lotsCondition } from './influx-sums.ts';
import { msText } from './influx-time.ts';
import { addSums, lotHourFrom } from './lot-sums.ts';
import { spooled } from './spool.ts';
import { inOrderWithOpen } from './stay-order.ts';
import type { KeyedStay, OverallView } from './view.ts';

/** Which rows an answer is made of. */
export interface Scope {
  readonly condition: string;
  /** How far around a window stays are looked for, in milliseconds. */
  readonly longestMs: number;
}

export interface InfluxReadsParts {
  readonly server: InfluxServer;
  /** For answers that are being read. */
  readonly folder: string;
  /** Asks while no group of this process's own is being written. */
  readonly whole: <T>(ask: () => Promise<T>) => Promise<T>;
}

/** What is asked of history, over the rows of one log or of several. */
export class InfluxReads implements OverallView {
  readonly #parts: InfluxReadsParts;
  readonly #scope: () => Promise<Scope>;

  /** `scope` is asked anew for each answer: a build may have been made since. */
  constructor(parts: InfluxReadsParts, scope: () => Promise<Scope>) {
    this.#parts = parts;
    this.#scope = scope;
  }

  async lotHours(lot: LotId, { from, to }: TimeWindow): Promise<readonly LotHour[]> {
    const { server, whole } = this.#parts;
    const rows = await whole(async () =>
      server.rows(
        `SELECT * FROM "${LOT_HOURS}" WHERE ${(await this.#scope()).condition} AND "lot" = '${lot}'
         AND time > ${msText(from - HOUR_MS)} AND time < ${msText(to)}`,
      ),
    );
    return addedUp(rows.map(lotHourOf)).filter(
      ({ observedBayMs, arrivals, departures }) => observedBayMs + arrivals + departures > 0,
    );
  }

  summedHours(lots: readonly LotId[], window: TimeWindow): Promise<readonly Hour[]> {
    const { server, whole } = this.#parts;
    if (lots.length === 0) return Promise.resolve([]);
    const from = window.from - HOUR_MS + 1;
    return whole(async () => {
      const { condition } = await this.#scope();
      return influxSummedHours(server, condition, { lots, window: { from, to: window.to } });
    });
  }

  dwell(
    lots: readonly LotId[],
    window: TimeWindow,
    shares: readonly number[],
  ): Promise<readonly LotDwell[]> {
    const { server, whole } = this.#parts;
    if (lots.length === 0) return Promise.resolve([]);
    return whole(async () => {
      const { condition } = await this.#scope();
      return influxDwell(server, condition, { lots, window, shares });
    });
  }

  async *stays(window: TimeWindow, lots?: readonly LotId[], fromBay?: BayId): AsyncIterable<Stay> {
    const { server, folder, whole } = this.#parts;
    const { from, to } = window;
    if (lots?.length === 0) return;
    const ofLots = lots && ` AND ${lotsCondition(lots)}`;
    // All of it is fetched before a group may be written, as fast as the disk takes it.
    const [open, ended] = await whole(async () => {
      const { condition, longestMs } = await this.#scope();
      const bays = await server.rows(`SELECT * FROM "${BAYS}" WHERE ${condition}`);
      const statement = `SELECT * FROM "${STAYS}" WHERE ${condition} AND "void" = 0
          AND "arrived_after" < ${to} AND ("arrived_after" >= ${from} OR "departed_before" > ${from})
          AND time >= ${msText(from - longestMs)} AND time <= ${msText(to + longestMs)}${ofLots ?? ''}
          GROUP BY "bay"`;
      const spool = await spooled(folder, linesOf(server.stream(statement)));
      const open = bays.flatMap((row) => bayRowOf(row).open ?? []);
      return [open.filter(({ stay }) => lots?.includes(stay.lot) ?? true), spool] as const;
    });
    try {
      // InfluxQL compares no tags by their order.
      for await (const stay of inOrderWithOpen(keyedStays(ended.lines), open, window)) {
        if (fromBay === undefined || stay.bay >= fromBay) yield stay;
      }
    } finally {
      await ended[Symbol.asyncDispose]();
    }
  }
}

/**
 * The newest build of each api's present log. Throws UnavailableError while another one's is being
 * made: its part would be missing from every sum.
 */
export async function scopeOfAllLogs(
  server: InfluxServer,
  ownBuild: Build,
  own: Scope,
): Promise<Scope> {
  const [owners = [], marks = []] = await server.rowsOfEach([
    `SELECT * FROM "${OWNERS}"`,
    `SELECT * FROM "${MARK}"`,
  ]);
  const markOf = new Map(marks.map((row) => [String(row['log']), buildMarkOf(row)]));
  let { longestMs } = own;
  const builds: Build[] = [ownBuild];
  for (const log of new Set(owners.map((row) => String(row['log']) as LogId))) {
    if (log === ownBuild.log) continue;
    const mark = markOf.get(log);
    if (mark?.position === undefined) {
      throw new UnavailableError('view_unavailable', 'the view of another api is being made');
    }
    builds.push({ log, number: mark.build });
    longestMs = Math.max(longestMs, mark.longestMs);
  }
  return { condition: ofBuilds(builds), longestMs };
}

/** Rows of one lot in time's order; an hour that two logs have is the sum of both. */
function addedUp(hours: readonly LotHour[]): LotHour[] {
  const sums: LotHour[] = [];
  for (const hour of hours) {
    const last = sums.at(-1);
    if (last?.hourAt !== hour.hourAt) sums.push(hour);
    else {
      const both = { ...last };
      addSums(both, hour);
      sums[sums.length - 1] = lotHourFrom(hour.lot, hour.hourAt, both);
    }
  }
  return sums;
}

async function* linesOf(chunks: AsyncIterable<InfluxRow[]>): AsyncGenerator<string> {
  for await (const rows of chunks) for (const row of rows) yield JSON.stringify(row);
}

async function* keyedStays(lines: AsyncIterable<string>): AsyncGenerator<KeyedStay> {
  for await (const line of lines) yield keyedStayOf(JSON.parse(line) as InfluxRow);
}
