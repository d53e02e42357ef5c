import { existsSync, readFileSync } from 'node:fs';
import { fine, skipped, warning } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';

/** Ports of this machine that speak without TLS and are open to the network. */
export const listeners: Check = {
  name: 'listeners',
  run: ({ httpPort, mqttPort }) => {
    const files = ['/proc/net/tcp', '/proc/net/tcp6'].filter(existsSync);
    if (files.length === 0) return [skipped('this system does not tell what listens')];
    const table = files.map((file) => readFileSync(file, 'utf8')).join('\n');
    return [
      judgeListener('mqtt', mqttPort, isOpenToOthers(table, mqttPort)),
      judgeListener('http', httpPort, isOpenToOthers(table, httpPort)),
    ];
  },
};

export function judgeListener(what: 'mqtt' | 'http', port: number, isOpen: boolean): Finding {
  if (!isOpen) return fine(`${what} port ${port} is not open to the network`);
  const mend =
    what === 'mqtt'
      ? 'Let gateways come in by TLS (mqtts, port 8883), and bind this port to 127.0.0.1.'
      : 'Put a reverse proxy with TLS in front, and bind this port to 127.0.0.1.';
  return warning(`${what} port ${port} is open to the network, without TLS`, 'certain', mend);
}

/** proc(5): addresses are hexadecimal, in the machine's byte order; state 0A listens. */
export function isOpenToOthers(table: string, port: number): boolean {
  return table
    .split('\n')
    .map((line) => line.trim().split(/\s+/))
    .filter(([, , , state]) => state === '0A')
    .some(([, local = '']) => {
      const [address = '', hexPort = ''] = local.split(':');
      return Number.parseInt(hexPort, 16) === port && !isLoopbackHex(address);
    });
}

const isLoopbackHex = (address: string): boolean =>
  /^[0-9A-F]{6}7F$/.test(address) || /^0{24}01000000$/.test(address);
