import { wireMs } from '#contract/modbus.ts';
import type { Link } from '#contract/node-config.ts';
import type { Clock } from '#runtime/clock.ts';
import { ModbusMaster } from '../bus/modbus-master.ts';
import type { LineListener, OpenLine } from '../line/line.ts';

/** A line that somebody works on: opened as it is set, closed, opened anew with another setting. */
export interface LineAccess {
  /** As people call it: a path, or a host and its port. */
  readonly name: string;
  /** False: its speed and parity are set at a serial server, and not from here. */
  readonly isTunable: boolean;
  readonly clock: Clock;
  /** Throws UnavailableError where there is no such line, or somebody else has it. */
  open(link: Link, listener: LineListener): ReturnType<OpenLine>;
  pause(ms: number): Promise<void>;
}

export interface OpenedMaster {
  readonly master: ModbusMaster;
  readonly close: () => Promise<void>;
}

/** Nothing of an earlier setting may still be under way when a line is asked anew. */
const SETTLE_CHARACTERS = 4;

/** Opens the line for asking, and only that. */
export async function openMaster(access: LineAccess, link: Link): Promise<OpenedMaster> {
  let master: ModbusMaster | undefined;
  const line = await access.open(link, {
    bytes: (chunk) => master?.bytes(chunk),
    lost: () => master?.lose(),
  });
  await access.pause(wireMs(SETTLE_CHARACTERS, link.baud));
  const opened = new ModbusMaster(line, link.baud, access.clock);
  master = opened;
  return {
    master: opened,
    close: async () => {
      opened.lose();
      await line.close();
    },
  };
}

/** Opens the line, uses it, and closes it whatever happens. */
export async function withMaster<T>(
  access: LineAccess,
  link: Link,
  use: (master: ModbusMaster) => Promise<T>,
): Promise<T> {
  const { master, close } = await openMaster(access, link);
  try {
    return await use(master);
  } finally {
    await close();
  }
}
