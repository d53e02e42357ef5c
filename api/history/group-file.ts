import { closeSync, existsSync, fsyncSync, mkdirSync, openSync, readdirSync } from 'node:fs';
import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { SPOOL_ENDING } from './spool.ts';
import type { ViewGroup } from './view.ts';

/** A group that is being written, and where the view stood before it. */
export interface PendingGroup {
  readonly build: number;
  readonly before: number | undefined;
  readonly group: ViewGroup;
}

/**
 * For an engine without transactions: the group that is under way stands in a file of the folder, so
 * that after a kill it is written once more, whole.
 */
export class GroupFile {
  readonly #path: string;

  /** Also sweeps up what a killed process left behind. */
  constructor(folder: string) {
    mkdirSync(folder, { recursive: true });
    for (const name of readdirSync(folder)) {
      if (name.endsWith(SPOOL_ENDING)) rmSync(join(folder, name), { force: true });
    }
    this.#path = join(folder, 'group.json');
  }

  keep(pending: PendingGroup): void {
    const half = `${this.#path}.half`;
    writeFileSync(half, JSON.stringify(pending), { mode: 0o600 });
    const handle = openSync(half, 'r+');
    try {
      fsyncSync(handle);
    } finally {
      closeSync(handle);
    }
    renameSync(half, this.#path);
  }

  /** Only whole files get their name, so what is there can be read. */
  pending(): PendingGroup | undefined {
    if (!existsSync(this.#path)) return undefined;
    return JSON.parse(readFileSync(this.#path, 'utf8')) as PendingGroup;
  }

  forget(): void {
    rmSync(this.#path, { force: true });
  }
}
