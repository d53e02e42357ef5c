import { setTimeout as delay } from 'node:timers/promises';
import { encodeRequest, isSealed, responseLength, wireMs } from '#contract/modbus.ts';
import { rangeMaps } from '#contract/range-registers.ts';
import { sampleBlock } from '#contract/registers.ts';
import { isModbusKind } from '#contract/sensor-kind.ts';
import type { LineProperties, SensorProperties } from '#contract/site.ts';
import { serialLine } from '#gateway/line/serial-line.ts';

/** How a line was listened to, and what came. */
export interface Attempt {
  readonly baud: number;
  readonly parity: LineProperties['parity'];
  readonly heard: readonly Heard[];
}

export interface Heard {
  /** undefined: a sensor that speaks unasked. */
  readonly address: number | undefined;
  readonly bytes: Uint8Array;
}

type Settings = Pick<Attempt, 'baud' | 'parity'>;

/** A node answers within 100 ms; the rest is for the adapter and the system. */
const ANSWER_MS = 180;
/** A free-running sensor speaks several times a second. */
const LISTEN_MS = 1_500;

/** Asks these sensors of a line once each, as the settings say; throws UnavailableError. */
export async function talk(
  path: string,
  sensors: readonly SensorProperties[],
  settings: Settings,
): Promise<Attempt> {
  let bytes: number[] = [];
  const line = await serialLine({ path, ...settings })({
    bytes: (chunk) => bytes.push(...chunk),
    lost: () => undefined,
  });
  const heard: Heard[] = [];
  try {
    for (const { kind, address } of sensors) {
      bytes = [];
      if (!isModbusKind(kind)) {
        await delay(LISTEN_MS);
        heard.push({ address: undefined, bytes: Uint8Array.from(bytes) });
        continue;
      }
      const block = kind === 'pbn1' ? sampleBlock : rangeMaps[kind].poll;
      const request = { ...block, address: address ?? 0 };
      const sent = encodeRequest(request);
      await line.write(sent);
      await delay(ANSWER_MS + wireMs(sent.length + responseLength(request), settings.baud));
      heard.push({ address, bytes: withoutEcho(Uint8Array.from(bytes), sent) });
    }
  } finally {
    await line.close();
  }
  return { ...settings, heard };
}

/** Some adapters hear themselves. */
function withoutEcho(bytes: Uint8Array, sent: Uint8Array): Uint8Array {
  return sent.every((byte, at) => bytes[at] === byte) ? bytes.slice(sent.length) : bytes;
}

/** How many whole frames of the address stand in the bytes, wherever they begin. */
export function framesFrom(address: number, bytes: Uint8Array): number {
  let frames = 0;
  for (let at = 0; at + 5 <= bytes.length; at += 1) {
    if (bytes[at] !== address) continue;
    const end = frameEnd(bytes, at);
    if (end === undefined || !isSealed(bytes, at, end)) continue;
    frames += 1;
    at = end - 1;
  }
  return frames;
}

/** An exception is five bytes; an answer says its length. */
function frameEnd(bytes: Uint8Array, at: number): number | undefined {
  const isException = ((bytes[at + 1] ?? 0) & 0x80) !== 0;
  const end = at + (isException ? 5 : 5 + (bytes[at + 2] ?? 0));
  return end <= bytes.length ? end : undefined;
}
