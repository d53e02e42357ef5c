import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { createInterface } from 'node:readline';
import { built } from './built.ts';
import type { Built } from './built.ts';

/** A real process of the system, as `npm start` runs it, killed and started again at will. */
export class TestProcess {
  readonly name: string;
  readonly #what: Built;
  readonly #env: Readonly<Record<string, string>>;
  /** What runs it from its next start on: a program and its arguments, before `node`. */
  within: readonly string[];
  #child: ChildProcess | undefined;
  #answers: ((line: string) => void)[] = [];
  #ready: Promise<string> = Promise.resolve('');
  /** The last of what it wrote to stderr, for the message of a failing test. */
  #said: string[] = [];

  constructor(
    name: string,
    what: Built,
    env: Readonly<Record<string, string>>,
    within: readonly string[] = [],
  ) {
    this.name = name;
    this.#what = what;
    this.#env = env;
    this.within = within;
  }

  /** Resolves with the line that the process says when it is ready. */
  async start(): Promise<string> {
    const node = [process.execPath, ...built(this.#what)];
    const [program = process.execPath, ...args] = [...this.within, ...node];
    const child = spawn(program, args, {
      env: { ...process.env, ...this.#env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    this.#child = child;
    this.#said = [];
    createInterface({ input: child.stderr }).on('line', (line) => {
      this.#said.push(line);
      if (this.#said.length > 200) this.#said.shift();
    });
    this.#ready = new Promise((resolve, reject) => {
      let isReady = false;
      createInterface({ input: child.stdout }).on('line', (line) => {
        if (isReady) this.#answers.shift()?.(line);
        else {
          isReady = true;
          resolve(line);
        }
      });
      child.once('exit', (code, signal) => {
        if (this.#child === child) this.#child = undefined;
        this.exitCode = code;
        if (!isReady) {
          reject(new Error(`${this.name} ended (${code ?? signal}):\n${this.#said.join('\n')}`));
        }
      });
    });
    return this.#ready;
  }

  get running(): boolean {
    return this.#child !== undefined;
  }

  /** Of the process that ended last; null: a signal ended it. */
  exitCode: number | null = null;

  get pid(): number {
    const pid = this.#child?.pid;
    if (pid === undefined) throw new Error(`${this.name} does not run`);
    return pid;
  }

  /** Resolves when it has ended by itself. */
  async gone(): Promise<{ readonly code: number | null; readonly signal: string | null }> {
    const child = this.#child;
    if (!child) throw new Error(`${this.name} does not run`);
    return new Promise((resolve) => {
      child.once('exit', (code, signal) => resolve({ code, signal }));
    });
  }

  get said(): string {
    return this.#said.join('\n');
  }

  /** Writes one JSON line to the process and resolves with the JSON line that it answers. */
  async ask(command: object): Promise<unknown> {
    const child = this.#child;
    if (!child?.stdin) throw new Error(`${this.name} does not run`);
    const answer = new Promise<string>((resolve) => {
      this.#answers.push(resolve);
    });
    child.stdin.write(`${JSON.stringify(command)}\n`);
    const answered = JSON.parse(await answer) as { error?: string };
    if (answered.error !== undefined) throw new Error(`${this.name}: ${answered.error}`);
    return answered;
  }

  /** Resolves when the process is gone. */
  async kill(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child;
    if (!child) return;
    const gone = new Promise((resolve) => {
      child.once('exit', resolve);
    });
    child.kill(signal);
    await gone;
    this.#answers = [];
  }
}
