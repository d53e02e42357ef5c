import type { GatewayId } from '#contract/ids.ts';
import type { AckMessage } from '#contract/messages.ts';
import { topics } from '#contract/topics.ts';
import type { KeysOf, PayloadOf, TopicName } from '#contract/topics.ts';
import type { Clock } from '#runtime/clock.ts';
import type { HeardMessage } from '#runtime/typed-mqtt.ts';
import type { IngestLink } from '#api/ingest/start-ingest.ts';

/** A broker's place for tests that decide themselves what arrives, when, and how often. */
export class MemoryLink implements IngestLink {
  connected = true;
  readonly acks: { readonly gateway: GatewayId; readonly ack: AckMessage }[] = [];
  /** Gateways that were asked for their snapshots. */
  readonly asked: GatewayId[] = [];
  readonly #clock: Clock;
  readonly #hearers = new Map<TopicName, (message: HeardMessage<TopicName>) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  publish = async <Name extends TopicName>(
    name: Name,
    keys: KeysOf<Name>,
    payload: PayloadOf<Name>,
  ): Promise<void> => {
    if (name === 'command') this.asked.push((keys as KeysOf<'command'>).gateway);
    if (name !== 'ack') return;
    const ack = topics.ack.payload.parse(JSON.parse(JSON.stringify(payload)));
    this.acks.push({ gateway: (keys as KeysOf<'ack'>).gateway, ack });
  };

  subscribe = <Name extends TopicName>(
    name: Name,
    _keys: Partial<KeysOf<Name>>,
    hear: (message: HeardMessage<Name>) => void,
  ): void => {
    this.#hearers.set(name, hear);
  };

  onUp = (): void => undefined;

  deliver(name: TopicName, gateway: string, payload: object, retained = false): void {
    const text = JSON.stringify(payload);
    this.#hearers.get(name)?.({
      keys: { gateway },
      payload: topics[name].payload.parse(JSON.parse(text)),
      retained,
      receivedAt: this.#clock.wallMs(),
      receivedMonoMs: this.#clock.monoMs(),
      bytes: text.length,
    });
  }
}
