import { readdirSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { SerialPort } from 'serialport';

export interface ListedPort {
  /** A stable name where there is one: it stays when adapters are plugged in elsewhere. */
  readonly path: string;
  /** The maker of the adapter, where the system knows it. */
  readonly maker: string | undefined;
}

const BY_ID = '/dev/serial/by-id';
/** Adapters; a board's own ports are listed by the system itself. */
const ADAPTER = /^tty(USB|ACM|AMA|XRUSB|\.usb)/;

/** The serial ports that a sensor may hang on, adapters first. */
export async function listSerialPorts(): Promise<readonly ListedPort[]> {
  const stable = new Map(entriesOf(BY_ID).map((path) => [targetOf(path), path]));
  const listed = await systemPorts();
  const known = new Set(listed.map(({ path }) => path));
  const found = entriesOf('/dev').filter(
    (path) => ADAPTER.test(path.slice('/dev/'.length)) && !known.has(path),
  );
  return [...listed, ...found.map((path) => ({ path, maker: undefined, isAdapter: true }))]
    .toSorted((a, b) => Number(b.isAdapter) - Number(a.isAdapter))
    .map(({ path, maker }) => ({ path: stable.get(path) ?? path, maker }));
}

interface SystemPort extends ListedPort {
  readonly isAdapter: boolean;
}

/** On Linux it asks udevadm, which a small machine may lack: then the device files say enough. */
async function systemPorts(): Promise<SystemPort[]> {
  try {
    const ports = await SerialPort.list();
    return ports.map(({ path, manufacturer, vendorId }) => ({
      path,
      maker: manufacturer,
      isAdapter: vendorId !== undefined || ADAPTER.test(path.slice('/dev/'.length)),
    }));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).map((name) => join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** An adapter may be pulled out meanwhile. */
function targetOf(link: string): string {
  try {
    return realpathSync(link);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return link;
    throw error;
  }
}
