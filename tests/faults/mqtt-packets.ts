const PUBLISH = 3;

/** Cuts a byte stream into MQTT packets by their fixed header (MQTT 3.1.1, 2.2). */
export class PacketCutter {
  #held: Buffer = Buffer.alloc(0);

  /** The packets that are whole by now. */
  push(chunk: Buffer): Buffer[] {
    let held = Buffer.concat([this.#held, chunk]);
    const packets: Buffer[] = [];
    for (;;) {
      const length = lengthOf(held);
      if (length === undefined || held.length < length) break;
      packets.push(held.subarray(0, length));
      held = held.subarray(length);
    }
    this.#held = held;
    return packets;
  }
}

export const isPublish = (packet: Buffer): boolean => (packet[0] ?? 0) >> 4 === PUBLISH;

function lengthOf(bytes: Buffer): number | undefined {
  let length = 0;
  for (let at = 1; at <= 4; at += 1) {
    const byte = bytes[at];
    if (byte === undefined) return undefined;
    length += (byte & 0x7f) * 128 ** (at - 1);
    if (byte < 0x80) return 1 + at + length;
  }
  throw new Error('no MQTT packet begins here');
}
