import { createHash, randomBytes } from 'node:crypto';
import { SiteOverlay } from '#contract/site-overlay.ts';
import { isoOf } from '#contract/time.ts';
import { inTransaction } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';

/** One version of the site file as it was given. Times are epoch milliseconds. */
export interface StoredVersion {
  readonly version: number;
  /** From when it holds; of versions that hold at an instant, the greatest number wins. */
  readonly validFrom: number;
  readonly appliedAt: number;
  readonly author: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly sha: string;
  readonly text: string;
}

export type NewVersion = Omit<StoredVersion, 'version' | 'sha'>;
export type NewOverlay = Omit<SiteOverlay, 'id'>;

/** The part of `operations.sqlite` that this file owns; others have theirs in the same file. */
const PART = 'site';
const FORMAT = 1;
const PARTS = `CREATE TABLE IF NOT EXISTS part_format (
  part TEXT PRIMARY KEY,
  format INTEGER NOT NULL
) STRICT, WITHOUT ROWID`;
const SCHEMA = `
CREATE TABLE site_version (
  version INTEGER PRIMARY KEY AUTOINCREMENT,
  valid_from INTEGER NOT NULL,
  applied_at INTEGER NOT NULL,
  author TEXT NOT NULL,
  sha TEXT NOT NULL,
  text TEXT NOT NULL
) STRICT;
CREATE TABLE site_overlay (
  id TEXT PRIMARY KEY,
  made_at INTEGER NOT NULL,
  ended_by TEXT,
  overlay TEXT NOT NULL
) STRICT, WITHOUT ROWID;
`;

/** Every version of the site and what was laid over it, beside the log; nothing is ever removed. */
export class SiteStore {
  readonly #database: Database;

  /** `operations.sqlite`, by its one connection; whoever opened it closes it. */
  constructor(database: Database) {
    this.#database = database;
    inTransaction(this.#database, () => {
      this.#database.exec(PARTS);
      const known = this.#database
        .prepare('SELECT format FROM part_format WHERE part = ?')
        .get(PART) as { readonly format: number } | undefined;
      if (known !== undefined) return;
      this.#database.exec(SCHEMA);
      this.#database.prepare('INSERT INTO part_format VALUES (?, ?)').run(PART, FORMAT);
    });
  }

  /** By number. */
  versions(): StoredVersion[] {
    return this.#database
      .prepare(
        `SELECT version, valid_from AS validFrom, applied_at AS appliedAt, author, sha, text
         FROM site_version ORDER BY version`,
      )
      .all() as StoredVersion[];
  }

  /** Whether a version has this text, or this UTF-8. */
  has(text: string | Uint8Array): boolean {
    return (
      this.#database.prepare('SELECT 1 FROM site_version WHERE sha = ?').get(shaOf(text)) !==
      undefined
    );
  }

  add({ validFrom, appliedAt, author, text }: NewVersion): StoredVersion {
    const sha = shaOf(text);
    const { lastInsertRowid } = this.#database
      .prepare(
        `INSERT INTO site_version (valid_from, applied_at, author, sha, text)
         VALUES (?, ?, ?, ?, ?)`,
      )
      .run(validFrom, appliedAt, author, sha, text);
    return { version: Number(lastInsertRowid), validFrom, appliedAt, author, sha, text };
  }

  /** Those that ended are kept, and not told. */
  overlays(now: number): SiteOverlay[] {
    const rows = this.#database.prepare('SELECT overlay FROM site_overlay ORDER BY made_at').all();
    return (rows as { readonly overlay: string }[])
      .map(({ overlay }) => SiteOverlay.parse(JSON.parse(overlay)))
      .filter(({ until }) => until === null || Date.parse(until) > now);
  }

  addOverlay(overlay: NewOverlay, madeAt: number): SiteOverlay {
    const made = { id: randomBytes(8).toString('hex'), ...overlay };
    this.#database
      .prepare('INSERT INTO site_overlay (id, made_at, overlay) VALUES (?, ?, ?)')
      .run(made.id, madeAt, JSON.stringify(made));
    return made;
  }

  endOverlay(overlay: SiteOverlay, endedBy: string, endedAt: number): void {
    const ended = { ...overlay, until: isoOf(endedAt) };
    this.#database
      .prepare('UPDATE site_overlay SET ended_by = ?, overlay = ? WHERE id = ?')
      .run(endedBy, JSON.stringify(ended), overlay.id);
  }
}

export function shaOf(text: string | Uint8Array): string {
  return createHash('sha256').update(text).digest('hex');
}
