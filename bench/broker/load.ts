import { connect } from 'node:net';
import type { Socket } from 'node:net';

/** As many as a gateway has in flight at most. */
const IN_FLIGHT = 16;
const PUBACK = 0x40;
const ACK_BYTES = 4;
const PAYLOAD = Buffer.alloc(1_000, 0x20);

const words = (text: string): Buffer => {
  const bytes = Buffer.from(text);
  return Buffer.concat([Buffer.from([bytes.length >> 8, bytes.length & 0xff]), bytes]);
};

/** MQTT 3.1.1, 2.2.3: at most two bytes of length here. */
function packet(type: number, ...parts: readonly Uint8Array[]): Buffer {
  const body = Buffer.concat(parts);
  const length = body.length;
  const lengths = length < 128 ? [length] : [(length & 0x7f) | 0x80, length >> 7];
  return Buffer.concat([Buffer.from([type, ...lengths]), body]);
}

async function logIn(port: number, id: string, secret: string): Promise<Socket> {
  const socket = connect({ host: '127.0.0.1', port, noDelay: true });
  socket.write(
    packet(0x10, words('MQTT'), Buffer.from([4, 0xc2, 0, 60]), ...[id, id, secret].map(words)),
  );
  const answer = await new Promise<Buffer>((resolve, reject) => {
    socket.once('data', resolve);
    socket.once('error', reject);
  });
  if (answer[3] !== 0) throw new Error(`${id} was not let in: ${answer.toString('hex')}`);
  return socket;
}

interface Publisher {
  readonly socket: Socket;
  readonly publish: Buffer;
}

/** Gateways that publish by QoS 1, 16 in flight each, and one api that hears them all by QoS 1. */
export class Load {
  readonly #gateways: readonly Publisher[];
  readonly #api: Socket;
  #heardBytes = 0;
  #heard: () => void = () => undefined;

  private constructor(gateways: readonly Publisher[], api: Socket) {
    this.#gateways = gateways;
    this.#api = api;
    api.on('data', (chunk: Buffer) => this.#hear(chunk));
  }

  static async open(
    port: number,
    ids: readonly string[],
    secretOf: (id: string) => string,
  ): Promise<Load> {
    const api = await logIn(port, 'api', secretOf('api'));
    const filter = words('binjari/v1/bench/gateway/+/events');
    api.write(packet(0x82, Buffer.from([0, 1]), filter, Buffer.from([1])));
    await new Promise((resolve) => {
      api.once('data', resolve);
    });
    const gateways: Publisher[] = [];
    for (const id of ids) {
      const socket = await logIn(port, id, secretOf(id));
      const topic = words(`binjari/v1/bench/gateway/${id}/events`);
      gateways.push({ socket, publish: packet(0x32, topic, Buffer.from([0, 7]), PAYLOAD) });
    }
    return new Load(gateways, api);
  }

  /** Sends `each` messages of every gateway; milliseconds until all are acknowledged and heard. */
  async run(each: number): Promise<number> {
    const size = this.#gateways[0]?.publish.length ?? 0;
    const all = each * this.#gateways.length * size;
    this.#heardBytes = 0;
    const since = performance.now();
    const heard = new Promise<void>((resolve) => {
      this.#heard = () => {
        if (this.#heardBytes >= all) resolve();
      };
    });
    await Promise.all([
      heard,
      ...this.#gateways.map(async ({ socket, publish }) => sendAll(socket, publish, each)),
    ]);
    return performance.now() - since;
  }

  close(): void {
    for (const { socket } of this.#gateways) socket.destroy();
    this.#api.destroy();
  }

  /** Every delivery has the size of what was published; its packet id is behind the topic. */
  #hear(chunk: Buffer): void {
    const publish = this.#gateways[0]?.publish ?? Buffer.alloc(0);
    const idAt = publish.length - PAYLOAD.length - 2;
    const before = this.#heardBytes;
    this.#heardBytes += chunk.length;
    const acks: number[] = [];
    for (let at = 0; at < chunk.length; at += 1) {
      const inPacket = (before + at) % publish.length;
      if (inPacket === idAt) acks.push(PUBACK, 2, chunk[at] ?? 0);
      // The id's second byte may come with the next chunk; the next ack waits for it.
      else if (inPacket === idAt + 1) acks.push(chunk[at] ?? 0);
      else if (inPacket < idAt) at += Math.min(idAt - inPacket, chunk.length - at) - 1;
      else at += Math.min(publish.length - inPacket, chunk.length - at) - 1;
    }
    if (acks.length > 0) this.#api.write(Uint8Array.from(acks));
    this.#heard();
  }
}

async function sendAll(socket: Socket, publish: Buffer, count: number): Promise<void> {
  let sent = 0;
  let ackBytes = 0;
  return new Promise((resolve) => {
    const send = (messages: number) => {
      const now = Math.min(messages, count - sent);
      sent += now;
      if (now > 0) socket.write(Buffer.concat(Array.from({ length: now }, () => publish)));
    };
    const acked = (chunk: Buffer) => {
      const before = Math.floor(ackBytes / ACK_BYTES);
      ackBytes += chunk.length;
      const after = Math.floor(ackBytes / ACK_BYTES);
      send(after - before);
      if (after < count) return;
      socket.off('data', acked);
      resolve();
    };
    socket.on('data', acked);
    send(IN_FLIGHT);
  });
}
