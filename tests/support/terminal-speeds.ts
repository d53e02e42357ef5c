import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';

export interface Speeds {
  /** Calls with the terminal's speed, in baud; 0: nobody can say. */
  ask(told: (speed: number) => void): void;
  close(): void;
}

/**
 * What whoever has the terminal open has set it to, told in the order of the questions. One small
 * shell looks: to fork a test's own large process takes longer on a busy machine than an answer may.
 */
export function openSpeeds(path: string): Speeds {
  const look = 'while read -r _; do stty -F "$0" speed || echo 0; done';
  const shell = spawn('sh', ['-c', look, path], { stdio: ['pipe', 'pipe', 'ignore'] });
  const asking: ((speed: number) => void)[] = [];
  createInterface({ input: shell.stdout }).on('line', (line) => asking.shift()?.(Number(line)));
  return {
    ask: (told: (speed: number) => void): void => {
      asking.push(told);
      shell.stdin.write('\n');
    },
    close: (): void => void shell.kill(),
  };
}
