import { isIP } from 'node:net';
import { fine, problem, skipped, warning } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';
import { exchange } from '../tcp.ts';

export const broker: Check = {
  name: 'broker',
  run: async ({ brokerUrl, named }) => {
    const url = new URL(brokerUrl);
    const isTls = url.protocol === 'mqtts:';
    const port = Number(url.port || (isTls ? 8_883 : 1_883));
    const answer = await exchange(url.hostname.replace(/^\[|\]$/g, ''), port);
    const reach = judgeReach(
      brokerUrl,
      answer.ok ? undefined : answer.code,
      named.has('brokerUrl'),
    );
    return [reach, judgeTls(url)];
  },
};

/** `code`: why no connection came about; undefined: one did. */
export function judgeReach(url: string, code: string | undefined, isNamed: boolean): Finding {
  if (code === undefined) return fine(`a broker can be reached at ${url}`);
  if (!isNamed) return skipped(`nothing runs at ${url}`);
  const mends: Readonly<Record<string, string>> = {
    ECONNREFUSED: 'Start the broker, or set its right port with --broker-url.',
    ENOTFOUND: 'Mend the name in --broker-url, or this machine’s name server.',
    EAI_AGAIN: 'Mend the name in --broker-url, or this machine’s name server.',
    ETIMEDOUT: 'Let the firewall between here and there pass this port.',
    EHOSTUNREACH: 'Look at the network between here and there.',
  };
  const mend = mends[code] ?? 'Look at the address and at the network.';
  return problem(`no broker at ${url} (${code})`, 'certain', mend);
}

export function judgeTls({ protocol, hostname, host }: URL): Finding {
  if (protocol === 'mqtts:' || protocol === 'wss:') return fine(`${host} is spoken to by TLS`);
  if (isLoopback(hostname)) return fine(`${host} is this machine: no TLS is needed`);
  const found = `secrets travel to ${host} without TLS`;
  return warning(found, 'certain', 'Give the broker a certificate and use mqtts:// (port 8883).');
}

export function isLoopback(hostname: string): boolean {
  const address = hostname.replace(/^\[|\]$/g, '');
  return (
    hostname === 'localhost' ||
    address === '::1' ||
    (isIP(address) === 4 && address.startsWith('127.'))
  );
}
