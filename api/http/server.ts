import { createServer } from 'node:http';
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { ProblemCode } from '#contract/problem.ts';
import { messageOf } from '#runtime/errors.ts';
import { listenAt } from '#runtime/listen.ts';
import type { Log } from '#runtime/log.ts';
import type { App } from './app.ts';
import { rawProblem } from './problem-answer.ts';

export interface HttpServer {
  /** E.g. `http://127.0.0.1:8080`. */
  readonly url: string;
  /** Takes no more requests, lets the running ones end for a while, then cuts them. */
  close(): Promise<void>;
}

export type Upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Against clients that send slowly or for ever. Answers may take longer: exports do. */
const limits = {
  headersTimeout: 8_000,
  requestTimeout: 30_000,
  keepAliveTimeout: 15_000,
  connectionsCheckingInterval: 1_000,
  maxHeaderSize: 16 * 1024,
} as const;
const MOST_HEADERS = 64;
const REQUESTS_A_SOCKET = 10_000;
const DRAIN_MS = 3_000;

/** Listens; throws ConfigError where the address cannot be had. */
export async function listen(
  host: string,
  port: number,
  app: App,
  upgrade: Upgrade,
  log: Log,
): Promise<HttpServer> {
  const server = createServer(limits, app);
  server.maxHeadersCount = MOST_HEADERS;
  server.maxRequestsPerSocket = REQUESTS_A_SOCKET;
  server.on('upgrade', (request, socket, head) => {
    // A connection that breaks has nobody else to hear it; there is nothing to do but let it go.
    socket.on('error', () => socket.destroy());
    upgrade(request, socket, head);
  });
  server.on('clientError', refuseBroken);
  const place = await listenAt(server, { host, port, hostKey: 'httpHost', portKey: 'httpPort' });
  // Out of file descriptors, for one: those who are connected go on.
  server.on('error', (error) => log.error({ reason: error.message }, 'api.server.failed'));
  return { url: `http://${place}`, close: async () => closed(server) };
}

/** What never became a request: too large, too slow, or not HTTP at all. */
function refuseBroken(error: NodeJS.ErrnoException, socket: Duplex): void {
  if (!socket.writable || error.code === 'ECONNRESET') {
    socket.destroy();
    return;
  }
  const codes: Record<string, ProblemCode> = {
    HPE_HEADER_OVERFLOW: 'headers_too_large',
    ERR_HTTP_REQUEST_TIMEOUT: 'request_too_slow',
  };
  socket.end(rawProblem(codes[error.code ?? ''] ?? 'invalid_request', messageOf(error)));
}

async function closed(server: Server): Promise<void> {
  const ended = new Promise<void>((resolve) => {
    server.close(() => resolve());
  });
  server.closeIdleConnections();
  const cut = setTimeout(() => server.closeAllConnections(), DRAIN_MS);
  await ended;
  clearTimeout(cut);
}
