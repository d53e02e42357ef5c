import { createServer as createHttpServer } from 'node:http';
import { createServer } from 'node:net';
import type { Server, Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { createServer as createTlsServer } from 'node:tls';
import type { SecureContextOptions, TLSSocket } from 'node:tls';
import { createWebSocketStream, WebSocketServer } from 'ws';
import { listenAt } from '#runtime/listen.ts';
import type { ListenWhere } from '#runtime/listen.ts';
import type { Log } from '#runtime/log.ts';
import type { BrokerConfig } from './config.ts';

/** A connection with its bytes as a stream, whatever carried them. */
export interface Incoming {
  readonly stream: Duplex;
  readonly socket: Socket;
  /** What its certificate calls it, where clients must have one. */
  readonly certified?: string;
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

/** A connection before its handshake, and how its place is given back; undefined: it has none. */
export type Knock = (socket: Socket) => (() => void) | undefined;

/** What the TLS listener needs beside its place. */
export interface TlsDoor {
  readonly context: SecureContextOptions;
  readonly clientCertificates: boolean;
  readonly handshakeTimeoutMs: number;
  readonly knock: Knock;
  readonly failed: (socket: Socket, reason: string) => void;
}

/** MQTT over TLS 1.2 or later, `mqtts://`; `renew` gives new connections another certificate. */
export async function listenTls(
  at: ListenAt,
  door: TlsDoor,
  come: (incoming: Incoming) => void,
): Promise<Listener & { renew(context: SecureContextOptions): void }> {
  const server = createTlsServer({
    ...door.context,
    noDelay: true,
    handshakeTimeout: door.handshakeTimeoutMs,
    requestCert: door.clientCertificates,
    rejectUnauthorized: door.clientCertificates,
  });
  /** By peer: the handshake's own socket is hidden behind the one that speaks TLS. */
  const shaking = new Map<string, () => void>();
  const peerOf = ({ remoteAddress, remotePort }: Socket) => `${remoteAddress} ${remotePort}`;
  const done = (peer: string) => {
    shaking.get(peer)?.();
    shaking.delete(peer);
  };
  server.on('connection', (socket: Socket) => {
    const leave = door.knock(socket);
    if (leave === undefined) return void socket.destroy();
    const peer = peerOf(socket);
    shaking.set(peer, leave);
    socket.once('close', () => done(peer));
  });
  server.on('tlsClientError', (error, socket) => {
    door.failed(socket, handshakeFailureOf(error));
    // After a handshake that took too long nobody else would.
    socket.destroy();
  });
  server.on('secureConnection', (socket) => {
    done(peerOf(socket));
    come({ stream: socket, socket, ...(door.clientCertificates && { certified: nameOf(socket) }) });
  });
  const listener = await openListener(server, at, (address) => `mqtts://${address}`);
  return { ...listener, renew: (context) => server.setSecureContext(context) };
}

/** In words that say what to mend, where it is known; OpenSSL's own else. */
function handshakeFailureOf(error: NodeJS.ErrnoException): string {
  const { code = '', message } = error;
  if (code === 'ERR_SSL_WRONG_VERSION_NUMBER' || code === 'ERR_SSL_HTTP_REQUEST') {
    return 'it does not speak TLS; plain MQTT belongs to another port';
  }
  if (code.includes('ALERT_UNKNOWN_CA')) {
    return `it does not know the CA of this broker's certificate (caFile)`;
  }
  if (code.includes('ALERT_CERTIFICATE_EXPIRED')) {
    return "it calls this broker's certificate expired: renew it, or its clock is wrong";
  }
  if (code === 'ERR_SSL_PEER_DID_NOT_RETURN_A_CERTIFICATE') {
    return 'it shows no certificate, which clientCaFile asks for';
  }
  return message;
}

/** A certificate without a name, or with several, is nobody's. */
function nameOf(socket: TLSSocket): string {
  const name: unknown = socket.getPeerCertificate().subject?.CN;
  return typeof name === 'string' ? name : '';
}

/** MQTT over WebSocket at /mqtt, `ws://` (MQTT 3.1.1, section 6). */
export async function listenWs(
  at: ListenAt,
  limits: Pick<BrokerConfig, 'maxPacketBytes' | 'connectTimeoutMs'>,
  knock: Knock,
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
  const leaves = new WeakMap<Socket, () => void>();
  server.on('connection', (socket: Socket) => {
    const leave = knock(socket);
    if (leave === undefined) return void socket.destroy();
    leaves.set(socket, leave);
    socket.once('close', leave);
  });
  const sockets = new WebSocketServer({
    server,
    path: '/mqtt',
    maxPayload: limits.maxPacketBytes,
    perMessageDeflate: false,
    handleProtocols: (offered) => (offered.has('mqtt') ? 'mqtt' : false),
  });
  sockets.on('connection', (socket, request) => {
    leaves.get(request.socket)?.();
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
