import { useEffect, useRef, useState } from 'preact/hooks';
import type { Reader } from '../../wire/read.ts';
import { ask } from '../wire/asking.ts';
import type { Reply } from '../wire/asking.ts';

/** The newest answer to a question that is asked again and again. */
export interface Asked<T> {
  /** The last answer, be it old; undefined: there was none yet. */
  readonly value: T | undefined;
  /** When it came, by this page's monotonic clock. */
  readonly answeredMs: number | undefined;
  /** Why the last question had no answer. */
  readonly trouble: Exclude<Reply<T>, { kind: 'answer' }> | undefined;
  /** Asks at once. */
  readonly again: () => void;
}

/** A question that is not answered by then is asked anew. */
const PATIENCE_MS = 10_000;
/** Where the server cannot answer yet, as while history is made again. */
const UNAVAILABLE = 503;
const YET_MS = 5_000;

/**
 * Asks while the page is looked at: at once, then `everyMs` after each answer, sooner where there is
 * none yet. undefined as the path: nothing is asked.
 */
export function useAsked<T>(
  path: string | undefined,
  reader: Reader<T>,
  everyMs: number | undefined,
): Asked<T> {
  const [state, setState] = useState<
    Omit<Asked<T>, 'again'> & { readonly path: string | undefined }
  >({
    path,
    value: undefined,
    answeredMs: undefined,
    trouble: undefined,
  });
  const again = useRef<() => void>(() => undefined);
  useEffect(() => {
    if (path === undefined) return undefined;
    let timer: ReturnType<typeof setTimeout> | undefined;
    let running: AbortController | undefined;
    let ended = false;
    const round = async () => {
      clearTimeout(timer);
      running?.abort();
      const own = new AbortController();
      running = own;
      const late = setTimeout(() => own.abort(), PATIENCE_MS);
      const reply = await ask(path, reader, { signal: own.signal });
      clearTimeout(late);
      if (ended || running !== own) return;
      setState((before) =>
        reply.kind === 'answer'
          ? { path, value: reply.value, answeredMs: performance.now(), trouble: undefined }
          : before.path === path
            ? { ...before, trouble: reply }
            : { path, value: undefined, answeredMs: undefined, trouble: reply },
      );
      const isNotYet = reply.kind === 'refused' && reply.status === UNAVAILABLE;
      const waitMs = isNotYet ? Math.min(YET_MS, everyMs ?? YET_MS) : everyMs;
      if (waitMs !== undefined) timer = setTimeout(roundWhileSeen, waitMs);
    };
    const roundWhileSeen = () => {
      if (document.visibilityState === 'visible') void round();
    };
    again.current = () => void round();
    document.addEventListener('visibilitychange', roundWhileSeen);
    addEventListener('online', roundWhileSeen);
    void round();
    return () => {
      ended = true;
      clearTimeout(timer);
      running?.abort();
      document.removeEventListener('visibilitychange', roundWhileSeen);
      removeEventListener('online', roundWhileSeen);
    };
  }, [path, reader, everyMs]);
  const isOfPath = state.path === path;
  return {
    value: isOfPath ? state.value : undefined,
    answeredMs: isOfPath ? state.answeredMs : undefined,
    trouble: isOfPath ? state.trouble : undefined,
    again: () => again.current(),
  };
}

/** Draws anew so often: ages grow while nothing else happens. */
export function useTick(everyMs: number): void {
  const [, setTick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setTick((tick) => tick + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
