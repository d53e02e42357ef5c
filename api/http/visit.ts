import type { IncomingMessage } from 'node:http';
import type { BlockList } from 'node:net';
import { hopOf } from './trusted-proxies.ts';
import type { ProxyHeader } from './trusted-proxies.ts';

/** How a request came here: what is believed of the way, decided once. */
export interface Visit {
  /** The client's address. */
  readonly address: string;
  /** What counts as one source: an IPv4 address, or the /48 that one subscriber of IPv6 may hold. */
  readonly source: string;
  /**
   * `tls`: encrypted up to a proxy that we trust. `loopback`: plain, and never left this machine.
   * `plain`: anybody on the way can read it.
   */
  readonly way: 'tls' | 'loopback' | 'plain';
  /** The connection is that of a proxy which we trust. */
  readonly isProxied: boolean;
  /** The origins that are this very site for the browser. */
  readonly origins: readonly string[];
}

export interface VisitRules {
  readonly proxies: BlockList;
  readonly proxyHeader: ProxyHeader;
  readonly publicUrl: string | undefined;
}

const LOOPBACK = /^(127\.\d+\.\d+\.\d+|::1)$/;
const LOOPBACK_HOST = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])(:\d+)?$/i;
/** Whoever puts these on a request is a proxy, or pretends to be one. */
const PROXY_MARKS = ['x-forwarded-for', 'x-forwarded-proto', 'forwarded', 'via', 'x-real-ip'];

export function visitOf(request: IncomingMessage, rules: VisitRules): Visit {
  const { address, viaTrusted, protocol } = hopOf(request, rules.proxies, rules.proxyHeader);
  const publicOrigin = rules.publicUrl === undefined ? undefined : new URL(rules.publicUrl).origin;
  const saysTls = protocol ?? (publicOrigin?.startsWith('https:') === true ? 'https' : 'http');
  const host = request.headers.host ?? '';
  const isTls = viaTrusted && saysTls === 'https';
  const isOwn =
    !viaTrusted &&
    LOOPBACK.test(address) &&
    LOOPBACK_HOST.test(host) &&
    !PROXY_MARKS.some((name) => request.headers[name] !== undefined);
  const origin = `${isTls ? 'https' : 'http'}://${host.toLowerCase()}`;
  return {
    address,
    source: sourceOf(address),
    way: isTls ? 'tls' : isOwn ? 'loopback' : 'plain',
    isProxied: viaTrusted,
    origins: isTls && publicOrigin !== undefined ? [publicOrigin, origin] : [origin],
  };
}

export function sourceOf(address: string): string {
  if (!address.includes(':')) return address;
  const [head = '', tail] = address.split('::');
  const groups = head === '' ? [] : head.split(':');
  const after = tail === undefined || tail === '' ? [] : tail.split(':');
  const zeros = tail === undefined ? 0 : Math.max(0, 8 - groups.length - after.length);
  const all = [...groups, ...Array.from({ length: zeros }, () => '0'), ...after];
  return `${all.slice(0, 3).join(':')}::/48`;
}
