import { createServer } from 'node:net';
import { fine, problem } from '../finding.ts';
import type { Check, Finding, Patient } from '../finding.ts';
import { holderText, listenersOf } from '../holder.ts';
import type { Holder } from '../holder.ts';
import { askHttp } from '../http.ts';
import { exchange } from '../tcp.ts';

/** Whether the ports that this system wants are free, or its own. */
export const ports: Check = {
  name: 'ports',
  run: async (patient) =>
    Promise.all([
      lookAt('http', patient.httpPort, patient, isApi),
      lookAt('mqtt', patient.mqttPort, patient, isOwnBroker),
    ]),
};

async function lookAt(
  what: string,
  port: number,
  patient: Patient,
  isOwn: (port: number, patient: Patient) => Promise<boolean>,
): Promise<Finding> {
  if (await isFree(port)) return fine(`${what} port ${port} is free`);
  return judgePort(what, port, await isOwn(port, patient), listenersOf(port));
}

export function judgePort(
  what: string,
  port: number,
  isOwn: boolean,
  holders: readonly Holder[],
): Finding {
  const by = holders.length === 0 ? 'another program' : holderText(holders);
  if (isOwn) return fine(`${what} port ${port} is in use by what belongs there`);
  const mend = `Stop that program, or set another port: BINJARI_${what.toUpperCase()}_PORT.`;
  return problem(`${what} port ${port} is taken by ${by}`, 'certain', mend);
}

function isFree(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const server = createServer();
    server.once('error', () => resolve(false));
    server.listen(port, '127.0.0.1', () => server.close(() => resolve(true)));
  });
}

async function isApi(port: number): Promise<boolean> {
  const answer = await askHttp(`http://127.0.0.1:${port}/healthz`);
  return answer.ok && answer.status === 200 && answer.text.includes('"status":"ok"');
}

/** Any broker of the site will do: Mosquitto may stand in its place. */
async function isOwnBroker(port: number, { brokerUrl }: Patient): Promise<boolean> {
  const url = new URL(brokerUrl);
  return Number(url.port || 1_883) === port && (await speaksMqtt(url.hostname, port));
}

/** A CONNECT without a client id and with a clean session; any CONNACK shows a broker (3.1.1, 3.2). */
async function speaksMqtt(host: string, port: number): Promise<boolean> {
  const connect = Uint8Array.of(0x10, 12, 0, 4, 0x4d, 0x51, 0x54, 0x54, 4, 2, 0, 5, 0, 0);
  const answer = await exchange(host, port, connect);
  return answer.ok && answer.bytes[0] === 0x20;
}
