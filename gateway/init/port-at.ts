import type { Line } from '../line/line.ts';
import { serialLine } from '../line/serial-line.ts';
import type { SerialSettings } from '../line/serial-line.ts';

/** A port that is open at one speed and parity; what it brings goes to whoever listens now. */
export interface OpenPort {
  readonly line: Line;
  listen(hear: (chunk: Uint8Array) => void): void;
}

/** Opens the port, lets it be used, and closes it. Throws UnavailableError where there is none. */
export async function withPort<T>(
  settings: SerialSettings,
  use: (port: OpenPort) => Promise<T>,
): Promise<T> {
  let hear: ((chunk: Uint8Array) => void) | undefined;
  const line = await serialLine(settings)({
    bytes: (chunk) => hear?.(chunk),
    // A write or the end of the time for an answer tells the same.
    lost: () => undefined,
  });
  try {
    return await use({
      line,
      listen: (listener) => {
        hear = listener;
      },
    });
  } finally {
    await line.close();
  }
}

export const rest = (ms: number): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
