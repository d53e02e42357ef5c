import type { Socket } from 'node:net';
import type { TLSSocket } from 'node:tls';
import mqtt from 'mqtt';
import type { IClientOptions, MqttClient } from 'mqtt';
import { matchTopic, topicFilter, topicPath, topics } from '#contract/topics.ts';
import type { KeysOf, PayloadOf, TopicName } from '#contract/topics.ts';
import { openBackoff } from './backoff.ts';
import { hungUpOf, linkFailureOf, readBrokerTls } from './broker-tls.ts';
import type { BrokerTls, BrokerTlsOptions } from './broker-tls.ts';
import type { Clock } from './clock.ts';
import { UnavailableError } from './errors.ts';
import type { Log } from './log.ts';
import type { Running } from './main.ts';
import { openRefusals } from './refusals.ts';

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
  /** Read anew at each connect, so that a renewed certificate is taken without a restart. */
  readonly tls?: BrokerTls;
  /** Seconds; the broker drops a silent client after 1.5 times this. */
  readonly keepaliveS?: number;
}

/** One connection to the broker at a time, made again for ever; nothing is queued while it is down. */
export interface MqttLink extends Running {
  readonly connected: boolean;
  /** When the broker's certificate ends, epoch milliseconds; undefined without TLS. */
  readonly certificateExpiresAt: number | undefined;
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

/** A connection that ends sooner is a failure like any other: the back-off goes on growing. */
const LASTING_MS = 2_000;
/** For a CONNECT and for a subscription. */
const ANSWER_WITHIN_MS = 10_000;
/** What is in flight at the end may still be acknowledged so long. */
const CLOSE_WITHIN_MS = 2_000;

const REJECTIONS = ['not_in_table', 'wrong_schema'] as const;

interface Subscription {
  readonly name: TopicName;
  readonly filter: string;
  readonly keys: Readonly<Record<string, string | undefined>>;
  readonly hear: (message: HeardMessage<TopicName>) => void;
}

export function openMqttLink(options: MqttLinkOptions): MqttLink {
  const { url, id, secret, clock, log, will, tls = {} } = options;
  const backoff = openBackoff(500, 15_000);
  const subscriptions: Subscription[] = [];
  const upListeners: (() => void)[] = [];
  const downListeners: (() => void)[] = [];
  const rejections = openRefusals('mqtt.message.rejected', REJECTIONS, { clock, log });
  /** Ends every publish that the broker has not answered yet. */
  const inFlight = new Set<(reason: string) => void>();
  let connects = 0;
  let client: MqttClient | undefined;
  let retryTimer: NodeJS.Timeout | undefined;
  let up = false;
  let upSinceMs = 0;
  let closed = false;
  let lastFailure = '';
  let certificateExpiresAt: number | undefined;

  const clientOptions: IClientOptions = {
    clientId: id,
    username: id,
    password: secret,
    clean: true,
    protocolVersion: 4,
    keepalive: options.keepaliveS ?? 30,
    connectTimeout: ANSWER_WITHIN_MS,
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
    let files: BrokerTlsOptions;
    try {
      files = readBrokerTls(tls, url);
    } catch (error) {
      failed(error);
      retryTimer = setTimeout(connect, backoff.nextMs());
      return;
    }
    const current = mqtt.connect(url, { ...clientOptions, ...files });
    client = current;
    let isSilent = true;
    const told = () => {
      isSilent = false;
    };
    current.once('connect', told).once('error', told);
    current.on('connect', () => void made(current));
    current.on('message', (path, bytes, packet) => hear(path, bytes, packet.retain));
    current.on('error', failed);
    current.once('close', () => {
      if (isSilent && !closed) sayOnce(hungUpOf(url));
      lost(current);
    });
  }

  function failed(error: unknown): void {
    sayOnce(linkFailureOf(error, url, tls));
  }

  /** As long as it is the same: a broker may be away for days. */
  function sayOnce(reason: string): void {
    if (reason === lastFailure) return;
    lastFailure = reason;
    log.warn({ url, id, reason }, 'mqtt.link.failed');
  }

  async function made(current: MqttClient): Promise<void> {
    // Nagle and delayed acknowledgements together cost 20 ms on a shared connection.
    const stream = current.stream as Partial<Socket>;
    stream.setNoDelay?.(true);
    const validTo = (current.stream as Partial<TLSSocket>).getPeerCertificate?.().valid_to;
    certificateExpiresAt = validTo === undefined ? undefined : Date.parse(validTo);
    // More may be subscribed to while the broker answers.
    for (let from = 0; from < subscriptions.length;) {
      const upTo = subscriptions.length;
      if (!(await ask(current, subscriptions.slice(from, upTo)))) return void current.end(true);
      from = upTo;
    }
    if (client !== current || closed) return;
    up = true;
    upSinceMs = clock.monoMs();
    connects += 1;
    lastFailure = '';
    log.info({ url, id }, 'mqtt.link.up');
    for (const listener of upListeners) listener();
  }

  /**
   * False when the broker did not answer. A filter that it refuses is an error of access rules,
   * which no retry mends: it is logged, and the others hold.
   */
  async function ask(current: MqttClient, wanted: readonly Subscription[]): Promise<boolean> {
    const filters = Object.fromEntries(
      wanted.map(({ name, filter }) => [filter, { qos: topics[name].qos }]),
    );
    return new Promise((resolve) => {
      const gone = () => {
        clearTimeout(late);
        resolve(false);
      };
      const late = setTimeout(gone, ANSWER_WITHIN_MS);
      current.once('close', gone);
      current.subscribe(filters, (error, _, suback) => {
        clearTimeout(late);
        current.off('close', gone);
        const granted = suback?.granted ?? [];
        const refused = Object.keys(filters).filter((_filter, at) => Number(granted[at]) >= 0x80);
        if (refused.length > 0) log.error({ id, refused }, 'mqtt.subscription.refused');
        else if (error) failed(error);
        resolve(!error || suback !== undefined);
      });
    });
  }

  function lost(current: MqttClient): void {
    current.removeAllListeners('message');
    current.end(true);
    if (client !== current) return;
    client = undefined;
    const pending = inFlight.size;
    abandon('the connection was lost');
    if (up) {
      up = false;
      if (clock.monoMs() - upSinceMs >= LASTING_MS) backoff.reset();
      log.warn({ url, id, inFlight: pending }, 'mqtt.link.down');
      for (const listener of downListeners) listener();
    }
    if (!closed) retryTimer = setTimeout(connect, backoff.nextMs());
  }

  function abandon(reason: string): void {
    for (const reject of inFlight) reject(reason);
    inFlight.clear();
  }

  function hear(path: string, bytes: Buffer, retained: boolean): void {
    const matched = matchTopic(path);
    if (matched === undefined) return rejections.add('not_in_table', { path });
    if (bytes.length === 0) return;
    const message = parse(matched.name, bytes);
    if (message === undefined) {
      return rejections.add('wrong_schema', { path, bytes: bytes.length });
    }
    const heard = {
      keys: matched.keys,
      payload: message,
      retained,
      receivedAt: clock.wallMs(),
      receivedMonoMs: clock.monoMs(),
      bytes: bytes.length,
    };
    for (const { name, keys, hear: listener } of subscriptions) {
      if (name === matched.name && fits(keys, matched.keys)) listener(heard);
    }
  }

  async function send(path: string, payload: Buffer, qos: 0 | 1, retain: boolean): Promise<void> {
    const current = client;
    if (!up || current === undefined || !current.connected) {
      throw new UnavailableError('broker_away', 'not connected to the broker');
    }
    await new Promise<void>((resolve, reject) => {
      // mqtt.js never calls back for what is in flight when the connection goes.
      const gone = (reason: string) => reject(new UnavailableError('broker_away', reason));
      inFlight.add(gone);
      current.publish(path, payload, { qos, retain }, (error) => {
        inFlight.delete(gone);
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
    get certificateExpiresAt() {
      return certificateExpiresAt;
    },
    publish: async (name, keys, payload, sendOptions) =>
      send(
        topicPath(name, keys),
        Buffer.from(typeof payload === 'string' ? payload : JSON.stringify(payload)),
        topics[name].qos,
        sendOptions?.retain ?? topics[name].retain,
      ),
    clearRetained: async (name, keys) => send(topicPath(name, keys), Buffer.alloc(0), 1, true),
    subscribe: (name, keys, listener) => {
      const filter = topicFilter(name, keys);
      const subscription = { name, filter, keys, hear: listener };
      subscriptions.push(subscription);
      if (up && client) void ask(client, [subscription]);
    },
    onUp: (listener) => void upListeners.push(listener),
    onDown: (listener) => void downListeners.push(listener),
    counts: {
      get rejected() {
        return rejections.counts.not_in_table + rejections.counts.wrong_schema;
      },
      get connects() {
        return connects;
      },
    },
    close: async () => {
      closed = true;
      clearTimeout(retryTimer);
      const current = client;
      client = undefined;
      up = false;
      if (current) await end(current);
      abandon('the link was closed');
    },
  };
}

/** With a DISCONNECT, so that no will is published; by force when the broker does not answer. */
async function end(client: MqttClient): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, CLOSE_WITHIN_MS);
  });
  await Promise.race([client.endAsync(!client.connected), late]);
  clearTimeout(timer);
  client.stream.destroy();
}

/** Whether a topic's keys are those that a subscription named. */
function fits(
  wanted: Readonly<Record<string, string | undefined>>,
  keys: Readonly<Record<string, string>>,
): boolean {
  return Object.entries(wanted).every(([key, id]) => id === undefined || keys[key] === id);
}

/** Others are JSON. */
const isText = (name: TopicName): boolean => 'encoding' in topics[name];

function parse(name: TopicName, bytes: Buffer): PayloadOf<TopicName> | undefined {
  try {
    const text = bytes.toString('utf8');
    const parsed = topics[name].payload.safeParse(isText(name) ? text : JSON.parse(text));
    return parsed.success ? parsed.data : undefined;
  } catch {
    return undefined;
  }
}
