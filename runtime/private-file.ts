import { randomBytes } from 'node:crypto';
import { chownSync, closeSync, fsyncSync, openSync, renameSync, rmSync, statSync } from 'node:fs';
import { writeFileSync } from 'node:fs';
import { dirname } from 'node:path';

/**
 * Replaces a file whole or not at all, also through a power cut; readable by its owner only, unless
 * `mode` says else. Root leaves it to whom it belonged, or to whom the folder belongs: the service
 * that reads it must still be able to.
 */
export function writePrivateFile(file: string, text: string, mode = 0o600): void {
  const temporary = `${file}.${randomBytes(6).toString('hex')}.tmp`;
  try {
    writeFileSync(temporary, text, { mode });
    if (process.getuid?.() === 0) {
      const { uid, gid } = statSync(file, { throwIfNoEntry: false }) ?? statSync(dirname(file));
      chownSync(temporary, uid, gid);
    }
    const handle = openSync(temporary, 'r+');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(temporary, file);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
}
