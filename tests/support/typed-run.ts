import { stripVTControlCharacters } from 'node:util';
import { spawn } from '@lydell/node-pty';
import { until } from './until.ts';

/** A program in a terminal, as a person sees it and types to it. */
export interface TypedRun {
  /** Everything on the screen so far, without its control sequences. */
  screen(): string;
  /** Waits until the text is there that was not there at the answer before, then types. */
  answer(question: string, keys: string): Promise<void>;
  ended(): Promise<number>;
  stop(): void;
}

export const ENTER = '\r';

export function runInTerminal(args: readonly string[]): TypedRun {
  const pty = spawn(process.execPath, [...args], {
    cols: 120,
    rows: 40,
    env: { ...process.env, LANG: 'en_US.UTF-8', LC_ALL: 'en_US.UTF-8', TERM: 'xterm' },
  });
  let shown = '';
  let answered = 0;
  let code: number | undefined;
  pty.onData((text) => (shown += text));
  pty.onExit(({ exitCode }) => (code = exitCode));
  const screen = () => stripVTControlCharacters(shown);
  return {
    screen,
    answer: async (question, keys) => {
      await until(() => screen().slice(answered).includes(question), { withinMs: 30_000 }).catch(
        (error: unknown) => {
          throw new Error(`"${question}" was not asked:\n${screen()}`, { cause: error });
        },
      );
      answered = screen().length;
      pty.write(keys);
    },
    ended: async () => {
      await until(() => code !== undefined, { withinMs: 30_000 });
      return code ?? Number.NaN;
    },
    stop: () => {
      if (code === undefined) pty.kill('SIGKILL');
    },
  };
}
