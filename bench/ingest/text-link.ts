import type { AckMessage } from '#contract/messages.ts';
import type { GatewayId, JournalId } from '#contract/ids.ts';
import { topics } from '#contract/topics.ts';
import type { KeysOf, PayloadOf, TopicName } from '#contract/topics.ts';
import { systemClock } from '#runtime/clock.ts';
import type { HeardMessage } from '#runtime/typed-mqtt.ts';
import type { IngestLink } from '#api/ingest/start-ingest.ts';

/** The api's end of the link without a broker: bytes in, parsed as from the broker; acks out. */
export class TextLink implements IngestLink {
  readonly connected = true;
  /** What a gateway hears of a journal: every seq up to this one is on the disk. */
  heardAck: (gateway: GatewayId, journal: JournalId, seq: number) => void = () => undefined;
  #hearEvents: ((message: HeardMessage<'events'>) => void) | undefined;

  publish = async <Name extends TopicName>(
    name: Name,
    keys: KeysOf<Name>,
    payload: PayloadOf<Name>,
  ): Promise<void> => {
    if (name !== 'ack') return;
    const { gateway } = keys as KeysOf<'ack'>;
    const ack = JSON.parse(JSON.stringify(payload)) as AckMessage;
    for (const [journal, { seq }] of Object.entries(ack.settled)) {
      this.heardAck(gateway, journal as JournalId, seq);
    }
  };

  subscribe = <Name extends TopicName>(
    name: Name,
    _keys: Partial<KeysOf<Name>>,
    hear: (message: HeardMessage<Name>) => void,
  ): void => {
    if (name !== 'events') return;
    this.#hearEvents = hear as unknown as (message: HeardMessage<'events'>) => void;
  };

  onUp = (): void => undefined;

  deliver(gateway: GatewayId, bytes: Buffer): void {
    this.#hearEvents?.({
      keys: { gateway },
      payload: topics.events.payload.parse(JSON.parse(bytes.toString())),
      retained: false,
      receivedAt: systemClock.wallMs(),
      receivedMonoMs: systemClock.monoMs(),
      bytes: bytes.length,
    });
  }
}
