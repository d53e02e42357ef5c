import { ConfigError } from '#runtime/errors.ts';
import { inTransaction } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { ALARM_SCHEMA } from '../alarms/alarm-book.ts';

/**
 * Who may do what, and what was done. Each step brings the tables from one format to the next, and
 * is never changed once released. Times are epoch milliseconds.
 */
const STEPS: readonly string[] = [
  `
CREATE TABLE user (
  name TEXT PRIMARY KEY,
  password TEXT NOT NULL,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  disabled INTEGER NOT NULL DEFAULT 0,
  must_change INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  last_login_at INTEGER
) STRICT, WITHOUT ROWID;
CREATE TABLE session (
  digest TEXT PRIMARY KEY,
  user TEXT NOT NULL REFERENCES user (name),
  created_at INTEGER NOT NULL,
  used_at INTEGER NOT NULL,
  address TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_user ON session (user);
CREATE TABLE known_source (
  user TEXT NOT NULL REFERENCES user (name),
  source TEXT NOT NULL,
  login_at INTEGER NOT NULL,
  PRIMARY KEY (user, source)
) STRICT, WITHOUT ROWID;
CREATE TABLE api_token (
  id TEXT PRIMARY KEY,
  digest TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  scope TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  created_by TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  last_used_at INTEGER,
  revoked INTEGER NOT NULL DEFAULT 0
) STRICT, WITHOUT ROWID;
CREATE TABLE audit (
  no INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  actor TEXT NOT NULL,
  address TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  before TEXT,
  after TEXT
) STRICT;
CREATE INDEX audit_at ON audit (at);
CREATE TRIGGER audit_unchanged BEFORE UPDATE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_undeleted BEFORE DELETE ON audit
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
CREATE TRIGGER audit_unreplaced BEFORE INSERT ON audit
  WHEN EXISTS (SELECT 1 FROM audit WHERE no = NEW.no)
  BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END;
`,
  ALARM_SCHEMA,
];

/** The part of `operations.sqlite` that this room owns; the site's versions are another. */
const PART = 'access';
const PARTS = `CREATE TABLE IF NOT EXISTS part_format (
  part TEXT PRIMARY KEY,
  format INTEGER NOT NULL
) STRICT, WITHOUT ROWID`;

/** Brings the part to this program's version; throws ConfigError for a newer program's file. */
export function migrate(database: Database, path: string): void {
  inTransaction(database, () => {
    database.exec(PARTS);
    const known = database.prepare('SELECT format FROM part_format WHERE part = ?').get(PART) as
      | { readonly format: number }
      | undefined;
    const format = known?.format ?? 0;
    if (format > STEPS.length) {
      throw new ConfigError([
        `${path}: written by a newer program (${PART} ${format}, this one knows ${STEPS.length}); start that one, or restore an older backup`,
      ]);
    }
    for (const step of STEPS.slice(format)) database.exec(step);
    database.prepare('INSERT OR REPLACE INTO part_format VALUES (?, ?)').run(PART, STEPS.length);
  });
}
