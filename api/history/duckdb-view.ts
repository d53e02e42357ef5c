import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { DuckDBConnection, DuckDBDataChunk, DuckDBInstance } from '@duckdb/node-api';
import type { BayId, LotId } from '#contract/ids.ts';
import type { Stay } from '#contract/stay.ts';
import { HOUR_MS } from '#contract/time.ts';
import type { TimeWindow } from '#contract/time.ts';
import { ConfigError, messageOf, UnavailableError } from '#runtime/errors.ts';
import { errorFromDuckdb } from './duckdb-error.ts';
import { arrangeStays } from './duckdb-arrange.ts';
import {
  bayRowsOf,
  BAYS_SQL,
  CLEAR_SQL,
  DUCKDB_SCHEMA,
  FORMAT_SQL,
  keyedStayOf,
  logMarkOf,
  lotsSql,
  otherLotsSql,
  STAGED_SQL,
  VIEW_FORMAT,
} from './duckdb-rows.ts';
import type { Row } from './duckdb-rows.ts';
import { staysOfChunk, staysSql } from './duckdb-stays.ts';
import { writeStaged } from './duckdb-write.ts';
import {
  dwellOfRows,
  dwellSql,
  hasTooLong,
  hoursOfColumns,
  inOrder,
  LOT_HOURS_SQL,
  summedHoursSql,
} from './duckdb-sums.ts';
import type { Hour, LotDwell, LotHour } from './history.ts';
import type { HourSums } from './hour-sums.ts';
import { hourFrom, lotHourFrom } from './lot-sums.ts';
import type { Order } from './order.ts';
import { yieldToOthers } from './turns.ts';
import { ViewDamagedError } from './view.ts';
import type { BayRow, HistoryView, KeyedStay, ViewEngine, ViewGroup, ViewMark } from './view.ts';

const FILE = 'history.duckdb';
const DAMAGED = 'history.damaged.duckdb';

/**
 * The view in one DuckDB file of the folder. Throws ConfigError when the optional package is
 * missing. The file belongs to one process.
 */
export async function loadDuckdbEngine(folder: string): Promise<ViewEngine> {
  requireInstalled();
  const path = join(folder, FILE);
  return {
    open: async () => {
      // Not before it is needed: to load it takes a fifth of a second of everybody's time.
      const { DuckDBInstance } = await import('@duckdb/node-api');
      return DuckdbView.open((options) => DuckDBInstance.create(path, options), folder);
    },
    setAside: () => {
      const damaged = join(folder, DAMAGED);
      for (const suffix of ['', '.wal']) {
        rmSync(damaged + suffix, { force: true });
        if (existsSync(path + suffix)) renameSync(path + suffix, damaged + suffix);
      }
      return Promise.resolve();
    },
  };
}

/** Of the optional package, and of what it brings for this kind of machine. */
function requireInstalled(): void {
  const { platform, arch } = process;
  const built = ['', '-musl'].map((libc) => `@duckdb/node-bindings-${platform}-${arch}${libc}`);
  const isThere = [['@duckdb/node-api'], built.map((name) => `${name}/duckdb.node`)].every(
    (oneOf) => oneOf.some((name) => isResolved(name)),
  );
  if (isThere) return;
  throw new ConfigError([
    `history needs the optional package @duckdb/node-api, which is not there for this machine, ${platform} ${arch}`,
  ]);
}

function isResolved(name: string): boolean {
  try {
    createRequire(import.meta.url).resolve(name);
    return true;
  } catch {
    return false;
  }
}

/** To look for a stay's lot among more of them takes longer than to sum all lots. */
const FEW_LOTS = 16;

/** One core for a view: ingest, live state and the detector need the others. */
const OPTIONS = { threads: '1', memory_limit: '512MB' };

class DuckdbView implements HistoryView {
  readonly #instance: DuckDBInstance;
  readonly #writer: DuckDBConnection;
  readonly #reader: DuckDBConnection;
  /** Streams that are being read; the file is closed after them. */
  readonly #streams = new Set<DuckDBConnection>();
  readonly #reading = new Set<Promise<unknown>>();
  /** Those that have hours. */
  readonly #lots: Set<LotId>;
  /** It was finished once: from then on it is not arranged any more. */
  #isMarked: boolean;
  #isClosing = false;

