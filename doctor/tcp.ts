import { connect } from 'node:net';

/** What came back, or why nothing did. `code`: as Node names the error. */
export type TcpAnswer =
  | { readonly ok: true; readonly bytes: Uint8Array }
  | { readonly ok: false; readonly code: string };

const WITHIN_MS = 3_000;

/** Connects, sends, and takes the first bytes that come; without `send` the connection is enough. */
export function exchange(host: string, port: number, send?: Uint8Array): Promise<TcpAnswer> {
  return new Promise((resolve) => {
    const socket = connect({ host, port });
    const end = (answer: TcpAnswer) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(answer);
    };
    const timer = setTimeout(() => end({ ok: false, code: 'ETIMEDOUT' }), WITHIN_MS);
    socket.once('error', (error: NodeJS.ErrnoException) =>
      end({ ok: false, code: error.code ?? 'unknown' }),
    );
    socket.once('connect', () => {
      if (send === undefined) end({ ok: true, bytes: new Uint8Array() });
      else socket.write(send);
    });
    socket.once('data', (bytes) => end({ ok: true, bytes }));
    socket.once('close', () => end({ ok: false, code: 'closed' }));
  });
}
