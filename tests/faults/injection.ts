import { spawnSync } from 'node:child_process';

/** `strace` may inject a fault into a system call (strace 5.2 or later, and the right to trace). */
export const mayInject: boolean =
  spawnSync('strace', ['-qq', '-f', '-o', '/dev/null', '-e', 'inject=fsync:error=EIO', 'true'])
    .status === 0;

/** A call on one file, counted from 1, and what becomes of it. */
export interface Injection {
  readonly file: string;
  readonly calls: readonly string[];
  readonly what: 'error=EIO' | 'error=ENOSPC' | 'signal=KILL';
  /** `7` the seventh call alone, `7+` each from the seventh on. */
  readonly when: string;
}

/** What a process is run by, so that the fault meets it. */
export function injecting({ file, calls, what, when }: Injection): readonly string[] {
  const set = calls.join(',');
  const expression = `inject=${set}:${what}:when=${when}`;
  // `trace`, too: only a call that is traced is counted.
  return [
    'strace',
    '-f',
    '-qq',
    '-o',
    '/dev/null',
    '-P',
    file,
    '-e',
    `trace=${set}`,
    '-e',
    expression,
  ];
}
