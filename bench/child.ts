import { fork } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';

interface Question {
  readonly id: number;
  readonly what: string;
  readonly with: unknown;
}

interface Answer {
  readonly id: number;
  readonly found?: unknown;
  readonly failed?: string;
}

const END = 'end';
/** A process that does not end by itself within this time is stopped. */
const END_WITHIN_MS = 10_000;

/** A part of a bench in a process of its own, so that its CPU time and memory are its own. */
export class Child {
  readonly #process: ChildProcess;
  readonly #waiting = new Map<number, (answer: Answer) => void>();
  #asked = 0;

  constructor(file: string, args: readonly string[], profileFolder: string | undefined) {
    const profiling =
      profileFolder === undefined ? [] : ['--cpu-prof', `--cpu-prof-dir=${profileFolder}`];
    const execArgv = [...process.execArgv, '--expose-gc', ...profiling];
    this.#process = fork(file, [...args], { execArgv, serialization: 'advanced' });
    this.#process.on('message', (answer: Answer) => {
      this.#waiting.get(answer.id)?.(answer);
      this.#waiting.delete(answer.id);
    });
    this.#process.once('exit', (code) => {
      for (const [id, hear] of this.#waiting) hear({ id, failed: `${file} ended with ${code}` });
    });
  }

  async ask<T>(what: string, asked?: unknown): Promise<T> {
    this.#asked += 1;
    const question: Question = { id: this.#asked, what, with: asked };
    const answer = await new Promise<Answer>((resolve) => {
      this.#waiting.set(question.id, resolve);
      this.#process.send(question);
    });
    if (answer.failed !== undefined) throw new Error(`${what}: ${answer.failed}`);
    return answer.found as T;
  }

  /** Lets it end, so that a profile is written. */
  async close(): Promise<void> {
    if (this.#process.exitCode !== null) return;
    const ended = once(this.#process, 'exit');
    const stop = setTimeout(() => this.#process.kill('SIGKILL'), END_WITHIN_MS);
    this.#process.send({ id: 0, what: END, with: undefined });
    await ended;
    clearTimeout(stop);
  }
}

/** The other side: answers what the parent asks, and its CPU time and memory. */
export function answerParent(
  answers: Readonly<Record<string, (asked: never) => unknown>>,
  end: () => Promise<void> = async () => undefined,
): void {
  const all: Readonly<Record<string, (asked: never) => unknown>> = { cpuUs, rssBytes, ...answers };
  process.on('message', (question: Question) => void answer(question));

  async function answer({ id, what, with: asked }: Question): Promise<void> {
    if (what === END) {
      await end();
      process.exit(0);
    }
    try {
      const found = await all[what]?.(asked as never);
      process.send?.({ id, found });
    } catch (error) {
      process.send?.({ id, failed: error instanceof Error ? error.stack : String(error) });
    }
  }
}

/** Since the process started, user and system together. */
function cpuUs(): number {
  const { user, system } = process.cpuUsage();
  return user + system;
}

/** After the garbage is collected: what is needed, not what is left over. */
export function rssBytes(): number {
  globalThis.gc?.();
  // What the first finds free goes back to the system with the next: 110 MB after a city's file.
  globalThis.gc?.();
  return process.memoryUsage.rss();
}