  private constructor(
    instance: DuckDBInstance,
    writer: DuckDBConnection,
    reader: DuckDBConnection,
    { isMarked, lots }: { readonly isMarked: boolean; readonly lots: Set<LotId> },
  ) {
    this.#isMarked = isMarked;
    this.#lots = lots;
    this.#instance = instance;
    this.#writer = writer;
    this.#reader = reader;
  }

  static async open(
    create: (options: Record<string, string>) => Promise<DuckDBInstance>,
    folder: string,
  ): Promise<DuckdbView> {
    let instance: DuckDBInstance | undefined;
    try {
      mkdirSync(folder, { recursive: true });
      instance = await create(OPTIONS);
      const writer = await instance.connect();
      await writer.run(FORMAT_SQL);
      const formats = await writer.runAndReadAll('SELECT version FROM format');
      const [[version] = []] = formats.getRows();
      if (Number(version) !== VIEW_FORMAT) {
        throw new ViewDamagedError(
          `the view has format ${String(version)}, this Binjari makes format ${VIEW_FORMAT}: it is made again`,
        );
      }
      await writer.run(DUCKDB_SCHEMA);
      await writer.run(STAGED_SQL);
      // A file with a damaged block may open well; the sums and bays are small enough to be read.
      const ofLots = await writer.runAndReadAll(
        'SELECT lot, sum(occupied_ms + vacant_ms + arrivals + departures) FROM lot_hours GROUP BY lot',
      );
      const lots = new Set(ofLots.getRows().map(([lot]) => lot as LotId));
      await writer.run('SELECT sum(length(fold)) FROM bays');
      const marks = await writer.runAndReadAll('FROM mark');
      const isMarked = marks.currentRowCount > 0;
      return new DuckdbView(instance, writer, await instance.connect(), { isMarked, lots });
    } catch (error) {
      instance?.closeSync();
      throw errorFromDuckdb(error, 'opening');
    }
  }

  async mark(): Promise<ViewMark | undefined> {
    const [row] = await this.#rows('SELECT log_id, position FROM mark');
    return row && logMarkOf(row);
  }

  async bays(): Promise<readonly BayRow[]> {
    const rows: BayRow[] = [];
    for (const chunk of await this.#chunks(BAYS_SQL)) {
      for (const text of chunk.getColumnValues(0) as string[]) {
        for (const row of bayRowsOf(text)) rows.push(row);
        await yieldToOthers();
      }
    }
    return rows;
  }

