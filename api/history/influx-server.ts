import { HttpError, InfluxDB, setLogger } from '@influxdata/influxdb-client';
import type { WriteApi } from '@influxdata/influxdb-client';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { InfluxAddress } from './influx-address.ts';

/** Lines in one request: about 1 MB, far below what any version takes at once. */
const LINES_A_BATCH = 5_000;
const WRITE_TIMEOUT_MS = 30_000;
const READ_TIMEOUT_MS = 30_000;
/** A stream of stays may be long; this bounds one that hangs. */
const STREAM_TIMEOUT_MS = 300_000;
const STATEMENTS_A_REQUEST = 200;
const ROWS_A_CHUNK = 10_000;
const MOST_LINE_BYTES = 64 * 1_024 * 1_024;

/** A row by its columns; `time` in epoch milliseconds. */
export type InfluxRow = Readonly<Record<string, string | number | boolean | null>>;

interface Answer {
  readonly results?: readonly {
    readonly error?: string;
    readonly series?: readonly {
      readonly tags?: Readonly<Record<string, string>>;
      readonly columns: readonly string[];
      readonly values: readonly (readonly InfluxRow[string][])[];
    }[];
  }[];
  readonly error?: string;
}

/**
 * One InfluxDB of any major version: line protocol to `/write?db=`, InfluxQL from `/query?db=`, which
 * 1.x, 2 and 3 all answer. Nothing is kept or tried again in here: the log is the queue.
 */
export class InfluxServer {
  readonly #address: InfluxAddress;
  readonly #writer: WriteApi;

  constructor(address: InfluxAddress) {
    this.#address = address;
    // The client tells the console of every failure; ours are thrown.
    setLogger({ error: () => undefined, warn: () => undefined });
    const { url, database, token } = address;
    const client = new InfluxDB({ url, ...(token && { token }), timeout: WRITE_TIMEOUT_MS });
    this.#writer = client.getWriteApi('', database, 'ns', {
      maxRetries: 0,
      flushInterval: 0,
      // Only flush() sends: a batch that the client sends by itself is one that nobody awaits.
      batchSize: LINES_A_BATCH + 1,
      maxBatchBytes: MOST_LINE_BYTES,
      gzipThreshold: 64 * 1_024,
    });
    this.#writer.path = `/write?db=${encodeURIComponent(database)}&precision=ns`;
  }

  /** Every line is stored when it resolves. Throws UnavailableError. */
  async write(lines: readonly string[]): Promise<void> {
    for (let from = 0; from < lines.length; from += LINES_A_BATCH) {
      // As one record: the client's buffer would go through them one by one.
      this.#writer.writeRecord(lines.slice(from, from + LINES_A_BATCH).join('\n'));
      try {
        await this.#writer.flush();
      } catch (error) {
        throw writeError(error);
      }
    }
  }

  /** All rows of a statement, tags among their columns. Throws UnavailableError. */
  async rows(statement: string): Promise<InfluxRow[]> {
    const response = await this.#ask(statement, READ_TIMEOUT_MS, false);
    return rowsOf((await readAnswer(() => response.json())) as Answer);
  }

  /** The rows of each of these statements. */
  async rowsOfEach(statements: readonly string[]): Promise<InfluxRow[][]> {
    const rows: InfluxRow[][] = [];
    for (let from = 0; from < statements.length; from += STATEMENTS_A_REQUEST) {
      const some = statements.slice(from, from + STATEMENTS_A_REQUEST);
      const response = await this.#ask(some.join(';'), READ_TIMEOUT_MS, false);
      const { results = [], error } = (await readAnswer(() => response.json())) as Answer;
      rows.push(
        ...some.map((_, at) =>
          rowsOf({ results: results.slice(at, at + 1), ...(error && { error }) }),
        ),
      );
    }
    return rows;
  }

  /** The same as it comes, for answers that no memory should hold. */
  async *stream(statement: string): AsyncGenerator<InfluxRow[]> {
    const response = await this.#ask(statement, STREAM_TIMEOUT_MS, true);
    let rest = '';
    const decoder = new TextDecoder();
    const chunks = (response.body ?? new ReadableStream<Uint8Array>())[Symbol.asyncIterator]();
    for (;;) {
      const next = await readAnswer(() => chunks.next());
      if (next.done === true) break;
      rest += decoder.decode(next.value as Uint8Array, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) if (line !== '') yield rowsOf(JSON.parse(line) as Answer);
    }
    if (rest.trim() !== '') yield rowsOf(JSON.parse(rest) as Answer);
  }

  /** 2 and 3 do not take this statement: there the database is made by hand, and writing says so. */
  async makeDatabase(): Promise<void> {
    await this.#try(`CREATE DATABASE "${this.#address.database}"`);
  }

  /**
   * Lets go of rows that nobody asks for any more. 3 cannot delete: there they stay, and cost disk.
   */
  async sweep(measurements: readonly string[], condition: string): Promise<void> {
    for (const name of measurements) await this.#try(`DELETE FROM "${name}" WHERE ${condition}`);
  }

  close(): void {
    this.#writer.dispose();
  }

  /** A server that refuses a statement has answered; one that does not answer has not. */
  async #try(statement: string): Promise<void> {
    const response = await this.#send(statement, READ_TIMEOUT_MS, false);
    await readAnswer(() => response.text());
  }

  async #ask(statement: string, timeoutMs: number, chunked: boolean): Promise<Response> {
    const response = await this.#send(statement, timeoutMs, chunked);
    if (response.ok) return response;
    const text = await readAnswer(() => response.text());
    throw new UnavailableError('view_unavailable', `InfluxDB: ${response.status}: ${text.trim()}`);
  }

  async #send(statement: string, timeoutMs: number, chunked: boolean): Promise<Response> {
    const { url, database, token } = this.#address;
    const query = new URLSearchParams({
      db: database,
      epoch: 'ms',
      ...(chunked && { chunked: 'true', chunk_size: String(ROWS_A_CHUNK) }),
    });
    return readAnswer(() =>
      fetch(`${url}/query?${query.toString()}`, {
        method: 'POST',
        headers: {
          'content-type': 'application/x-www-form-urlencoded',
          ...(token && { authorization: `Token ${token}` }),
        },
        body: new URLSearchParams({ q: statement }),
        signal: AbortSignal.timeout(timeoutMs),
      }),
    );
  }
}

function rowsOf({ results = [], error }: Answer): InfluxRow[] {
  const failure = error ?? results.find((result) => result.error !== undefined)?.error;
  if (failure !== undefined) throw new UnavailableError('view_unavailable', `InfluxDB: ${failure}`);
  return results.flatMap(({ series = [] }) =>
    series.flatMap(({ tags, columns, values }) =>
      values.map((row) => ({
        ...tags,
        ...Object.fromEntries(columns.map((column, at) => [column, row[at] ?? null])),
      })),
    ),
  );
}

async function readAnswer<T>(read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (error) {
    const reason = error instanceof Error && error.cause ? error.cause : error;
    const message = `InfluxDB does not answer: ${messageOf(reason)}`;
    throw new UnavailableError('view_unavailable', message, { cause: error });
  }
}

/** A line that the server will never take lies in the view, not around it. */
function writeError(error: unknown): UnavailableError {
  const isRefused = error instanceof HttpError && error.statusCode === 400;
  const code = isRefused ? 'view_broken' : 'view_unavailable';
  return new UnavailableError(code, `writing to InfluxDB: ${messageOf(error)}`, { cause: error });
}
