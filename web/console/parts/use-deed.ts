import { useState } from 'preact/hooks';
import type { Reader } from '../../wire/read.ts';
import { useDesk } from '../frame/desk.ts';
import { ask } from '../wire/asking.ts';

/** Something that is done at the server, once at a time. */
export interface Deed {
  readonly isRunning: boolean;
  /** Why the last one was not done, in words; undefined: it was, or none was tried. */
  readonly refusal: string | undefined;
  /** Gives the answer, or undefined where it was not done. */
  run<T>(
    path: string,
    reader: Reader<T>,
    question: { readonly method?: 'POST' | 'PUT' | 'DELETE'; readonly body?: unknown },
  ): Promise<T | undefined>;
}

export function useDeed(): Deed {
  const { texts } = useDesk();
  const [isRunning, setRunning] = useState(false);
  const [refusal, setRefusal] = useState<string>();
  return {
    isRunning,
    refusal,
    run: async (path, reader, { method = 'POST', body }) => {
      setRunning(true);
      setRefusal(undefined);
      const reply = await ask(path, reader, { method, ...(body !== undefined && { body }) });
      setRunning(false);
      if (reply.kind === 'answer') return reply.value;
      setRefusal(
        reply.kind === 'refused'
          ? reply.detail
          : reply.kind === 'broken'
            ? texts.broken
            : texts.notReached,
      );
      return undefined;
    },
  };
}
