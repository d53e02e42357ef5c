import type { AddressInfo, Server } from 'node:net';
import { envNameOf, flagNameOf } from './config.ts';
import { ConfigError } from './errors.ts';

export interface ListenWhere {
  readonly host: string;
  /** 0: any free one. */
  readonly port: number;
  /** The configuration's keys of both, for the message when they cannot be had. */
  readonly hostKey: string;
  readonly portKey: string;
}

/**
 * Connections that may wait to be taken, as many as Linux lets. Beyond it a new one tries again after
 * a second, then three, then seven: a crowd of idle ones must not cost others that.
 */
const BACKLOG = 4_096;

/**
 * Resolves with `host:port` as a URL writes it; throws ConfigError in plain words when the place is
 * taken, not allowed or not there.
 */
export async function listenAt(server: Server, where: ListenWhere): Promise<string> {
  const { host, port } = where;
  await new Promise<void>((resolve, reject) => {
    const refused = (error: NodeJS.ErrnoException) => reject(listenError(error, where));
    server.once('error', refused);
    server.listen({ port, host, backlog: BACKLOG }, () => {
      server.off('error', refused);
      resolve();
    });
  });
  const { port: given } = server.address() as AddressInfo;
  return `${host.includes(':') ? `[${host}]` : host}:${given}`;
}

function listenError(error: NodeJS.ErrnoException, where: ListenWhere): Error {
  const { host, port, hostKey, portKey } = where;
  const set = (key: string) => `(${envNameOf(key)}, --${flagNameOf(key)})`;
  const problems: Record<string, string> = {
    EADDRINUSE: `${portKey}: port ${port} of ${host} is in use by another program; set another one ${set(portKey)}, 0 for any free one`,
    EACCES: `${portKey}: port ${port} of ${host} is not for this user; set one above 1023 ${set(portKey)}`,
    EADDRNOTAVAIL: `${hostKey}: ${host} is no address of this machine; set one of its own ${set(hostKey)}`,
  };
  const problem = problems[error.code ?? ''];
  return problem === undefined ? error : new ConfigError([problem]);
}
