import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What becomes of a request: passed on, refused, dropped unheard, or done and not answered. */
export type Fate = 'pass' | 'refuse' | 'drop' | 'swallow';

export interface BreakingProxy {
  readonly url: string;
  /** Requests so far. */
  readonly count: number;
  /** Decides of each request by its number, from 1. */
  fateOf: (request: number) => Fate;
  close(): Promise<void>;
}

const KEPT = new Set(['content-type', 'content-encoding', 'authorization']);

/** Stands in front of a real server and breaks what it is told to break. */
export async function openBreakingProxy(target: string): Promise<BreakingProxy> {
  let count = 0;
  const server = createServer((request, response) => {
    count += 1;
    const fate = proxy.fateOf(count);
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      if (fate === 'drop') return void request.socket.destroy();
      if (fate === 'refuse') return void response.writeHead(503).end('{"error":"later"}');
      const { method = 'GET', headers } = request;
      const body = Buffer.concat(chunks);
      const passed = Object.entries(headers).flatMap(([name, value]) =>
        KEPT.has(name) && typeof value === 'string' ? [[name, value]] : [],
      );
      void answerFrom(`${target}${request.url ?? ''}`, {
        method,
        headers: Object.fromEntries(passed) as Record<string, string>,
        ...(body.length > 0 && { body }),
      }).then((answer) => {
        if (answer === undefined || fate === 'swallow') return request.socket.destroy();
        return response
          .writeHead(answer.status, { 'content-type': 'application/json' })
          .end(answer.text);
      });
    });
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  const proxy: BreakingProxy = {
    url: `http://127.0.0.1:${port}`,
    get count() {
      return count;
    },
    fateOf: () => 'pass',
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
  return proxy;
}

/** undefined: the server is not there. */
async function answerFrom(url: string, init: RequestInit) {
  try {
    const answer = await fetch(url, init);
    return { status: answer.status, text: await answer.text() };
  } catch {
    return undefined;
  }
}
