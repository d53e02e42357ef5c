import { UnavailableError } from '#runtime/errors.ts';
import type { LineListener, OpenLine } from './line.ts';

/** The far end of a line that exists in memory only. */
export interface MemoryLineEnd {
  readonly open: OpenLine;
  /** What the near end hears. */
  send(bytes: Uint8Array): void;
  /** What the near end has written. */
  onWritten(listener: (bytes: Uint8Array) => void): void;
  /** Pulls the cable: the near end is lost and cannot be opened until `plugIn`. */
  unplug(): void;
  plugIn(): void;
}

/** A line without a port: one near end at a time, bytes delivered in later turns, in order. */
export function memoryLine(): MemoryLineEnd {
  let near: LineListener | undefined;
  let plugged = true;
  const writtenListeners: ((bytes: Uint8Array) => void)[] = [];
  return {
    open: async (listener) => {
      if (!plugged || near) throw new UnavailableError('line_absent', 'no such line, or in use');
      near = listener;
      const isOpen = () => near === listener;
      const ifOpen = async (act: () => void) => {
        if (!isOpen()) throw new UnavailableError('line_lost', 'the line is gone');
        act();
      };
      return {
        write: (bytes) =>
          ifOpen(() => {
            const copy = bytes.slice();
            setImmediate(() => {
              for (const heard of writtenListeners) heard(copy);
            });
          }),
        flush: () => ifOpen(() => undefined),
        close: async () => {
          if (isOpen()) near = undefined;
        },
      };
    },
    send: (bytes) => {
      const copy = bytes.slice();
      const to = near;
      setImmediate(() => {
        if (near === to) to?.bytes(copy);
      });
    },
    onWritten: (listener) => void writtenListeners.push(listener),
    unplug: () => {
      plugged = false;
      const lost = near;
      near = undefined;
      lost?.lost('unplugged');
    },
    plugIn: () => {
      plugged = true;
    },
  };
}
