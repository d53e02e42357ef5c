import { randomBytes } from 'node:crypto';
import type { Clock } from '#runtime/clock.ts';
import { RejectedError, UnavailableError } from '#runtime/errors.ts';
import { TryLaterError } from '../try-later.ts';
import type { Audit } from './audit.ts';
import type { Caller } from './caller.ts';
import { HashLanes } from './hash-lanes.ts';
import { LoginDelay } from './login-delay.ts';
import { hashPassword, NOBODYS_HASH, verifyPassword } from './password-hash.ts';
import { passwordFaultOf } from './password-rules.ts';
import type { PasswordFault } from './password-rules.ts';
import type { Sessions } from './sessions.ts';
import { SlowRefusals } from './slow-refusals.ts';
import type { Users } from './users.ts';

/** Where a login comes from: the address, and what counts as one source of them. */
export interface From {
  readonly address: string;
  readonly source: string;
}

export interface LoginParts {
  readonly users: Users;
  readonly sessions: Sessions;
  readonly audit: Audit;
  readonly clock: Clock;
}

export interface LoginCounts {
  opened: number;
  wrong: number;
  /** Told to wait, without a look at the password. */
  delayed: number;
  busy: number;
}

/** A password that may not be one. */
export class WeakPasswordError extends RejectedError {
  readonly fault: PasswordFault;
  constructor(fault: PasswordFault) {
    super('weak_password', PASSWORD_FAULTS[fault]);
    this.fault = fault;
  }
}

const PASSWORD_FAULTS: Readonly<Record<PasswordFault, string>> = {
  too_short: 'A password has at least 12 characters.',
  too_long: 'A password has at most 200 characters.',
  too_common: 'This password is easily guessed: it is a known one, a sequence or a repetition.',
  has_name: 'This password is little more than the user name.',
};

/** New passwords are hashed for those who are logged in already. */
const LOGGED_IN = { isKnown: true, wrongTries: 0 } as const;
const FIRST_PASSWORD_BYTES = 15;
const NOTE_EVERY_MS = 10_000;
const MOST_NAME = 40;

/** Passwords: who may open a session with one, and how one is given and changed. */
export class Logins {
  readonly #parts: LoginParts;
  readonly #lanes = new HashLanes();
  readonly #delay = new LoginDelay();
  readonly #refusals = new SlowRefusals();
  readonly #counts: LoginCounts = { opened: 0, wrong: 0, delayed: 0, busy: 0 };
  #unnoted = 0;
  #notedMs = Number.NEGATIVE_INFINITY;

  constructor(parts: LoginParts) {
    this.#parts = parts;
  }

  get counts(): Readonly<LoginCounts> {
    return this.#counts;
  }

  get mostHashesAtOnce(): number {
    return this.#lanes.mostRunning;
  }

  /**
   * The token of a new session. Throws RejectedError('wrong_login'), the same and after the same
   * time for a wrong password, an unknown name and a disabled user; TryLaterError; UnavailableError.
   */
  async open(name: string, password: string, from: From): Promise<string> {
    const { users, sessions } = this.#parts;
    const user = users.find(name);
    const right = await this.#check(name, password, user?.password ?? NOBODYS_HASH, from);
    const now = users.find(name);
    // While the hash was at work the user may have been disabled or given another password.
    const isUnchanged = now !== undefined && !now.disabled && now.password === user?.password;
    if (!right || !isUnchanged) {
      this.#noteRefusal(name, from);
      throw new RejectedError('wrong_login', 'The name or the password is wrong.');
    }
    this.#counts.opened += 1;
    users.loggedIn({ kind: 'user', name, address: from.address }, name, from.source);
    return sessions.open(name, from.address);
  }

  /** Throws as `open` does, and WeakPasswordError. The user's other sessions end. */
  async changePassword(by: Caller, current: string, next: string, source: string): Promise<void> {
    const { users } = this.#parts;
    const user = users.find(by.name);
    const { session } = by;
    if (by.kind !== 'user' || user === undefined || session === undefined) {
      throw new RejectedError('forbidden', 'Only who is logged in has a password to change.');
    }
    const fault = passwordFaultOf(next, by.name);
    if (fault !== undefined) throw new WeakPasswordError(fault);
    const from = { address: by.address, source };
    if (!(await this.#check(by.name, current, user.password, from))) {
      throw new RejectedError('wrong_login', 'The present password is wrong.');
    }
    if (current === next) throw new WeakPasswordError('too_common');
    const hash = await this.#hash(next);
    users.changePassword(by, by.name, hash, session);
  }

  /** A password for somebody's first login, and its hash. */
  async firstPassword(): Promise<{ readonly password: string; readonly hash: string }> {
    const password = randomBytes(FIRST_PASSWORD_BYTES).toString('base64url');
    return { password, hash: await this.#hash(password) };
  }

  /** Who is told to wait is told so now. */
  close(): void {
    this.#refusals.close();
  }

  /** A flood of guesses must not become a flood of rows: the next note says how many there were. */
  #noteRefusal(name: string, from: From): void {
    const { audit, clock } = this.#parts;
    this.#unnoted += 1;
    const nowMs = clock.monoMs();
    if (nowMs - this.#notedMs < NOTE_EVERY_MS) return;
    audit.append(from, {
      action: 'session.refused',
      subject: name.slice(0, MOST_NAME),
      after: { refusedSinceLastNote: this.#unnoted },
    });
    this.#unnoted = 0;
    this.#notedMs = nowMs;
  }

  async #check(name: string, password: string, stored: string, from: From): Promise<boolean> {
    const { users, clock } = this.#parts;
    const account = name.slice(0, MOST_NAME);
    const attempt = { account, source: from.source, isKnown: users.knows(name, from.source) };
    const waitMs = this.#delay.waitMs(attempt, clock.monoMs());
    if (waitMs > 0) {
      this.#counts.delayed += 1;
      const seconds = Math.ceil(waitMs / 1_000);
      await this.#refusals.hold();
      throw new TryLaterError(`Too many wrong logins. Try again in ${seconds} s.`, waitMs);
    }
    const wrongTries = this.#delay.wrongTries(attempt, clock.monoMs());
    const standing = { isKnown: attempt.isKnown, wrongTries };
    // Counted before the answer is known, so that tries side by side are not free.
    this.#delay.failed(attempt, clock.monoMs());
    const right = await this.#lanes.run(standing, () => verifyPassword(password, stored));
    if (right === undefined) {
      await this.#refusals.hold();
      throw this.#busy();
    }
    if (right) this.#delay.succeeded(attempt);
    else this.#counts.wrong += 1;
    return right;
  }

  async #hash(password: string): Promise<string> {
    const hash = await this.#lanes.run(LOGGED_IN, () => hashPassword(password));
    if (hash === undefined) throw this.#busy();
    return hash;
  }

  #busy(): UnavailableError {
    this.#counts.busy += 1;
    return new UnavailableError('login_busy', 'Too many log in at once. Try again in a moment.');
  }
}
