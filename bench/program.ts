import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { createInterface } from 'node:readline';
import type { Built } from '../tests/support/built.ts';

/** Linux counts CPU time by hundredths of a second, on every machine that Node runs on. */
const US_A_TICK = 10_000;
/** proc(5): utime and stime, counted from behind the program's name. */
const [UTIME_AT, STIME_AT] = [11, 12];

/** A process of the system as `npm start` runs it, or a program with its arguments, and what the kernel says of it. */
export class Program {
  readonly #child: ChildProcess;
  readonly ready: Promise<string>;
  #answered: (line: string) => void = () => undefined;

  constructor(
    what: Built | readonly string[],
    env: Readonly<Record<string, string>>,
    profileFolder: string | undefined,
  ) {
    const profiling =
      profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
    const program = typeof what === 'string' ? [`dist/${what}.mjs`] : what;
    this.#child = spawn(process.execPath, [...profiling, ...program], {
      env: { ...process.env, ...env },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    this.ready = new Promise((resolve, reject) => {
      this.#answered = resolve;
      this.#child.once('exit', (code) => reject(new Error(`${program[0]} ended with ${code}`)));
    });
    if (this.#child.stdout === null) throw new Error('a piped stdout is there');
    createInterface({ input: this.#child.stdout }).on('line', (line) => this.#answered(line));
  }

  /** Writes one JSON line, resolves with the one that it answers. */
  async ask<T>(command: object): Promise<T> {
    const answer = new Promise<string>((resolve) => {
      this.#answered = resolve;
    });
    this.#child.stdin?.write(`${JSON.stringify(command)}\n`);
    return JSON.parse(await answer) as T;
  }

  /** User and system together since it started. */
  get cpuUs(): number {
    const stat = readFileSync(`/proc/${this.#child.pid}/stat`, 'utf8');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return US_A_TICK * (Number(fields[UTIME_AT]) + Number(fields[STIME_AT]));
  }

  get rssBytes(): number {
    const status = readFileSync(`/proc/${this.#child.pid}/status`, 'utf8');
    return 1_024 * Number(/^VmRSS:\s+(\d+) kB$/m.exec(status)?.[1]);
  }

  get pid(): number {
    return this.#child.pid ?? 0;
  }

  /** Resolves when it has ended; in order, unless another signal is given. */
  async stop(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    if (this.#child.exitCode !== null || this.#child.signalCode !== null) return;
    const gone = new Promise((resolve) => {
      this.#child.once('exit', resolve);
    });
    this.#child.kill(signal);
    await gone;
  }
}
