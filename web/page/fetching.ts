import { lotsAnswer, marketsAnswer, siteAnswer } from '../wire/answers.ts';
import { parsed } from '../wire/read.ts';
import type { Reader } from '../wire/read.ts';
import type { SiteData } from './model.ts';

/** How long a request may take before this page counts it as failed. */
const TIMEOUT_MS = 10_000;

/** The text of an answer; rejects when the server cannot be reached or says no. */
export async function fetchText(path: string, cache: RequestCache = 'default'): Promise<string> {
  const headers = { accept: 'application/json' };
  const answer = await fetch(path, { headers, cache, signal: AbortSignal.timeout(TIMEOUT_MS) });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  return answer.text();
}

export async function fetchJson(path: string, cache?: RequestCache): Promise<unknown> {
  return JSON.parse(await fetchText(path, cache)) as unknown;
}

/** The site anew, past every cache; rejects when any part of it cannot be had or read. */
export async function fetchSite(): Promise<SiteData> {
  const [site, markets, lots] = await Promise.all([
    fetchAs(siteAnswer, '/api/v1/site'),
    fetchAs(marketsAnswer, '/api/v1/markets'),
    fetchAs(lotsAnswer, '/api/v1/lots'),
  ]);
  return { site, markets: markets.markets, lots: lots.lots };
}

async function fetchAs<T>(reader: Reader<T>, path: string): Promise<T> {
  const value = parsed(reader, await fetchJson(path, 'reload'));
  if (value === undefined) throw new Error(`${path}: not an answer that this page understands`);
  return value;
}
