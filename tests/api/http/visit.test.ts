import type { IncomingMessage } from 'node:http';
import { BlockList } from 'node:net';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ApiConfig } from '#api/config.ts';
import { proxyListOf } from '#api/http/trusted-proxies.ts';
import type { ProxyHeader } from '#api/http/trusted-proxies.ts';
import { visitOf } from '#api/http/visit.ts';

const PROXIES = proxyListOf('10.0.0.0/8, 2001:db8:1::/48, 127.0.0.1') ?? new BlockList();

function visit(
  remoteAddress: string,
  headers: Record<string, string>,
  proxyHeader: ProxyHeader = 'x-forwarded-for',
  publicUrl?: string,
) {
  const request = { socket: { remoteAddress }, headers: { host: 'parking.example', ...headers } };
  return visitOf(request as unknown as IncomingMessage, {
    proxies: PROXIES,
    proxyHeader,
    publicUrl,
  });
}

describe('the address of a client', () => {
  test.each([
    [
      'a stranger’s own word on it is not believed',
      '192.0.2.1',
      { 'x-forwarded-for': '8.8.8.8' },
      '192.0.2.1',
    ],
    ['the proxy’s word is', '10.0.0.1', { 'x-forwarded-for': '192.0.2.1' }, '192.0.2.1'],
    [
      'what a client put in front is not',
      '10.0.0.1',
      { 'x-forwarded-for': '8.8.8.8, 192.0.2.1' },
      '192.0.2.1',
    ],
    [
      'a client who says to be the proxy is not',
      '10.0.0.1',
      { 'x-forwarded-for': '10.0.0.9, 192.0.2.1' },
      '192.0.2.1',
    ],
    [
      'two proxies in a row are passed',
      '10.0.0.1',
      { 'x-forwarded-for': '192.0.2.1, 10.0.0.2' },
      '192.0.2.1',
    ],
    [
      'what is no address ends the chain',
      '10.0.0.1',
      { 'x-forwarded-for': '192.0.2.1, unknown' },
      '10.0.0.1',
    ],
    ['a name is no address', '10.0.0.1', { 'x-forwarded-for': 'localhost' }, '10.0.0.1'],
    ['the other header is ignored', '10.0.0.1', { forwarded: 'for=8.8.8.8' }, '10.0.0.1'],
    [
      'IPv4 within IPv6 is IPv4',
      '::ffff:10.0.0.1',
      { 'x-forwarded-for': '::ffff:192.0.2.1' },
      '192.0.2.1',
    ],
    ['a port is left out', '10.0.0.1', { 'x-forwarded-for': '192.0.2.1:4711' }, '192.0.2.1'],
    [
      'IPv6 with brackets and port',
      '2001:db8:1::7',
      { 'x-forwarded-for': '[2001:DB8:2::1]:80' },
      '2001:db8:2::1',
    ],
    ['nothing said is the proxy itself', '10.0.0.1', {}, '10.0.0.1'],
  ])('%s', (_what, remote, headers, expected) => {
    expect(visit(remote, headers as Record<string, string>).address).toBe(expected);
  });

  test.each([
    ['for=192.0.2.1', '192.0.2.1'],
    ['for=8.8.8.8, for=192.0.2.1;proto=https;by=10.0.0.1', '192.0.2.1'],
    ['For="[2001:db8:2::1]:4711"', '2001:db8:2::1'],
    ['for=_hidden', '10.0.0.1'],
    ['proto=https', '10.0.0.1'],
  ])('by RFC 7239, where that is configured: %s', (forwarded, expected) => {
    expect(visit('10.0.0.1', { forwarded }, 'forwarded').address).toBe(expected);
    expect(visit('192.0.2.77', { forwarded }, 'forwarded').address).toBe('192.0.2.77');
  });

  test('whatever a client sends through one proxy, it is the one that the proxy added', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 200 }),
        fc.ipV4().filter((ip) => !/^(10|127)\./.test(ip)),
        (junk, real) => {
          const said = `${junk}, ${real}`;
          expect(visit('10.0.0.1', { 'x-forwarded-for': said }).address).toBe(real);
          expect(visit('192.0.2.1', { 'x-forwarded-for': said }).address).toBe('192.0.2.1');
        },
      ),
    );
  });
});

describe('the way', () => {
  test.each([
    [
      'TLS that a trusted proxy vouches for',
      '10.0.0.1',
      { 'x-forwarded-proto': 'https' },
      undefined,
      'tls',
    ],
    [
      'TLS that a client invents',
      '192.0.2.1',
      { 'x-forwarded-proto': 'https' },
      undefined,
      'plain',
    ],
    [
      'TLS that a client put in front',
      '10.0.0.1',
      { 'x-forwarded-proto': 'https, http' },
      undefined,
      'plain',
    ],
    [
      'a proxy that says nothing, under a public https address',
      '10.0.0.1',
      {},
      'https://parking.example',
      'tls',
    ],
    [
      'a stranger, under a public https address',
      '192.0.2.1',
      {},
      'https://parking.example',
      'plain',
    ],
    ['this machine', '::1', { host: 'localhost:8080' }, undefined, 'loopback'],
    [
      'this machine by a name that is not its own',
      '::1',
      { host: 'evil.example' },
      undefined,
      'plain',
    ],
    [
      'a proxy on this machine that nobody named',
      '::1',
      { host: '127.0.0.1', via: '1.1 x' },
      undefined,
      'plain',
    ],
  ])('%s', (_what, remote, headers, publicUrl, expected) => {
    const said = headers as unknown as Record<string, string>;
    expect(visit(remote, said, 'x-forwarded-for', publicUrl).way).toBe(expected);
  });
});

test.each(['10.0.0.0/33', '10.0.0', 'proxy', '10.0.0.1/', '::1/129', '10.0.0.1/x'])(
  'a proxy list with %s is refused with what was expected',
  (trustedProxies) => {
    const read = ApiConfig.safeParse({ siteFolder: 'x', secretFile: 'x', trustedProxies });
    expect(read.error?.issues[0]?.message).toContain('10.0.0.0/8');
  },
);
