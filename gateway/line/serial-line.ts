import { SerialPort } from 'serialport';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import { workDirectly } from './direct-port.ts';
import type { PolledPort } from './direct-port.ts';
import type { Line, OpenLine } from './line.ts';

export interface SerialSettings {
  /** A stable name: `/dev/serial/by-id/…`, or where the simulator publishes the line. */
  readonly path: string;
  readonly baud: number;
  readonly parity: 'none' | 'even' | 'odd';
}

/** A serial port of the machine, opened exclusively. */
export function serialLine({ path, baud, parity }: SerialSettings): OpenLine {
  return async (listener) => {
    const port = new SerialPort({
      path,
      baudRate: baud,
      parity,
      dataBits: 8,
      stopBits: 1,
      lock: true,
      autoOpen: false,
      highWaterMark: 4_096,
    });
    await new Promise<void>((resolve, reject) => {
      port.open((error) => {
        if (error) reject(new UnavailableError('line_absent', `${path}: ${messageOf(error)}`));
        else resolve();
      });
    });

    // Nothing is read before somebody listens. The published type leaves out the poller, which the
    // binding of every Unix has; Windows reports a lost port by itself.
    if (process.platform !== 'win32') workDirectly(port.port as unknown as PolledPort);

    let gone = false;
    const lose = (reason: string) => {
      if (gone) return;
      gone = true;
      if (port.isOpen) port.close();
      listener.lost(reason);
    };
    port.on('data', (chunk: Buffer) => {
      if (!gone) listener.bytes(chunk);
    });
    port.on('error', (error: Error) => lose(messageOf(error)));
    port.on('close', (error: Error | null) => lose(error ? messageOf(error) : 'closed'));
    return lineOf(port, () => {
      const first = !gone;
      gone = true;
      return first;
    });
  };
}

function lineOf(port: SerialPort, release: () => boolean): Line {
  const whenOpen = (act: (done: (error?: Error | null) => void) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      if (!port.isOpen) return reject(new UnavailableError('line_lost', 'the line is gone'));
      act((error) => {
        if (error) reject(new UnavailableError('line_lost', messageOf(error)));
        else resolve();
      });
    });
  return {
    write: (bytes) => whenOpen((done) => port.write(Buffer.from(bytes), (error) => done(error))),
    flush: () => whenOpen((done) => port.flush((error) => done(error))),
    close: async () => {
      if (!release() || !port.isOpen) return;
      await whenOpen((done) => port.close((error) => done(error)));
    },
  };
}
