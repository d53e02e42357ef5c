import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { matchesEtag } from './fixed-body.ts';
import type { Encoding } from './fixed-body.ts';
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
      const { bytes, etag } = answer.body.variant(sent.encoding);
      setHeaders(response, answer.headers);
      vary(response, 'Accept-Encoding');
      if (etag.includes(`-${sent.encoding}"`)) {
        response.setHeader('Content-Encoding', sent.encoding);
      }
      endUnlessKnown(sent, etag, bytes);
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

function endUnlessKnown({ request, response }: Sent, etag: string, body: Buffer): void {
  response.setHeader('ETag', etag);
  if (!matchesEtag(request.headers['if-none-match'], etag)) {
    response.setHeader('Content-Length', body.length);
    response.end(body);
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
  const iterator = rows[Symbol.asyncIterator]();
  const first = await iterator.next();
  if (request.method === 'HEAD') {
    await iterator.return?.();
    response.end();
    return;
  }
  await sendStream(Readable.from(chunksOf(first, iterator), { highWaterMark: 2 }), response);
}

/** A client that leaves early is no error; the source is told. */
async function sendStream(stream: Readable, response: ServerResponse): Promise<void> {
  try {
    await pipeline(stream, response);
  } catch (error) {
    if (!isGone(error)) throw error;
  }
}

async function* chunksOf(
  first: IteratorResult<unknown>,
  iterator: AsyncIterator<unknown>,
): AsyncGenerator<string> {
  let chunk = '';
  let sentAt = performance.now();
  try {
    for (let next = first; next.done !== true; next = await iterator.next()) {
      chunk += `${JSON.stringify(next.value)}\n`;
      // A slow source's lines are news: they do not wait for a full chunk.
      if (chunk.length < CHUNK_CHARACTERS && performance.now() - sentAt < 200) continue;
      yield chunk;
      chunk = '';
      sentAt = performance.now();
    }
    if (chunk !== '') yield chunk;
  } finally {
    await iterator.return?.();
  }
}

function isGone(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';
}

function withCharset(media: string): string {
  return media.startsWith('text/') ? `${media}; charset=utf-8` : media;
}
