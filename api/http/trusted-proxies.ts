import type { IncomingMessage } from 'node:http';
import { BlockList, isIP } from 'node:net';

export const PROXY_HEADERS = ['x-forwarded-for', 'forwarded'] as const;
export type ProxyHeader = (typeof PROXY_HEADERS)[number];

/** A chain that is longer is somebody's invention. */
const MOST_HOPS = 20;

/** Addresses and ranges, with commas between; undefined: one of them is none. */
export function proxyListOf(text: string): BlockList | undefined {
  const list = new BlockList();
  for (const entry of text.split(',').map((each) => each.trim())) {
    if (entry === '') continue;
    const [address = '', bits] = entry.split('/');
    const family = familyOf(address);
    if (family === undefined) return undefined;
    const most = family === 'ipv4' ? 32 : 128;
    const prefix = bits === undefined ? most : Number(bits);
    if (!/^\d{0,3}$/.test(bits ?? '') || prefix > most || bits === '') return undefined;
    list.addSubnet(address, prefix, family);
  }
  return list;
}

/** Who a connection is from, and what a proxy that we trust says of it. */
export interface Hop {
  readonly address: string;
  /** The connection itself comes from a trusted proxy. */
  readonly viaTrusted: boolean;
  /** What the trusted proxy says of its own side; undefined: there is none, or it says nothing. */
  readonly protocol: string | undefined;
}

/**
 * The address next to the outermost proxy that we trust: headers are read from their end, and what
 * stands before a stranger's address is that stranger's invention.
 */
export function hopOf(request: IncomingMessage, trusted: BlockList, header: ProxyHeader): Hop {
  const remote = plainAddress(request.socket.remoteAddress ?? '') ?? 'unknown';
  if (!isIn(trusted, remote)) return { address: remote, viaTrusted: false, protocol: undefined };
  const said = textOf(request.headers[header]);
  const elements = said.split(',').slice(-MOST_HOPS).toReversed();
  let address = remote;
  for (const element of elements) {
    const named = header === 'forwarded' ? forOf(element) : element;
    const next = plainAddress(named);
    if (next === undefined) break;
    address = next;
    if (!isIn(trusted, next)) break;
  }
  const protocol =
    header === 'forwarded'
      ? parameterOf(elements[0] ?? '', 'proto')
      : textOf(request.headers['x-forwarded-proto']).split(',').at(-1)?.trim().toLowerCase();
  return { address, viaTrusted: true, protocol: protocol === '' ? undefined : protocol };
}

const textOf = (value: string | string[] | undefined): string =>
  Array.isArray(value) ? value.join(',') : (value ?? '');

/** Without a port, brackets or the IPv4-in-IPv6 prefix; undefined: it is no address. */
function plainAddress(text: string): string | undefined {
  const bare = text
    .trim()
    .replace(/^\[([^\]]*)\](:\d{1,5})?$/, '$1')
    .replace(/^(\d+\.\d+\.\d+\.\d+):\d{1,5}$/, '$1')
    .replace(/^::ffff:(?=\d+\.)/i, '');
  return isIP(bare) === 0 ? undefined : bare.toLowerCase();
}

/** `for=` of one element of RFC 7239. */
const forOf = (element: string): string => parameterOf(element, 'for') ?? '';

function parameterOf(element: string, name: string): string | undefined {
  for (const pair of element.split(';')) {
    const [key = '', value = ''] = pair.split(/=(.*)/s);
    if (key.trim().toLowerCase() === name) return value.trim().replace(/^"(.*)"$/, '$1');
  }
  return undefined;
}

function isIn(list: BlockList, address: string): boolean {
  const family = familyOf(address);
  return family !== undefined && list.check(address, family);
}

function familyOf(address: string): 'ipv4' | 'ipv6' | undefined {
  const version = isIP(address);
  return version === 0 ? undefined : version === 4 ? 'ipv4' : 'ipv6';
}
