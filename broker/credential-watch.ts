import { readCredentials } from '#runtime/credentials.ts';
import type { ClientCredential } from '#runtime/credentials.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import { watchFiles } from './file-watch.ts';

/**
 * Calls `changed` with the new credentials after each change of the file. A file that cannot be
 * read changes nothing: the former credentials hold, and the log says why.
 */
export function watchCredentials(
  file: string,
  log: Log,
  changed: (credentials: ReadonlyMap<string, ClientCredential>) => void,
): { close(): void } {
  return watchFiles([file], log, () => {
    try {
      const credentials = readCredentials(file);
      log.info({ file, clients: credentials.size }, 'broker.credentials.read');
      changed(credentials);
    } catch (error) {
      log.error({ file, reason: messageOf(error) }, 'broker.credentials.unreadable');
    }
  });
}
