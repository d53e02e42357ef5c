import { fork } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import type { Contestant } from './contestant.ts';
import { FullLine } from './full-line.ts';
import { framesShown } from './shown-frames.ts';

const NAMES = {
  direct: 'direct',
  bare: 'bare chain',
  kept: 'bare chain, kept first',
} as const;

/** What no program on these parts can beat, in a process of its own. */
export async function openFloor(kind: keyof typeof NAMES, folder: string): Promise<Contestant> {
  const path = join(folder, `${kind}.line`);
  const line = await FullLine.open(path);
  const child = fork(join(import.meta.dirname, 'floor-child.ts'), [
    kind,
    path,
    join(folder, `${kind}.sqlite`),
  ]);
  const early = once(child, 'exit').then(() => Promise.reject(new Error(`${kind}: ended early`)));
  const [{ port }] = (await Promise.race([once(child, 'message'), early])) as [{ port: number }];
  early.catch(() => undefined);
  let kept = 0;
  child.on('message', (word: { kept: number }) => (kept += word.kept));
  return framesShown({
    name: NAMES[kind],
    pids: [child.pid ?? 0],
    line,
    url: `ws://127.0.0.1:${port}`,
    ...(kind !== 'direct' && { kept: () => kept }),
    close: async () => {
      const gone = once(child, 'exit');
      child.kill('SIGKILL');
      await gone;
    },
  });
}
