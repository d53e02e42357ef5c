import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ConfigError } from '#runtime/errors.ts';

/** It stands in a data folder from the first file of a restore to the last. */
export const RESTORING = 'restoring';

/** Half a log would begin to be written as if it were a whole one. */
export function refuseHalfRestored(dataFolder: string): void {
  if (!existsSync(join(dataFolder, RESTORING))) return;
  throw new ConfigError([
    `dataFolder: "${dataFolder}" holds a restore that did not come to its end: empty the folder and restore again`,
  ]);
}
