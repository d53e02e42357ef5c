import { closeSync, mkdirSync, openSync, renameSync, fstatSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import type { BayId, GatewayId, LineId, SensorId } from '#contract/ids.ts';
import type { SensorFault } from '../node/fault-kinds.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';

/** What really happened, by the wall clock of the instant at which the simulator made it so. */
export type TruthEntry =
  | {
      readonly kind: 'initial';
      readonly bay: BayId;
      readonly occupied: boolean;
      readonly at: number;
    }
  /** Its wheels stopped in the bay; its wheels left it. */
  | { readonly kind: 'stopped' | 'left'; readonly bay: BayId; readonly at: number }
  | {
      readonly kind: 'unplugged' | 'replugged';
      readonly gateway: GatewayId;
      readonly line: LineId;
      readonly at: number;
    }
  | {
      readonly kind: 'muted' | 'unmuted' | 'failed' | 'mended';
      readonly gateway: GatewayId;
      readonly line: LineId;
      readonly sensor: SensorId;
      readonly bay: BayId;
      readonly fault?: SensorFault;
      readonly at: number;
    };

export interface Truth {
  write(entry: TruthEntry): void;
  /** Entries that the disk did not take. */
  readonly lost: number;
  close(): void;
}

export const noTruth: Truth = { write: () => undefined, lost: 0, close: () => undefined };

/**
 * Appends JSON lines to a file, each written at once, so that a killed simulator leaves all that it
 * did. Overflow rule "current and previous": at `mostBytes` the file becomes `<file>.1`, replacing
 * an earlier one, and a new one begins.
 */
export function openTruth(path: string, mostBytes: number, log: Log): Truth {
  mkdirSync(dirname(path), { recursive: true });
  let fd = openSync(path, 'a');
  let size = fstatSync(fd).size;
  let lost = 0;

  function append(entry: TruthEntry): void {
    const line = Buffer.from(`${JSON.stringify(entry)}\n`);
    if (size > 0 && size + line.length > mostBytes) {
      closeSync(fd);
      renameSync(path, `${path}.1`);
      fd = openSync(path, 'a');
      size = 0;
      log.info({ path }, 'sim.truth.rotated');
    }
    writeSync(fd, line);
    size += line.length;
  }

  return {
    get lost() {
      return lost;
    },
    write: (entry) => {
      try {
        append(entry);
      } catch (error) {
        lost += 1;
        if (lost === 1) log.error({ path, reason: messageOf(error) }, 'sim.truth.lost');
      }
    },
    close: () => closeSync(fd),
  };
}
