import { connect, createServer } from 'node:net';
import type { AddressInfo, Socket } from 'node:net';

/** One address before several servers, as a balancer without memory of who came where. */
export interface SharedAddress extends AsyncDisposable {
  readonly url: string;
}

/** Each connection goes to the first of these ports that answers, and ends with its server. */
export async function openSharedAddress(ports: readonly number[]): Promise<SharedAddress> {
  const open = new Set<Socket>();
  const server = createServer((client) => {
    open.add(client);
    client.once('close', () => open.delete(client));
    client.on('error', () => client.destroy());
    void (async () => {
      for (const port of ports) {
        const behind = await connected(port);
        if (!behind) continue;
        behind.on('error', () => behind.destroy());
        behind.once('close', () => client.destroy());
        client.once('close', () => behind.destroy());
        if (client.destroyed) behind.destroy();
        else client.pipe(behind).pipe(client);
        return;
      }
      client.destroy();
    })();
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}`,
    [Symbol.asyncDispose]: async () => {
      for (const socket of open) socket.destroy();
      await new Promise((resolve) => {
        server.close(resolve);
      });
    },
  };
}

async function connected(port: number): Promise<Socket | undefined> {
  return new Promise((resolve) => {
    const socket = connect({ host: '127.0.0.1', port });
    socket.once('connect', () => resolve(socket));
    socket.once('error', () => resolve(undefined));
  });
}
