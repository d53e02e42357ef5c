const FIN_TEXT = 0x81;
const IN_16_BITS = 126;
const IN_64_BITS = 127;

/** A text message as a WebSocket's server sends it, whole and made once for all who get it. */
export interface TextFrame {
  /** The message itself, UTF-8. */
  readonly bytes: Buffer;
  /** Its frame, header first: final, not masked, not compressed (RFC 6455, section 5.2). */
  readonly wire: Buffer;
}

/** `bytes` is a view of `wire`: the message is kept once. */
export function textFrameOf(message: object): TextFrame {
  const text = JSON.stringify(message);
  const length = Buffer.byteLength(text);
  const header = headerOf(length);
  const wire = Buffer.allocUnsafe(header.length + length);
  header.copy(wire);
  wire.write(text, header.length);
  return { bytes: wire.subarray(header.length), wire };
}

function headerOf(length: number): Buffer {
  if (length < IN_16_BITS) return Buffer.of(FIN_TEXT, length);
  if (length < 65_536) return Buffer.of(FIN_TEXT, IN_16_BITS, length >> 8, length & 0xff);
  const header = Buffer.alloc(10);
  header.writeUInt8(FIN_TEXT, 0);
  header.writeUInt8(IN_64_BITS, 1);
  header.writeBigUInt64BE(BigInt(length), 2);
  return header;
}
