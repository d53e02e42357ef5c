import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { listenAt } from '#runtime/listen.ts';
import type { ListenWhere } from '#runtime/listen.ts';
import type { Log } from '#runtime/log.ts';
import type { BrokerConfig } from './config.ts';

/** A connection with its bytes as a stream, whatever carried them. */
export interface Incoming {
  readonly stream: Duplex;
  readonly socket: Socket;
}

export interface Listener {
  readonly url: string;
  /** No new connections; resolves when the last one is gone. */
  close(): Promise<void>;
}

export interface ListenAt extends ListenWhere {
  readonly log: Log;
}

/** MQTT over TCP, `mqtt://`. */
export async function listenTcp(
  at: ListenAt,
  come: (incoming: Incoming) => void,
): Promise<Listener> {
  // Nagle and delayed acknowledgements together would cost 20 ms and more on a shared connection.
  const server = createServer({ noDelay: true }, (socket) => come({ stream: socket, socket }));
  return openListener(server, at, (address) => `mqtt://${address}`);
}

/** MQTT over WebSocket at /mqtt, `ws://` (MQTT 3.1.1, section 6). */
export async function listenWs(
  at: ListenAt,
  limits: Pick<BrokerConfig, 'maxPacketBytes' | 'connectTimeoutMs' | 'maxConnections'>,
  come: (incoming: Incoming) => void,
): Promise<Listener> {
  const server = createHttpServer(
    {
      noDelay: true,
      headersTimeout: limits.connectTimeoutMs,
      requestTimeout: limits.connectTimeoutMs,
      connectionsCheckingInterval: 1_000,
      maxHeaderSize: 8 * 1024,
    },
    (_, response) => {
      response.writeHead(426, { connection: 'close', upgrade: 'websocket' }).end();
    },
  );
  server.maxConnections = limits.maxConnections;
  const sockets = new WebSocketServer({
    server,
    path: '/mqtt',
    maxPayload: limits.maxPacketBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  sockets.on('connection', (socket, request) => {
    come({ stream: createWebSocketStream(socket), socket: request.socket });
  });
  const listener = await openListener(server, at, (address) => `ws://${address}/mqtt`);
  return {
    ...listener,
    close: () => {
      const closed = listener.close();
      server.closeAllConnections();
      return closed;
    },
  };
}

async function openListener(
  server: Server,
  { log, ...where }: ListenAt,
  urlOf: (address: string) => string,
): Promise<Listener> {
  const address = await listenAt(server, where);
  server.on('error', (error) => log.error({ reason: error.message }, 'broker.listener.failed'));
  return {
    url: urlOf(address),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
      }),
  };
}
