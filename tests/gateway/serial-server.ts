import { createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

export interface SerialServer {
  readonly port: number;
  send(bytes: Uint8Array): void;
  onWritten(listener: (bytes: Uint8Array) => void): void;
  /** The server loses its power: its connection breaks, and nobody listens at its port. */
  unplug(): void;
  plugIn(): Promise<void>;
}

/** A serial server in raw TCP mode: for one client, and it ends the connection of another at once. */
export async function openSerialServer({
  greeting = new Uint8Array(),
  reads = true,
} = {}): Promise<SerialServer> {
  const listeners: ((bytes: Uint8Array) => void)[] = [];
  let client: Socket | undefined;
  const server = createServer({ noDelay: true }, (socket) => {
    socket.on('error', () => socket.destroy());
    if (client !== undefined) return void socket.end();
    client = socket;
    socket.on('close', () => {
      client = undefined;
    });
    socket.write(greeting);
    if (!reads) return;
    socket.on('data', (bytes) => {
      for (const listener of listeners) listener(bytes);
    });
  });
  const listen = (port: number) =>
    new Promise<void>((resolve, reject) => {
      server.once('error', reject);
      server.listen(port, '127.0.0.1', () => {
        server.off('error', reject);
        resolve();
      });
    });
  await listen(0);
  const { port } = server.address() as AddressInfo;
  return {
    port,
    send: (bytes) => void client?.write(bytes),
    onWritten: (listener) => void listeners.push(listener),
    unplug: () => {
      server.close();
      client?.destroy();
      client = undefined;
    },
    plugIn: () => listen(port),
  };
}
