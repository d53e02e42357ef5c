import { readSync, writeSync } from 'node:fs';

/** What is used of serialport's binding of one open port on Linux and macOS. */
export interface PolledPort {
  readonly fd: number | null;
  readonly isOpen: boolean;
  readonly poller: {
    once(event: 'readable' | 'writable', listener: (error: Error | null) => void): unknown;
  };
  read(
    buffer: Buffer,
    offset: number,
    length: number,
  ): Promise<{ buffer: Buffer; bytesRead: number }>;
  write(buffer: Buffer): Promise<void>;
}

/**
 * Reads and writes a port here, not in the thread pool: its descriptor does not block, and for a frame
 * of some bytes a thread costs more than all the rest of asking a node.
 *
 * Makes a read of 0 bytes an end of the line. serialport 13 reads again at once, for ever: where the
 * far end of a line has vanished it often says nothing and takes most of a core.
 */
export function workDirectly(port: PolledPort): void {
  port.read = async (buffer, offset, length) => {
    for (;;) {
      await isReady(port, 'readable');
      const bytesRead = unlessBusy(() => readSync(openFd(port), buffer, offset, length, null));
      if (bytesRead === 0) throw new Error('the line ended');
      if (bytesRead !== undefined) return { buffer, bytesRead };
    }
  };
  port.write = async (buffer) => {
    for (let from = 0; from < buffer.length;) {
      const written = unlessBusy(() => writeSync(openFd(port), buffer, from, undefined, null));
      if (written === undefined) await isReady(port, 'writable');
      else from += written;
    }
  };
}

function isReady(port: PolledPort, event: 'readable' | 'writable'): Promise<void> {
  return new Promise((resolve, reject) => {
    port.poller.once(event, (error) => (error ? reject(error) : resolve()));
  });
}

function openFd({ isOpen, fd }: PolledPort): number {
  if (isOpen && fd !== null) return fd;
  throw Object.assign(new Error('the port is closed'), { canceled: true });
}

/** undefined: nothing there to read, or no room to write. */
function unlessBusy(act: () => number): number | undefined {
  try {
    return act();
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR') return undefined;
    throw error;
  }
}
