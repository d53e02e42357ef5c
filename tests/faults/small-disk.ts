import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmdirSync, rmSync, statfsSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A disk of a few MiB that can be filled and freed. */
export interface SmallDisk {
  fill(): void;
  free(): void;
  close(): void;
}

const mount = (folder: string, size: string) =>
  spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]).status === 0;
/** Also while somebody still has a file open in it. */
const unmount = (folder: string) => spawnSync('umount', ['--lazy', folder]);

/** Needs root: a tmpfs is mounted. */
export const mayMakeDisks: boolean = (() => {
  const folder = mkdtempSync(join(tmpdir(), 'binjari-'));
  const may = mount(folder, '1m');
  if (may) unmount(folder);
  rmdirSync(folder);
  return may;
})();

/** At the folder, which is made; `size` as tmpfs takes it, e.g. `8m`. */
export function openSmallDisk(folder: string, size: string): SmallDisk {
  mkdirSync(folder, { recursive: true });
  execFileSync('mount', ['-t', 'tmpfs', '-o', `size=${size}`, 'tmpfs', folder]);
  const filler = join(folder, 'filler');
  return {
    fill: () => {
      const { bavail, bsize } = statfsSync(folder);
      try {
        writeFileSync(filler, Buffer.alloc(bavail * bsize));
      } catch (error) {
        // Somebody else took a part of it meanwhile: it is full all the same.
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
      }
    },
    free: () => rmSync(filler, { force: true }),
    close: () => void unmount(folder),
  };
}
