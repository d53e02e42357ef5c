import { fork } from 'node:child_process';
import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { costOf } from './jobs.ts';
import type { Job, Played } from './jobs.ts';

const WORKER = fileURLToPath(new URL('worker.ts', import.meta.url));
/** Not tsx: it names every function anew wherever one is made, which takes a fifth of all time here. */
const STRIPS_TYPES = new URL('../../runtime/typescript.mjs', import.meta.url).href;

/**
 * Plays all jobs, one process a core, the longest first: one that begins last keeps a single core.
 * In the order of the jobs, whoever finished first.
 */
export async function playAll(
  jobs: readonly Job[],
  onPlayed: (played: Played) => void,
): Promise<Played[]> {
  const all: Played[] = [];
  const waiting = [...jobs.entries()].toSorted(([, a], [, b]) => costOf(b) - costOf(a));
  async function work(): Promise<void> {
    const child = fork(WORKER, { execArgv: ['--import', STRIPS_TYPES] });
    try {
      for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
        const [at, job] = next;
        child.send(job);
        const [answer] = await Promise.race([
          once(child, 'message'),
          once(child, 'exit').then(([code]) => {
            throw new Error(`scoring ${job.what} ended with ${String(code)}`);
          }),
        ]);
        const played = answer as Played;
        all[at] = played;
        onPlayed(played);
      }
    } finally {
      child.kill();
    }
  }
  const workers = Math.min(jobs.length, availableParallelism());
  await Promise.all(Array.from({ length: workers }, work));
  return all;
}
