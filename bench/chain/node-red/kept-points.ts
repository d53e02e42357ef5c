import { MEASUREMENT } from './flow.ts';

interface Answer {
  readonly results: readonly {
    readonly series?: readonly {
      readonly columns: readonly string[];
      readonly values: readonly (readonly unknown[])[];
    }[];
  }[];
}

/** What an InfluxDB has of the flow, asked from outside. */
export class KeptPoints {
  readonly #url: string;
  readonly #database: string;

  private constructor(url: string, database: string) {
    this.#url = url;
    this.#database = database;
  }

  /** Makes the database. */
  static async open(url: string, database: string): Promise<KeptPoints> {
    const kept = new KeptPoints(url, database);
    await kept.#ask(`create database "${database}"`, '');
    return kept;
  }

  /** Points written so far, by InfluxDB's own counter: asked often, a scan would be its cost. */
  async written(): Promise<number> {
    return this.#ask(`show stats for 'httpd'`, 'pointsWrittenOK');
  }

  /** Points of the changes from number 0 on, each looked at. */
  async counted(): Promise<number> {
    return this.#ask(`select count(n) from "${MEASUREMENT}" where n >= 0`, 'count');
  }

  /** The number in this column of the only row; 0 of none. */
  async #ask(q: string, column: string): Promise<number> {
    const query = new URLSearchParams({ db: this.#database, q });
    const answer = await fetch(`${this.#url}/query?${query.toString()}`, { method: 'POST' });
    if (!answer.ok) throw new Error(`${q}: ${answer.status} ${await answer.text()}`);
    const series = ((await answer.json()) as Answer).results[0]?.series?.[0];
    return Number(series?.values[0]?.[series.columns.indexOf(column)] ?? 0);
  }
}
