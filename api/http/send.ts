import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { CSV_MEDIA, writeCsv } from './csv.ts';
import type { CsvTable } from './csv.ts';
import type { Encoding } from './encodings.ts';
import { matchesEtag } from './fixed-body.ts';
import type { Variant } from './fixed-body.ts';
import type { Answer } from './route.ts';

/** An answer in the media type that was negotiated. */
export interface Sent {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly media: string;
  readonly encoding: Encoding;
}

/** Lets an answer travel. Resolves when it has left, or when the client went away. */
export async function sendAnswer(
  answer: Exclude<Answer, { kind: 'file' }>,
  sent: Sent,
): Promise<void> {
  const { request, response, media } = sent;
  response.setHeader('Content-Type', withCharset(media));
  switch (answer.kind) {
    case 'value':
      response.statusCode = answer.status ?? 200;
      setHeaders(response, answer.headers);
      response.end(JSON.stringify(answer.value));
      return;
    case 'text':
      response.statusCode = answer.status ?? 200;
      setHeaders(response, answer.headers);
      response.end(answer.text);
      return;
    case 'fixed': {
      const variant = answer.body.variant(sent.encoding);
      setHeaders(response, answer.headers);
      vary(response, 'Accept-Encoding');
      if (variant.etag.includes(`-${sent.encoding}"`)) {
        response.setHeader('Content-Encoding', sent.encoding);
      }
      endUnlessKnown(sent, variant);
      return;
    }
    case 'nothing':
    case 'goTo':
      setHeaders(response, answer.headers);
      response.removeHeader('Content-Type');
      response.statusCode = answer.kind === 'goTo' ? 303 : 204;
      if (answer.kind === 'goTo') response.setHeader('Location', answer.path);
      response.end();
      return;
    case 'rows':
      await sendRows(answer.rows, request, response);
      return;
    case 'csv':
      await sendCsv(answer.table, request, response);
      return;
    case 'bytes':
      await sendStream(Readable.from(answer.bytes, { objectMode: false }), response);
  }
}

function setHeaders(
  response: ServerResponse,
  headers: Readonly<Record<string, string>> | undefined,
): void {
  for (const [name, value] of Object.entries(headers ?? {})) {
    if (name === 'Vary') vary(response, value);
    else response.setHeader(name, value);
  }
}

/** Adds to `Vary` without doubling what is there. */
export function vary(response: ServerResponse, field: string): void {
  const there = String(response.getHeader('Vary') ?? '');
  if (!there.split(', ').includes(field)) {
    response.setHeader('Vary', there === '' ? field : `${there}, ${field}`);
  }
}

function endUnlessKnown({ request, response }: Sent, { bytes, etag, formerEtag }: Variant): void {
  const known = [etag, formerEtag].find(
    (each) => each !== undefined && matchesEtag(request.headers['if-none-match'], each),
  );
  response.setHeader('ETag', known ?? etag);
  if (known === undefined) {
    response.setHeader('Content-Length', bytes.length);
    response.end(bytes);
    return;
  }
  response.statusCode = 304;
  for (const name of ['Content-Type', 'Content-Encoding']) response.removeHeader(name);
  response.end();
}

/** Lines are gathered to this many characters: a write for each would cost more than the row. */
const CHUNK_CHARACTERS = 16_384;

/**
 * Reads rows only as fast as the client takes them, and stops when it goes. What fails before the
 * first row is thrown, so that it becomes a problem; later, the connection is cut: a shortened
 * answer must not look whole.
 */
async function sendRows(
  rows: AsyncIterable<unknown>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const begun = await begin(rows);
  if (await isHeadOnly(begun, request, response)) return;
  await sendStream(Readable.from(chunksOf(begun), { highWaterMark: 2 }), response);
}

async function sendCsv(
  table: CsvTable,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const begun = await begin(table.rows);
  response.setHeader('Content-Type', withCharset(CSV_MEDIA));
  response.setHeader('Content-Disposition', `attachment; filename="${table.name}.csv"`);
  if (await isHeadOnly(begun, request, response)) return;
  await unlessGone(() => writeCsv(table, resumed(begun), response));
}

interface Begun {
  readonly first: IteratorResult<unknown>;
  readonly iterator: AsyncIterator<unknown> | Iterator<unknown>;
}

/** Reads the first row: what fails before it still becomes a problem. */
async function begin(rows: AsyncIterable<unknown> | Iterable<unknown>): Promise<Begun> {
  const iterator =
    Symbol.asyncIterator in rows ? rows[Symbol.asyncIterator]() : rows[Symbol.iterator]();
  return { first: await iterator.next(), iterator };
}

async function isHeadOnly(
  { iterator }: Begun,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<boolean> {
  if (request.method !== 'HEAD') return false;
  await iterator.return?.();
  response.end();
  return true;
}

async function* resumed({ first, iterator }: Begun): AsyncGenerator {
  try {
    for (let next = first; next.done !== true; next = await iterator.next()) yield next.value;
  } finally {
    await iterator.return?.();
  }
}

async function sendStream(stream: Readable, response: ServerResponse): Promise<void> {
  await unlessGone(() => pipeline(stream, response));
}

/** A client that leaves early is no error; the source is told. */
async function unlessGone(send: () => Promise<unknown>): Promise<void> {
  try {
    await send();
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function* chunksOf(begun: Begun): AsyncGenerator<string> {
  let chunk = '';
  let sentAt = performance.now();
  for await (const row of resumed(begun)) {
    chunk += `${JSON.stringify(row)}\n`;
    // A slow source's lines are news: they do not wait for a full chunk.
    if (chunk.length < CHUNK_CHARACTERS && performance.now() - sentAt < 200) continue;
    yield chunk;
    chunk = '';
    sentAt = performance.now();
  }
  if (chunk !== '') yield chunk;
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function withCharset(media: string): string {
  return media.startsWith('text/') ? `${media}; charset=utf-8` : media;
}
