import { existsSync, statfsSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { fine, problem, warning } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';

const MB = 1_000_000;
/** A busy gateway writes some 10 MB a day, a city's api some 200. */
const LEAST_BYTES = 50 * MB;
const LOW_SHARE = 0.05;

export const disk: Check = {
  name: 'disk',
  run: ({ dataFolder }) => {
    const folder = nearestFolder(resolve(dataFolder));
    const { bavail, blocks, bsize, ffree, files } = statfsSync(folder);
    const freeInodes = files === 0 ? 1 : ffree / files;
    return [judgeDisk(dataFolder, bavail * bsize, blocks * bsize, freeInodes)];
  },
};

/** `freeInodes`: a share, 0 to 1. */
export function judgeDisk(
  folder: string,
  freeBytes: number,
  allBytes: number,
  freeInodes: number,
): Finding {
  const mend = 'Make room on that disk, or put the data folder on a larger one.';
  const mb = (bytes: number) => `${Math.floor(bytes / MB)} MB`;
  const found = `${folder}: ${mb(freeBytes)} free of ${mb(allBytes)}`;
  if (freeInodes === 0) return problem(`${folder}: no inode is free`, 'certain', mend);
  if (freeBytes < LEAST_BYTES) return problem(found, 'certain', mend);
  const isLow = freeBytes < LOW_SHARE * allBytes || freeInodes < LOW_SHARE;
  return isLow ? warning(found, 'certain', mend) : fine(found);
}

function nearestFolder(path: string): string {
  return existsSync(path) ? path : nearestFolder(dirname(path));
}
