import { statSync, watch } from 'node:fs';
import type { FSWatcher } from 'node:fs';
import { basename, dirname } from 'node:path';
import { messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';

/** Several notices of one change are one change. */
const SETTLE_MS = 50;
/** Where the system tells nothing (network folders, no watches left): a stolen secret ends by this. */
const POLL_MS = 1_000;

/** Calls `changed` once soon, and after each change of one of the files, replaced or rewritten. */
export function watchFiles(
  files: readonly string[],
  log: Log,
  changed: () => void,
): { close(): void } {
  // Looked at once more soon: a file may have changed since it was first read.
  let seen = '';
  let settle: NodeJS.Timeout | undefined;

  function look(): void {
    const stamp = files.map(stampOf).join('\n');
    if (stamp === seen) return;
    seen = stamp;
    changed();
  }

  function notice(folder: string): FSWatcher | undefined {
    const mine = files.filter((file) => dirname(file) === folder);
    const names = new Set(mine.map((file) => basename(file)));
    const unwatched = (error: unknown) => {
      const reason = messageOf(error);
      log.warn({ folder, reason, pollMs: POLL_MS }, 'broker.folder.unwatched');
    };
    try {
      // The folder, not the file: a file that is replaced by rename takes its watch along.
      const watcher = watch(folder, (_, name) => {
        if (name !== null && !names.has(name)) return;
        clearTimeout(settle);
        settle = setTimeout(look, SETTLE_MS);
      });
      return watcher.on('error', unwatched);
    } catch (error) {
      unwatched(error);
      return undefined;
    }
  }

  const watchers = [...new Set(files.map((file) => dirname(file)))].map(notice);
  const poll = setInterval(look, POLL_MS);
  return {
    close: () => {
      for (const watcher of watchers) watcher?.close();
      clearTimeout(settle);
      clearInterval(poll);
    },
  };
}

function stampOf(file: string): string {
  const stat = statSync(file, { throwIfNoEntry: false, bigint: true });
  return stat === undefined ? 'absent' : `${stat.ino} ${stat.size} ${stat.mtimeNs}`;
}
