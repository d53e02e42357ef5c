import type { AccessRole, AccessScope, UserAnswer, UserChange } from '#contract/access.ts';
import { isoOf } from '#contract/time.ts';
import type { Clock } from '#runtime/clock.ts';
import { RejectedError } from '#runtime/errors.ts';
import type { Database } from '#runtime/sqlite.ts';
import type { Actor, Audit } from './audit.ts';

export interface User {
  readonly name: string;
  /** Its hash; never leaves this room. */
  readonly password: string;
  readonly role: AccessRole;
  readonly scope: AccessScope;
  readonly disabled: boolean;
  readonly mustChange: boolean;
  readonly createdAt: number;
  readonly lastLoginAt: number | null;
}

/** A source from which somebody logged in is known for this long. */
const KNOWN_FOR_MS = 90 * 24 * 60 * 60_000;

/** People who log in. Whatever takes rights away ends the user's sessions in the same commit. */
export class Users {
  readonly #database: Database;
  readonly #audit: Audit;
  readonly #clock: Clock;

  constructor(database: Database, audit: Audit, clock: Clock) {
    this.#database = database;
    this.#audit = audit;
    this.#clock = clock;
  }

  all(): User[] {
    const rows = this.#database.prepare('SELECT * FROM user ORDER BY name').all();
    return rows.map(userFrom);
  }

  find(name: string): User | undefined {
    const row = this.#database.prepare('SELECT * FROM user WHERE name = ?').get(name);
    return row === undefined ? undefined : userFrom(row);
  }

  /** Throws RejectedError('name_taken'). `password`: its hash; it must be changed at the first login. */
  add(by: Actor, user: Pick<User, 'name' | 'role' | 'scope' | 'password'>): User {
    const { name, role, scope, password } = user;
    this.#audit.recorded(by, () => {
      if (this.find(name)) throw new RejectedError('name_taken', `There is a user "${name}".`);
      this.#database
        .prepare(
          'INSERT INTO user (name, password, role, scope, must_change, created_at) VALUES (?, ?, ?, ?, 1, ?)',
        )
        .run(name, password, role, JSON.stringify(scope), this.#clock.wallMs());
      return { action: 'user.add', subject: name, after: { role, scope } };
    });
    return this.#known(name);
  }

  /** Throws RejectedError('unknown_user'), or ('last_admin') when nobody else could undo it. */
  change(by: Actor, name: string, change: UserChange): User {
    this.#audit.recorded(by, () => {
      const before = rightsOf(this.#known(name));
      const after = { ...before, ...definedOf(change) };
      if (isRuler(before) && !isRuler(after) && this.#rulers() === 1) {
        throw new RejectedError('last_admin', `"${name}" is the last admin of the whole site.`);
      }
      this.#database
        .prepare('UPDATE user SET role = ?, scope = ?, disabled = ? WHERE name = ?')
        .run(after.role, JSON.stringify(after.scope), Number(after.disabled), name);
      this.#endSessions(name);
      return { action: 'user.change', subject: name, before, after };
    });
    return this.#known(name);
  }

  /** A password that an admin gave: it must be changed at the next login. */
  resetPassword(by: Actor, name: string, password: string): User {
    this.#setPassword(by, name, password, { action: 'user.resetPassword', mustChange: true });
    return this.#known(name);
  }

  /** A password of the user's own. Their other sessions end. */
  changePassword(by: Actor, name: string, password: string, keep: string): void {
    this.#setPassword(by, name, password, {
      action: 'user.changePassword',
      mustChange: false,
      keep,
    });
  }

  /** Whether this user logged in from this source lately. */
  knows(name: string, source: string): boolean {
    return (
      this.#database
        .prepare('SELECT 1 FROM known_source WHERE user = ? AND source = ? AND login_at > ?')
        .get(name, source, this.#clock.wallMs() - KNOWN_FOR_MS) !== undefined
    );
  }

  loggedIn(by: Actor, name: string, source: string): void {
    const now = this.#clock.wallMs();
    this.#audit.recorded(by, () => {
      this.#database.prepare('UPDATE user SET last_login_at = ? WHERE name = ?').run(now, name);
      this.#database
        .prepare('INSERT OR REPLACE INTO known_source (user, source, login_at) VALUES (?, ?, ?)')
        .run(name, source, now);
      this.#database
        .prepare('DELETE FROM known_source WHERE login_at <= ?')
        .run(now - KNOWN_FOR_MS);
      return { action: 'session.open', subject: name };
    });
  }

  #setPassword(
    by: Actor,
    name: string,
    password: string,
    how: { readonly action: string; readonly mustChange: boolean; readonly keep?: string },
  ): void {
    this.#audit.recorded(by, () => {
      this.#known(name);
      this.#database
        .prepare('UPDATE user SET password = ?, must_change = ? WHERE name = ?')
        .run(password, Number(how.mustChange), name);
      this.#endSessions(name, how.keep);
      return { action: how.action, subject: name };
    });
  }

  #endSessions(name: string, but = ''): void {
    this.#database.prepare('DELETE FROM session WHERE user = ? AND digest <> ?').run(name, but);
  }

  #known(name: string): User {
    const user = this.find(name);
    if (user === undefined) throw new RejectedError('unknown_user', `No user "${name}" here.`);
    return user;
  }

  #rulers(): number {
    return this.all().filter(isRuler).length;
  }
}

export function userAnswerOf(user: User): UserAnswer {
  const { name, role, scope, disabled, mustChange, createdAt, lastLoginAt } = user;
  return {
    name,
    role,
    scope,
    disabled,
    mustChangePassword: mustChange,
    createdAt: isoOf(createdAt),
    lastLoginAt: lastLoginAt === null ? null : isoOf(lastLoginAt),
  };
}

type Rights = Pick<User, 'role' | 'scope' | 'disabled'>;

const rightsOf = ({ role, scope, disabled }: User): Rights => ({ role, scope, disabled });

const isRuler = ({ role, scope, disabled }: Rights): boolean =>
  role === 'admin' && scope === 'site' && !disabled;

function definedOf({ role, scope, disabled }: UserChange): Partial<Rights> {
  return {
    ...(role !== undefined && { role }),
    ...(scope !== undefined && { scope }),
    ...(disabled !== undefined && { disabled }),
  };
}

interface StoredUser {
  readonly name: string;
  readonly password: string;
  readonly role: string;
  readonly scope: string;
  readonly disabled: number;
  readonly must_change: number;
  readonly created_at: number;
  readonly last_login_at: number | null;
}

/** The file is written by this program alone. */
function userFrom(stored: object): User {
  const row = stored as StoredUser;
  return {
    name: row.name,
    password: row.password,
    role: row.role as AccessRole,
    scope: JSON.parse(row.scope) as AccessScope,
    disabled: row.disabled === 1,
    mustChange: row.must_change === 1,
    createdAt: row.created_at,
    lastLoginAt: row.last_login_at,
  };
}
