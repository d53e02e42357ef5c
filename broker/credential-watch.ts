import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { readCredentials } from '#runtime/credentials.ts';
import type { ClientCredential } from '#runtime/credentials.ts';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';

/** Several notices of one change are one change. */
const SETTLE_MS = 50;
/** Where the system tells nothing (network folders, no watches left): a stolen secret ends by this. */
const POLL_MS = 1_000;

/**
 * Calls `changed` with the new credentials after each change of the file. A file that cannot be
 * read changes nothing: the former credentials hold, and the log says why.
 */
export function watchCredentials(
  file: string,
  log: Log,
  changed: (credentials: ReadonlyMap<string, ClientCredential>) => void,
): { close(): void } {
  // Read once more soon: the file may have changed since the broker read it.
  let seen = '';
  let settle: NodeJS.Timeout | undefined;

  function reread(): void {
    const stamp = stampOf(file);
    if (stamp === seen) return;
    seen = stamp;
    try {
      const credentials = readCredentials(file);
      log.info({ file, clients: credentials.size }, 'broker.credentials.read');
      changed(credentials);
    } catch (error) {
      log.error({ file, reason: messageOf(error) }, 'broker.credentials.unreadable');
    }
  }

  function notice(): FSWatcher | undefined {
    try {
      // The folder, not the file: a file that is replaced by rename takes its watch along.
      const watcher = watch(dirname(file), (_, name) => {
        if (name !== null && name !== basename(file)) return;
        clearTimeout(settle);
        settle = setTimeout(reread, SETTLE_MS);
      });
      return watcher.on('error', unwatched);
    } catch (error) {
      unwatched(error);
      return undefined;
    }
  }

  function unwatched(error: unknown): void {
    log.warn({ file, reason: messageOf(error), pollMs: POLL_MS }, 'broker.credentials.unwatched');
  }

  const watcher = notice();
  const poll = setInterval(reread, POLL_MS);
  return {
    close: () => {
      watcher?.close();
      clearTimeout(settle);
      clearInterval(poll);
    },
  };
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? 'absent' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}
