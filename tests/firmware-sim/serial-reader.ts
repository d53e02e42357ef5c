import { SerialPort } from 'serialport';
import { until } from '../support/until.ts';

/** A real reader on a line: keeps what came, and when the last of it came. */
export interface SerialReader extends AsyncDisposable {
  readonly port: SerialPort;
  readonly heard: readonly number[];
  /** When each heard byte came, by the monotonic clock. */
  readonly heardAt: readonly number[];
  /** Writes and resolves with when that was; what was heard before is forgotten. */
  write(bytes: Uint8Array | string): number;
  /** Resolves with the first bytes heard since the last write, as hex. */
  untilHeard(count: number, withinMs?: number): Promise<string>;
}

export async function openSerialReader(path: string, baud = 19_200): Promise<SerialReader> {
  const port = new SerialPort({ path, baudRate: baud, autoOpen: false });
  let heard: number[] = [];
  let heardAt: number[] = [];
  port.on('data', (bytes: Buffer) => {
    heard.push(...bytes);
    heardAt.push(...Array.from(bytes, () => performance.now()));
  });
  // A line that vanishes may be reported or not; the tests look at the path.
  port.on('error', () => undefined);
  await new Promise<void>((resolve, reject) => {
    port.open((error) => (error ? reject(error) : resolve()));
  });
  return {
    port,
    get heard() {
      return heard;
    },
    get heardAt() {
      return heardAt;
    },
    write: (bytes) => {
      heard = [];
      heardAt = [];
      port.write(typeof bytes === 'string' ? fromHex(bytes) : bytes);
      return performance.now();
    },
    untilHeard: async (count, withinMs = 3_000) => {
      await until(() => heard.length >= count, { withinMs, everyMs: 2 });
      return toHex(heard);
    },
    [Symbol.asyncDispose]: async () => {
      if (!port.isOpen) return;
      await new Promise((resolve) => {
        port.close(resolve);
      });
    },
  };
}

export function fromHex(hex: string): Uint8Array {
  return Uint8Array.from(hex.trim().split(/\s+/), (byte) => Number.parseInt(byte, 16));
}

export function toHex(bytes: Iterable<number>): string {
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0').toUpperCase()).join(' ');
}
