import { messageOf } from '#runtime/errors.ts';

/** An answer of whatever status, or why there was none. */
export type HttpAnswer =
  | {
      readonly ok: true;
      readonly status: number;
      readonly headers: Headers;
      readonly text: string;
    }
  | { readonly ok: false; readonly reason: string };

const WITHIN_MS = 3_000;

export async function askHttp(url: string): Promise<HttpAnswer> {
  try {
    const answer = await fetch(url, { signal: AbortSignal.timeout(WITHIN_MS), redirect: 'manual' });
    const { status, headers } = answer;
    return { ok: true, status, headers, text: await answer.text() };
  } catch (error) {
    const cause = error instanceof Error && error.cause ? error.cause : error;
    return { ok: false, reason: messageOf(cause) };
  }
}
