import type { Socket } from 'node:net';
import mqtt from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { matchTopic, topicFilter, topicPath, topics } from '#contract/topics.ts';
import type { KeysOf, PayloadOf, TopicName } from '#contract/topics.ts';
import { openBackoff } from './backoff.ts';
import type { Clock } from './clock.ts';
import { messageOf, UnavailableError } from './errors.ts';
import type { Log } from './log.ts';
import type { Running } from './main.ts';

/** A message of the topic table, parsed by its schema. */
export interface HeardMessage<Name extends TopicName> {
  readonly keys: Readonly<Record<string, string>>;
  readonly payload: PayloadOf<Name>;
  /** The broker kept it: it says nothing of now. */
  readonly retained: boolean;
  /** By this process's clocks. */
  readonly receivedAt: number;
  readonly receivedMonoMs: number;
  readonly bytes: number;
}

export interface MqttLinkOptions {
  readonly url: string;
  /** Client id and user name: the same, checked by the broker. */
  readonly id: string;
  readonly secret: string;
  readonly clock: Clock;
  readonly log: Log;
  /** What the broker publishes when this client is gone without a word. */
  readonly will?: { readonly path: string; readonly payload: object; readonly retain: boolean };
  /** Seconds; the broker drops a silent client after 1.5 times this. */
  readonly keepaliveS?: number;
}

/** One connection to the broker at a time, made again for ever; nothing is queued while it is down. */
export interface MqttLink extends Running {
  readonly connected: boolean;
  /**
   * Resolves when the broker has the message (QoS 1: PUBACK; QoS 0: written); throws
   * UnavailableError when not connected or when the connection is lost before. A PUBACK proves
   * nothing about the api.
   */
  publish<Name extends TopicName>(
    name: Name,
    keys: KeysOf<Name>,
    payload: PayloadOf<Name>,
    options?: { readonly retain?: boolean },
  ): Promise<void>;
  /** Removes the retained message of a topic. */
  clearRetained<Name extends TopicName>(name: Name, keys: KeysOf<Name>): Promise<void>;
  /** Subscribed now and after every connect. Messages that the schema rejects are counted, not heard. */
  subscribe<Name extends TopicName>(
    name: Name,
    keys: Partial<KeysOf<Name>>,
    hear: (message: HeardMessage<Name>) => void,
  ): void;
  /** After every connect, when the subscriptions are made. */
  onUp(listener: () => void): void;
  onDown(listener: () => void): void;
  readonly counts: { readonly rejected: number; readonly connects: number };
}

interface Subscription {
  readonly name: TopicName;
  readonly filter: string;
  readonly hear: (message: HeardMessage<TopicName>) => void;
}

