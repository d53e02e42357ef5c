interface Cause {
  readonly cause?: unknown;
}

/** Somebody outside sent what we cannot accept. Answer them; never retry; never crash. */
export class RejectedError extends Error {
  override readonly name = 'RejectedError';
  readonly code: string;
  constructor(code: string, message: string, options?: Cause) {
    super(message, options);
    this.code = code;
  }
}

/** The world is not available right now: a port, a broker, a disk. Back off and try again. */
export class UnavailableError extends Error {
  override readonly name = 'UnavailableError';
  readonly code: string;
  constructor(code: string, message: string, options?: Cause) {
    super(message, options);
    this.code = code;
  }
}

/** The configuration cannot be used; every problem of it is named. Exit code 78 (EX_CONFIG). */
export class ConfigError extends Error {
  override readonly name = 'ConfigError';
  readonly problems: readonly string[];
  constructor(problems: readonly string[]) {
    super(`The configuration has ${problems.length} problem(s):\n  ${problems.join('\n  ')}`);
    this.problems = problems;
  }
}

/** What went wrong, in one line, whatever was thrown. */
export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
