import { causeText } from '#contract/alarm-causes.ts';
import { statfsSync } from 'node:fs';
import type { Condition } from './alarm-board.ts';
import { messageOf } from './errors.ts';

const LOW_SHARE = 0.05;
const LOW_BYTES = 2 * 1024 ** 3;
const MIB = 1024 ** 2;

/** `disk_low` where the folder's disk has little room left for this user, or cannot be asked. */
export function diskConditions(folder: string): Condition[] {
  try {
    const { bavail, blocks, bsize } = statfsSync(folder);
    const freeBytes = bavail * bsize;
    const totalBytes = blocks * bsize;
    if (!isLow(freeBytes, totalBytes)) return [];
    const [free, total] = [freeBytes, totalBytes].map((bytes) => Math.floor(bytes / MIB));
    const cause = causeText('diskLow', { free: free ?? 0, total: total ?? 0 });
    return [{ alarm: 'disk_low', subject: '', cause }];
  } catch (error) {
    return [{ alarm: 'disk_low', subject: '', cause: messageOf(error) }];
  }
}

export function isLow(freeBytes: number, totalBytes: number): boolean {
  return freeBytes < Math.min(LOW_BYTES, LOW_SHARE * totalBytes);
}
