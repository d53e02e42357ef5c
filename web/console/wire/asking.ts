import { parsed, shape, text } from '../../wire/read.ts';
import type { Reader } from '../../wire/read.ts';

/** What came of a question: the answer, or why there is none. */
export type Reply<T> =
  | { readonly kind: 'answer'; readonly value: T }
  /** Nobody answered, or a proxy did. */
  | { readonly kind: 'lost' }
  /** `detail`: in the server's words, for people. */
  | {
      readonly kind: 'refused';
      readonly status: number;
      readonly code: string;
      readonly detail: string;
    }
  /** The server and this page are of different versions. */
  | { readonly kind: 'broken' };

const problem = shape({ code: text, detail: text });

interface Question {
  readonly method?: 'GET' | 'POST' | 'PUT' | 'DELETE';
  readonly body?: unknown;
  readonly signal?: AbortSignal;
}

/**
 * Asks the server; never rejects. Whose session has ended is sent to the login, and comes back here.
 */
export async function ask<T>(
  path: string,
  reader: Reader<T>,
  { method = 'GET', body, signal }: Question = {},
): Promise<Reply<T>> {
  let answer: Response;
  let said: unknown;
  try {
    answer = await fetch(path, {
      method,
      cache: 'no-store',
      ...(body !== undefined && {
        body: JSON.stringify(body),
        headers: { 'content-type': 'application/json' },
      }),
      ...(signal && { signal }),
    });
    said = answer.status === 204 ? undefined : await answer.json();
  } catch {
    return { kind: 'lost' };
  }
  if (answer.ok) {
    const value = parsed(reader, said);
    return value === undefined ? { kind: 'broken' } : { kind: 'answer', value };
  }
  const told = parsed(problem, said);
  if (answer.status === 401 || told?.code === 'password_change_needed') goToLogin();
  return told === undefined
    ? { kind: 'lost' }
    : { kind: 'refused', status: answer.status, ...told };
}

function goToLogin(): void {
  const next = location.pathname + location.search;
  const lang = document.documentElement.lang;
  location.assign(`/login?${new URLSearchParams({ lang, next }).toString()}`);
}
