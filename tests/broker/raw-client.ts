import { connect } from 'node:net';
import type { Socket } from 'node:net';
import type { TestBroker } from '../support/test-broker.ts';

/** A bare connection to the broker, from one of the machine's loopback addresses. */
export async function rawSocket(
  { broker }: TestBroker,
  localAddress = '127.0.0.1',
): Promise<Socket> {
  const { hostname, port } = new URL(broker.mqttUrl);
  const socket = connect({ port: Number(port), host: hostname, localAddress });
  socket.on('error', () => undefined);
  await new Promise((resolve) => {
    socket.once('connect', resolve);
    socket.once('close', resolve);
  });
  return socket;
}

/** A string as MQTT writes it, up to 255 bytes of ASCII. */
export const text = (value: string): number[] => [0, value.length, ...Buffer.from(value)];

/** CONNECT of MQTT 3.1.1 with a user name and a password (3.1). */
export function connectPacket(id: string, secret: string): Uint8Array {
  const body = [...text('MQTT'), 4, 0xc2, 0, 30, ...text(id), ...text(id), ...text(secret)];
  return Uint8Array.from([0x10, body.length, ...body]);
}
