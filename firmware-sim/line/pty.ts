import { spawn } from 'node:child_process';
import {
  closeSync,
  constants,
  mkdirSync,
  openSync,
  readlinkSync,
  renameSync,
  rmSync,
  symlinkSync,
  writeSync,
} from 'node:fs';
import type { Socket } from 'node:net';
import { dirname } from 'node:path';
import { messageOf, UnavailableError } from '#runtime/errors.ts';

/** A serial line that any program opens by its path, as it would open a USB adapter. */
export interface SimulatedLine {
  readonly path: string;
  readonly plugged: boolean;
  /** Bytes that nobody took in time: a full line loses what comes, as a real one does. */
  readonly bytesLost: number;
  /** Puts bytes onto the line at once; pacing is the caller's. Never waits. */
  write(bytes: Uint8Array): void;
  /** The adapter is pulled out: the reader's device is gone, and so is its path. */
  unplug(): void;
  /** A new device under the same path; throws UnavailableError when the system gives none. */
  replug(): Promise<void>;
  close(): void;
}

export interface LineEvents {
  onBytes(bytes: Uint8Array): void;
  /** The device failed by itself; the line is unplugged then. */
  onLost(error: Error): void;
}

/** What `open` of node-pty gives; its type declarations leave `open` out. */
interface BarePty {
  readonly fd: number;
  readonly ptsName: string;
  readonly master: Socket;
  readonly slave: Socket;
}

/**
 * Opens a pseudo-terminal and publishes its slave at `path` by a symbolic link, replaced
 * atomically. Throws UnavailableError when pseudo-terminals are not to be had here.
 */
export async function openSimulatedLine(path: string, events: LineEvents): Promise<SimulatedLine> {
  mkdirSync(dirname(path), { recursive: true });
  let device: Device | undefined = await openDevice(events, lose);
  let lost = 0;
  publish(path, device.slavePath);

  function lose(error: Error): void {
    unplug();
    events.onLost(error);
  }

  function unplug(): void {
    const gone = device;
    if (gone === undefined) return;
    device = undefined;
    withdraw(path, gone.slavePath);
    lost += gone.lost();
    gone.close();
  }

  return {
    path,
    get plugged() {
      return device !== undefined;
    },
    get bytesLost() {
      return lost + (device?.lost() ?? 0);
    },
    write: (bytes) => {
      if (device === undefined) lost += bytes.length;
      else device.write(bytes);
    },
    unplug,
    replug: async () => {
      if (device !== undefined) return;
      device = await openDevice(events, lose);
      publish(path, device.slavePath);
    },
    close: unplug,
  };
}

interface Device {
  readonly slavePath: string;
  lost(): number;
  write(bytes: Uint8Array): void;
  close(): void;
}

async function openDevice(events: LineEvents, lose: (error: Error) => void): Promise<Device> {
  const pty = await openBarePty();
  const { master, ptsName, fd } = pty;
  // Without a second holder of the slave the master fails whenever no reader is there. O_NOCTTY:
  // the first terminal that a session leader opens would become its controlling terminal.
  const held = openSync(ptsName, constants.O_RDWR | constants.O_NOCTTY);
  // node-pty reads the slave itself and would take the reader's bytes.
  pty.slave.destroy();
  let lost = 0;
  let open = true;
  const close = () => {
    if (!open) return;
    open = false;
    // Never pty.destroy() or pty.kill(): a bare pty has the process id −1, and a signal to −1
    // reaches every process of this user.
    master.destroy();
    closeSync(held);
  };
  master.on('error', (error) => {
    if (open) lose(error);
  });
  try {
    await makeRaw(held);
  } catch (error) {
    close();
    throw error;
  }
  master.on('data', (bytes: Uint8Array) => events.onBytes(bytes));
  return {
    slavePath: ptsName,
    lost: () => lost,
    // By the descriptor: the stream's own write blocks the whole process on a line nobody reads.
    write: (bytes) => {
      lost += bytes.length - writeWithoutWaiting(fd, bytes);
    },
    close,
  };
}

async function openBarePty(): Promise<BarePty> {
  try {
    const pty = (await import('@lydell/node-pty')) as unknown as {
      open(options: { encoding: null }): BarePty;
    };
    // No encoding: the default reads bytes from 0x80 on as broken UTF-8.
    return pty.open({ encoding: null });
  } catch (error) {
    const message = `no pseudo-terminal for a simulated line: ${messageOf(error)}`;
    throw new UnavailableError('no_pty', message, { cause: error });
  }
}

/** Until a reader sets its own mode, a terminal echoes and translates; a serial line does neither. */
async function makeRaw(slave: number): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const child = spawn('stty', ['raw', '-echo'], { stdio: [slave, 'ignore', 'ignore'] });
    child.once('error', (error) => reject(new UnavailableError('no_stty', error.message)));
    child.once('exit', (code) => {
      if (code === 0) resolve();
      else reject(new UnavailableError('no_stty', `stty ended with ${code ?? 'a signal'}`));
    });
  });
}

/** How many bytes went out; less than all when the line is full. */
function writeWithoutWaiting(fd: number, bytes: Uint8Array): number {
  try {
    return writeSync(fd, bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === 'EAGAIN' || code === 'EIO') return 0;
    throw error;
  }
}

/** By a link beside it and a rename, so that a reader finds the old device or the new, never none. */
function publish(path: string, slavePath: string): void {
  const beside = `${path}.${process.pid}.new`;
  rmSync(beside, { force: true });
  symlinkSync(slavePath, beside);
  renameSync(beside, path);
}

/** Only our own link: another simulator may have published the line meanwhile. */
function withdraw(path: string, slavePath: string): void {
  if (linkTarget(path) === slavePath) rmSync(path, { force: true });
}

function linkTarget(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}