export function openMqttLink(options: MqttLinkOptions): MqttLink {
  const { url, id, secret, clock, log, will } = options;
  const backoff = openBackoff(500, 15_000);
  const subscriptions: Subscription[] = [];
  const upListeners: (() => void)[] = [];
  const downListeners: (() => void)[] = [];
  const counts = { rejected: 0, connects: 0 };
  let client: MqttClient | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let up = false;
  let closed = false;

  const clientOptions: IClientOptions = {
    clientId: id,
    username: id,
    password: secret,
    clean: true,
    protocolVersion: 4,
    keepalive: options.keepaliveS ?? 30,
    connectTimeout: 10_000,
    // A new client each time: mqtt.js would send again what a lost connection left in flight, and
    // loses what it queues past 65,535. Our own journal is the queue.
    reconnectPeriod: 0,
    queueQoSZero: false,
    resubscribe: false,
    ...(will && {
      will: {
        topic: will.path,
        payload: Buffer.from(JSON.stringify(will.payload)),
        qos: 1,
        retain: will.retain,
      },
    }),
  };

  function connect(): void {
    const current = mqtt.connect(url, clientOptions);
    client = current;
    current.on('connect', () => void made(current));
    current.on('message', (path, bytes, packet) => hear(path, bytes, packet.retain));
    current.on('error', (error) => log.debug({ reason: messageOf(error) }, 'mqtt.link.failed'));
    current.once('close', () => lost(current));
  }

  async function made(current: MqttClient): Promise<void> {
    // Nagle and delayed acknowledgements together cost 20 ms on a shared connection.
    const stream = current.stream as Partial<Socket>;
    stream.setNoDelay?.(true);
    try {
      const filters = Object.fromEntries(
        subscriptions.map(({ name, filter }) => [filter, { qos: topics[name].qos }]),
      );
      if (subscriptions.length > 0) {
        const granted = await current.subscribeAsync(filters);
        const refused = granted.filter(({ qos }) => qos > 1).map(({ topic }) => topic);
        if (refused.length > 0) log.error({ refused }, 'mqtt.subscription.refused');
      }
    } catch (error) {
      log.debug({ reason: messageOf(error) }, 'mqtt.subscribe.failed');
      return void current.end(true);
    }
    if (client !== current || closed) return;
    up = true;
    counts.connects += 1;
    backoff.reset();
    log.info({ url, id }, 'mqtt.link.up');
    for (const listener of upListeners) listener();
  }

  function lost(current: MqttClient): void {
    current.removeAllListeners('message');
    current.end(true);
    if (client !== current) return;
    client = undefined;
    if (up) {
      up = false;
      log.warn({ url, id }, 'mqtt.link.down');
      for (const listener of downListeners) listener();
    }
    if (!closed) retryTimer = setTimeout(connect, backoff.nextMs());
  }

  function hear(path: string, bytes: Buffer, retained: boolean): void {
    const matched = matchTopic(path);
    if (!matched || bytes.length === 0) return;
    const message = parse(matched.name, bytes);
    if (message === undefined) {
      counts.rejected += 1;
      log.warn({ path, bytes: bytes.length }, 'mqtt.message.rejected');
      return;
    }
    const heard = {
      keys: matched.keys,
      payload: message,
      retained,
      receivedAt: clock.wallMs(),
      receivedMonoMs: clock.monoMs(),
      bytes: bytes.length,
    };
    for (const { name, hear: listener } of subscriptions) {
      if (name === matched.name) listener(heard);
    }
  }

  async function send(path: string, payload: Buffer, qos: 0 | 1, retain: boolean): Promise<void> {
    const current = client;
    if (!up || current === undefined) {
      throw new UnavailableError('broker_away', 'not connected to the broker');
    }
    await new Promise<void>((resolve, reject) => {
      const gone = () => reject(new UnavailableError('broker_away', 'the connection was lost'));
      current.once('close', gone);
      current.publish(path, payload, { qos, retain }, (error) => {
        current.off('close', gone);
        if (error) reject(new UnavailableError('broker_away', error.message, { cause: error }));
        else resolve();
      });
    });
  }

  connect();
  return {
    get connected() {
      return up;
    },
    publish: async (name, keys, payload, sendOptions) =>
      send(
        topicPath(name, keys),
        Buffer.from(JSON.stringify(payload)),
        topics[name].qos,
        sendOptions?.retain ?? topics[name].retain,
      ),
    clearRetained: async (name, keys) => send(topicPath(name, keys), Buffer.alloc(0), 1, true),
    subscribe: (name, keys, listener) => {
      const filter = topicFilter(name, keys);
      subscriptions.push({ name, filter, hear: listener });
      if (up) {
        client?.subscribe(filter, { qos: topics[name].qos }, (error) => {
          if (error) log.error({ filter, reason: error.message }, 'mqtt.subscription.failed');
        });
      }
    },
    onUp: (listener) => void upListeners.push(listener),
    onDown: (listener) => void downListeners.push(listener),
    counts,
    close: async () => {
      closed = true;
      clearTimeout(retryTimer);
      const current = client;
      client = undefined;
      up = false;
      if (current) await current.endAsync(!current.connected);
    },
  };
}

function parse(name: TopicName, bytes: Buffer): PayloadOf<TopicName> | undefined {
  try {
    const parsed = topics[name].payload.safeParse(JSON.parse(bytes.toString('utf8')));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
