import type { Duplex } from 'node:stream';

/**
 * Reads MQTT's fixed headers (MQTT 3.1.1, 2.2) ahead of the broker, whose parser would buffer
 * whatever length a header declares, 256 MiB before any login. Keeps no bytes itself.
 */
export interface PacketGuard {
  /** Why the connection must end, or undefined: the bytes may go on to the broker. */
  look(bytes: Uint8Array): GuardRefusal | undefined;
  /** The client is known: the larger limit holds from the next packet. */
  letIn(): void;
}

export const GUARD_REFUSALS = ['not_mqtt', 'packet_too_large'] as const;
export type GuardRefusal = (typeof GUARD_REFUSALS)[number];

export interface GuardLimits {
  /** Of a whole packet, header included, once the client is let in. */
  readonly maxPacketBytes: number;
  /** The same before: a CONNECT with its will, and what is sent without waiting for the answer. */
  readonly maxConnectBytes: number;
}

/** Its type with its flags, which must be 0. */
const CONNECT = 0x10;
const LAST_TYPE = 14;
const MAX_LENGTH_BYTES = 4;

export function openPacketGuard({ maxPacketBytes, maxConnectBytes }: GuardLimits): PacketGuard {
  let limit = maxConnectBytes;
  let first = true;
  /** Where in a header we are: 0 at its type, 1 to 4 at its length bytes. */
  let headerAt = 0;
  let length = 0;
  /** Body bytes still to come, which nobody here needs to look at. */
  let skip = 0;

  return {
    letIn: () => {
      limit = maxPacketBytes;
    },
    look: (bytes) => {
      let at = 0;
      while (at < bytes.length) {
        if (skip > 0) {
          const skipped = Math.min(skip, bytes.length - at);
          skip -= skipped;
          at += skipped;
          continue;
        }
        const byte = bytes[at] ?? 0;
        at += 1;
        if (headerAt === 0) {
          const type = byte >> 4;
          if (first ? byte !== CONNECT : type === 0 || type > LAST_TYPE || type === CONNECT >> 4) {
            return 'not_mqtt';
          }
          first = false;
          length = 0;
          headerAt = 1;
          continue;
        }
        length += (byte & 0x7f) * 128 ** (headerAt - 1);
        if (1 + headerAt + length > limit) return 'packet_too_large';
        if (byte < 0x80) {
          skip = length;
          headerAt = 0;
        } else if (headerAt === MAX_LENGTH_BYTES) {
          return 'not_mqtt';
        } else headerAt += 1;
      }
      return undefined;
    },
  };
}

/**
 * Puts a guard before whoever reads the stream by `read()`, which is the only way that Aedes does:
 * no second stream, no copy, no wake-up.
 */
export function guardReads(
  stream: Duplex,
  guard: PacketGuard,
  refuse: (reason: GuardRefusal) => void,
): void {
  const read = stream.read.bind(stream);
  stream.read = (size?: number): unknown => {
    const chunk: unknown = read(size);
    if (!(chunk instanceof Uint8Array)) return chunk;
    const reason = guard.look(chunk);
    if (reason === undefined) return chunk;
    refuse(reason);
    stream.destroy();
    return null;
  };
}
