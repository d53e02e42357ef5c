import { connect } from 'node:net';
import type { Socket } from 'node:net';
import { setImmediate as turn, setTimeout as pause } from 'node:timers/promises';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { Line, OpenLine } from './line.ts';

export interface TcpSettings {
  readonly host: string;
  readonly port: number;
}

/** A server in the same network answers at once; whoever closes the line waits for this. */
const CONNECT_MS = 3_000;
/** A serial server that is in use takes the connection and ends it at once. */
const SETTLE_MS = 100;
/** The system asks a silent far end this long after its last sign of life. */
const KEEP_ALIVE_MS = 10_000;
/** Requests are small, and one is under way at a time: more than this waits on a stalled line. */
const MOST_WAITING_BYTES = 4_096;
/** A serial line brings 10 kB in the first moments at most; what brings more is none. */
const MOST_EARLY_BYTES = 16_384;

/**
 * A serial line behind a serial server in raw TCP mode: the bytes as they are. Speed and parity are
 * set at the server. A far end that vanishes without a word is found by the owner's silence watch.
 */
export function tcpLine({ host, port }: TcpSettings): OpenLine {
  return async (listener) => {
    const where = `${host}:${port}`;
    const socket = await connected(host, port);
    let early: Buffer[] | undefined = [];
    let opened = false;
    let ended: string | undefined;
    let released = false;
    let dropping = false;

    const lose = (reason: string) => {
      if (ended !== undefined || released) return;
      ended = reason;
      socket.destroy();
      // Within the first moments the opener is told instead.
      if (opened) listener.lost(reason);
    };
    socket.on('data', (chunk) => {
      if (ended !== undefined || released || dropping) return;
      if (early === undefined) return listener.bytes(chunk);
      early.push(chunk);
      const bytes = early.reduce((sum, { length }) => sum + length, 0);
      if (bytes > MOST_EARLY_BYTES) lose('more bytes at once than a serial line carries');
    });
    socket.on('error', (error) => lose(messageOf(error)));
    socket.on('end', () => lose('closed by the far end'));
    socket.on('close', () => lose('closed'));

    await pause(SETTLE_MS);
    if (ended !== undefined) throw new UnavailableError('line_absent', `${where}: ${ended}`);
    opened = true;
    // After this turn, when the opener knows its line.
    setImmediate(() => {
      const held = early ?? [];
      early = undefined;
      if (ended === undefined && !released) for (const chunk of held) listener.bytes(chunk);
    });

    return {
      write: (bytes) => written(socket, bytes, lose),
      flush: async () => {
        if (!isOpen(socket)) throw gone();
        dropping = true;
        // One turn later all that had arrived has been read.
        await turn();
        dropping = false;
      },
      close: async () => {
        const first = !released && ended === undefined;
        released = true;
        if (first) await closed(socket);
      },
    } satisfies Line;
  };
}

const gone = () => new UnavailableError('line_lost', 'the line is gone');
const isOpen = (socket: Socket) => !socket.destroyed && socket.writable;

function connected(host: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host, port, noDelay: true });
    socket.setKeepAlive(true, KEEP_ALIVE_MS);
    const fail = (reason: string) => {
      clearTimeout(timer);
      socket.destroy();
      reject(new UnavailableError('line_absent', `${host}:${port}: ${reason}`));
    };
    const failed = (error: Error) => fail(messageOf(error));
    const timer = setTimeout(() => fail(`no answer in ${CONNECT_MS} ms`), CONNECT_MS);
    socket.once('error', failed);
    socket.once('connect', () => {
      clearTimeout(timer);
      socket.off('error', failed);
      resolve(socket);
    });
  });
}

function written(socket: Socket, bytes: Uint8Array, lose: (reason: string) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    if (!isOpen(socket)) return reject(gone());
    if (socket.writableLength > MOST_WAITING_BYTES) {
      lose('stalled');
      return reject(gone());
    }
    socket.write(bytes, (error) => (error ? reject(gone()) : resolve()));
  });
}

function closed(socket: Socket): Promise<void> {
  return new Promise((resolve) => {
    socket.once('close', () => resolve());
    socket.destroy();
  });
}
