import { accessSync, constants, existsSync, mkdirSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { envNameOf, flagNameOf } from './config.ts';
import { ConfigError, messageOf, UnavailableError } from './errors.ts';
import { openLock } from './sqlite.ts';

export interface DataFolder {
  /** Lets the next one have the folder; a killed process has let go of it already. */
  release(): void;
}

/**
 * Makes the folder where it is missing and takes it for this process alone: two writers of one
 * journal or log would each undo what the other promised. `key` is the setting that names it.
 * Throws ConfigError when it cannot be written, UnavailableError when somebody else has it.
 */
export function takeDataFolder(folder: string, key: string): DataFolder {
  const set = `(${envNameOf(key)}, --${flagNameOf(key)})`;
  try {
    makeFolder(resolve(folder));
    accessSync(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    if (!statSync(folder).isDirectory()) throw new Error('it is a file');
  } catch (error) {
    throw new ConfigError([
      `${key}: "${folder}" cannot be written: ${messageOf(error)}; set another folder ${set}`,
    ]);
  }
  const lock = openLock(join(folder, 'in-use.lock'));
  if (lock === undefined) {
    throw new UnavailableError(
      'folder_in_use',
      `${key}: "${folder}" is in use by another Binjari that runs; stop that one, or set another folder ${set}`,
    );
  }
  return { release: () => lock.close() };
}

/**
 * Makes the folder with its parents where they are missing; throws what the system says.
 * One step at a time: Node's own recursion never ends where a parent refuses by ENOENT (/proc).
 */
export function makeFolder(path: string): void {
  if (existsSync(path)) return;
  if (dirname(path) !== path) makeFolder(dirname(path));
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}
