import { chmodSync, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Clock } from '#runtime/clock.ts';
import { closeDatabase, openDatabase } from '#runtime/sqlite.ts';
import type { Database } from '#runtime/sqlite.ts';
import { AlarmBook } from '../alarms/alarm-book.ts';
import { ApiTokens } from './api-tokens.ts';
import { Audit } from './audit.ts';
import { Logins } from './logins.ts';
import { migrate } from './schema.ts';
import { Sessions } from './sessions.ts';
import { Users } from './users.ts';

/** The operations file, by its tables. */
export interface Operations {
  /** The file's one connection, in which other rooms keep their tables too. */
  readonly database: Database;
  readonly audit: Audit;
  readonly users: Users;
  readonly sessions: Sessions;
  readonly tokens: ApiTokens;
  readonly logins: Logins;
  readonly alarmBook: AlarmBook;
  close(): void;
}

/** Opens `operations.sqlite` in the folder, or makes it; throws ConfigError for a newer program's. */
export function openOperations(folder: string, clock: Clock): Operations {
  mkdirSync(folder, { recursive: true });
  const path = join(folder, 'operations.sqlite');
  const database = openDatabase(path);
  try {
    chmodSync(path, 0o600);
    migrate(database, path);
  } catch (error) {
    database.close();
    throw error;
  }
  const audit = new Audit(database, clock);
  const users = new Users(database, audit, clock);
  const sessions = new Sessions(database, users, clock);
  const tokens = new ApiTokens(database, audit, clock);
  const logins = new Logins({ users, sessions, audit, clock });
  const alarmBook = new AlarmBook(database, clock);
  const close = () => {
    logins.close();
    closeDatabase(database);
  };
  return { database, audit, users, sessions, tokens, logins, alarmBook, close };
}