  async write(group: ViewGroup): Promise<void> {
    try {
      if (group.mark && !this.#isMarked) {
        await arrangeStays(this.#writer);
        this.#isMarked = true;
      }
      for (const { lot } of group.lotHours) this.#lots.add(lot);
      await this.#writer.run('BEGIN');
      try {
        await writeStaged(this.#writer, group);
        await this.#writer.run('COMMIT');
      } catch (error) {
        await this.#rollBack(error);
      }
    } catch (error) {
      throw errorFromDuckdb(error, 'writing');
    }
  }

  async lotHours(lot: LotId, { from, to }: TimeWindow): Promise<readonly LotHour[]> {
    const values = [BigInt(from - HOUR_MS), BigInt(to), lot];
    const rowFrom = (hourAt: number, sums: HourSums) => lotHourFrom(lot, hourAt, sums);
    return inOrder(await this.#hours(LOT_HOURS_SQL, values, rowFrom));
  }

  async summedHours(lots: readonly LotId[], { from, to }: TimeWindow): Promise<readonly Hour[]> {
    const asked = new Set(lots);
    const others = [...this.#lots].filter((lot) => !asked.has(lot));
    // To look for each row's lot among many takes longer than to sum them all.
    const isMost = others.length < lots.length;
    const ofLots = isMost ? otherLotsSql(others.length) : lotsSql(lots.length);
    const values = [BigInt(from - HOUR_MS), BigInt(to), ...(isMost ? others : lots)];
    return this.#hours(summedHoursSql(ofLots), values, hourFrom);
  }

  async dwell(
    lots: readonly LotId[],
    { from, to }: TimeWindow,
    shares: readonly number[],
  ): Promise<readonly LotDwell[]> {
    const [isFew, asked] = [lots.length <= FEW_LOTS, new Set<unknown>(lots)];
    const values = [BigInt(from), BigInt(to), ...(isFew ? lots : [])];
    const rowsBy = async (length: 'kept' | 'whole') => {
      const sql = dwellSql(isFew ? lots.length : undefined, shares, length);
      return (await this.#rows(sql, values)).filter((row) => asked.has(row['lot']));
    };
    const rows = await rowsBy('kept');
    return dwellOfRows(hasTooLong(rows) ? await rowsBy('whole') : rows, shares);
  }

  async *stays(
    { from, to }: TimeWindow,
    lots?: readonly LotId[],
    fromBay = '',
  ): AsyncIterable<Stay> {
    const connection = await this.#during(() => this.#instance.connect());
    this.#streams.add(connection);
    const onlyLot = lots?.length === 1 ? lots[0] : undefined;
    try {
      const hasFirstBay = fromBay !== '';
      const values = [BigInt(from), BigInt(to), ...(lots ?? []), ...(hasFirstBay ? [fromBay] : [])];
      const sql = staysSql(lots?.length, hasFirstBay);
      const result = await this.#during(() => connection.stream(sql, values));
      for (;;) {
        const chunk = await this.#during(() => result.fetchChunk());
        if (chunk === null || chunk.rowCount === 0) return;
        // Each by itself: `yield*` would wait for every one of them once more.
        for (const stay of staysOfChunk(chunk, onlyLot)) yield stay;
      }
    } finally {
      if (this.#streams.delete(connection)) connection.closeSync();
    }
  }

  async staysOfBay(bay: BayId, since: Order): Promise<readonly KeyedStay[]> {
    const rows = await this.#rows(
      `SELECT * FROM stays WHERE bay = $1 AND (journal, seq) >= ($2, $3) ORDER BY journal, seq`,
      [bay, BigInt(since.journal), BigInt(since.seq)],
    );
    return rows.map(keyedStayOf);
  }

  async expire(departedBefore: number): Promise<void> {
    try {
      await this.#writer.run('DELETE FROM stays WHERE departed_before < $1', [
        BigInt(departedBefore),
      ]);
      await this.#writer.run('CHECKPOINT');
    } catch (error) {
      throw errorFromDuckdb(error, 'expiring');
    }
  }

  async clear(): Promise<void> {
    try {
      await this.#writer.run(CLEAR_SQL);
      this.#lots.clear();
      this.#isMarked = false;
    } catch (error) {
      throw errorFromDuckdb(error, 'clearing');
    }
  }

  async close(): Promise<void> {
    this.#isClosing = true;
    // A connection must not go while DuckDB works for it in another thread.
    await Promise.allSettled(this.#reading);
    for (const stream of this.#streams) stream.closeSync();
    this.#streams.clear();
    this.#reader.closeSync();
    this.#writer.closeSync();
    this.#instance.closeSync();
  }

  /** Asks DuckDB something that `close` waits for. */
  async #during<T>(ask: () => Promise<T>): Promise<T> {
    if (this.#isClosing) throw new UnavailableError('view_unavailable', 'the view was closed');
    const asked = ask();
    this.#reading.add(asked);
    try {
      return await asked;
    } catch (error) {
      throw errorFromDuckdb(error, 'reading');
    } finally {
      this.#reading.delete(asked);
    }
  }

  async #rollBack(cause: unknown): Promise<never> {
    try {
      await this.#writer.run('ROLLBACK');
    } catch (error) {
      const both = `${messageOf(cause)}; then rolling back: ${messageOf(error)}`;
      throw new Error(both, { cause: error });
    }
    throw cause;
  }

  /** The event loop is left to others between two chunks: a lot's year has 8,760 rows. */
  async #hours<Row extends Hour>(
    sql: string,
    values: (string | bigint)[],
    rowFrom: (hourAt: number, sums: HourSums) => Row,
  ): Promise<Row[]> {
    const hours: Row[] = [];
    for (const chunk of await this.#chunks(sql, values)) {
      for (const hour of hoursOfColumns(chunk.getColumns(), rowFrom)) hours.push(hour);
      await yieldToOthers();
    }
    return hours;
  }

  async #chunks(sql: string, values?: (string | bigint)[]): Promise<DuckDBDataChunk[]> {
    const result = await this.#during(() => this.#reader.run(sql, values));
    // All of them are there: to fetch each is a turn of another thread.
    return Array.from({ length: result.chunkCount }, (_, at) => result.getChunk(at));
  }

  async #rows(sql: string, values: (string | bigint)[] = []): Promise<Row[]> {
    const reader = await this.#during(() => this.#reader.runAndReadAll(sql, values));
    return reader.getRowObjects() as Row[];
  }
}
