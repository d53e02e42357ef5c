import type { GatewayId } from '#contract/ids.ts';
import { topics } from '#contract/topics.ts';
import type { KeysOf, PayloadOf, TopicName } from '#contract/topics.ts';
import { UnavailableError } from '#runtime/errors.ts';
import type { Clock } from '#runtime/clock.ts';
import type { HeardMessage, MqttLink } from '#runtime/typed-mqtt.ts';
import { between } from '#firmware-sim/world/random.ts';
import type { Random } from '#firmware-sim/world/random.ts';

/** How a network treats each message; shares are 0 to 1. */
export interface NetworkWeather {
  readonly lost: number;
  readonly doubled: number;
  readonly mostMs: number;
}

type Hearer = (message: HeardMessage<TopicName>) => void;

/**
 * A broker and its network in virtual time: every message is lost, doubled, or late on its own, so
 * that any may overtake any. What is under way when its sender connects anew, or its reader goes,
 * never arrives: a broker ends the old session of a client before it takes from the new.
 */
export class VirtualNetwork {
  weather: NetworkWeather = { lost: 0, doubled: 0, mostMs: 5 };
  readonly trace: string[] = [];
  readonly #random: Random;
  readonly #links = new Set<VirtualLink>();
  readonly #sessions = new Map<string, number>();

  constructor(random: Random) {
    this.#random = random;
  }

  open(id: string, clock: Clock): VirtualLink {
    const link = new VirtualLink(this, id, clock);
    this.#links.add(link);
    return link;
  }

  /** Of a client, over all of its processes. */
  newSession(id: string): number {
    const session = (this.#sessions.get(id) ?? 0) + 1;
    this.#sessions.set(id, session);
    return session;
  }

  leave(link: VirtualLink): void {
    this.#links.delete(link);
  }

  /** The broker dies and comes back empty. */
  dropAll(): void {
    for (const link of this.#links) link.down();
  }

  send(sender: VirtualLink, name: TopicName, keys: object, payload: unknown): void {
    const { lost, doubled, mostMs } = this.weather;
    const text = JSON.stringify(payload);
    this.trace.push(`${name} ${text.length}`);
    const times = this.#random() < lost ? 0 : this.#random() < doubled ? 2 : 1;
    for (let n = 0; n < times; n += 1) {
      const { id, session: sent } = sender;
      const sessions = [...this.#links].map((link) => [link, link.session] as const);
      setTimeout(
        () => {
          if (this.#sessions.get(id) !== sent) return;
          for (const [link, session] of sessions) {
            if (link.connected && link.session === session) link.hear(name, keys, text);
          }
        },
        Math.ceil(between(this.#random, 1, mostMs)),
      );
    }
  }
}

/** One client of it. */
export class VirtualLink implements MqttLink {
  connected = false;
  readonly certificateExpiresAt = undefined;
  session = 0;
  readonly counts = { rejected: 0, connects: 0 };
  readonly id: string;
  readonly #network: VirtualNetwork;
  readonly #clock: Clock;
  readonly #hearers: { readonly name: TopicName; readonly hear: Hearer }[] = [];
  readonly #ups: (() => void)[] = [];
  readonly #downs: (() => void)[] = [];

  constructor(network: VirtualNetwork, id: string, clock: Clock) {
    this.id = id;
    this.#network = network;
    this.#clock = clock;
  }

  up(): void {
    if (this.connected) return;
    this.connected = true;
    this.session = this.#network.newSession(this.id);
    for (const up of this.#ups) up();
  }

  down(): void {
    if (!this.connected) return;
    this.connected = false;
    for (const down of this.#downs) down();
  }

  hear(name: TopicName, keys: object, text: string): void {
    for (const hearer of this.#hearers) {
      if (hearer.name !== name) continue;
      hearer.hear({
        keys: keys as Readonly<Record<string, string>>,
        payload: topics[name].payload.parse(JSON.parse(text)),
        retained: false,
        receivedAt: this.#clock.wallMs(),
        receivedMonoMs: this.#clock.monoMs(),
        bytes: text.length,
      });
    }
  }

  publish = async <Name extends TopicName>(
    name: Name,
    keys: KeysOf<Name>,
    payload: PayloadOf<Name>,
  ): Promise<void> => {
    if (!this.connected) throw new UnavailableError('broker_away', 'not connected');
    this.#network.send(this, name, keys, payload);
  };

  clearRetained = async (): Promise<void> => undefined;

  subscribe = <Name extends TopicName>(
    name: Name,
    _keys: Partial<KeysOf<Name>>,
    hear: (message: HeardMessage<Name>) => void,
  ): void => {
    this.#hearers.push({ name, hear });
  };

  onUp = (up: () => void): void => void this.#ups.push(up);
  onDown = (down: () => void): void => void this.#downs.push(down);

  close = async (): Promise<void> => {
    this.connected = false;
    this.#network.leave(this);
  };
}

export const GATEWAY = 'gw-1' as GatewayId;
