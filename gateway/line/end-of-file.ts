import { readSync } from 'node:fs';

/** What is used of serialport's binding of one open port on Linux and macOS. */
export interface PolledPort {
  readonly fd: number | null;
  readonly isOpen: boolean;
  readonly poller: { once(event: 'readable', listener: (error: Error | null) => void): unknown };
  read(
    buffer: Buffer,
    offset: number,
    length: number,
  ): Promise<{ buffer: Buffer; bytesRead: number }>;
}

/**
 * Makes a read of 0 bytes an end of the line. serialport 13 reads again at once, for ever: where the
 * far end of a line has vanished it often says nothing and takes most of a core.
 */
export function endAtEndOfFile(port: PolledPort): void {
  port.read = async (buffer, offset, length) => {
    for (;;) {
      await readable(port);
      // Read here, not in the thread pool: the descriptor does not block, and something is there.
      const bytesRead = readNow(port, buffer, offset, length);
      if (bytesRead === 0) throw new Error('the line ended');
      if (bytesRead !== undefined) return { buffer, bytesRead };
    }
  };
}

function readable(port: PolledPort): Promise<void> {
  return new Promise((resolve, reject) => {
    port.poller.once('readable', (error) => (error ? reject(error) : resolve()));
  });
}

/** undefined: nothing there after all. */
function readNow(
  port: PolledPort,
  buffer: Buffer,
  offset: number,
  length: number,
): number | undefined {
  if (!port.isOpen || port.fd === null) {
    throw Object.assign(new Error('the port is closed'), { canceled: true });
  }
  try {
    return readSync(port.fd, buffer, offset, length, null);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EAGAIN' || code === 'EWOULDBLOCK' || code === 'EINTR') return undefined;
    throw error;
  }
}
