import { STATUS_CODES } from 'node:http';
import * as z from 'zod';
import { problems } from '#contract/problem.ts';
import type { Problem, ProblemCode } from '#contract/problem.ts';
import { NotReadyError } from '../watch/readiness.ts';
import { messageOf, RejectedError, UnavailableError } from '#runtime/errors.ts';
import { TryLaterError } from '../try-later.ts';

/** A problem with what its answer needs besides the body. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
  /** Nobody outside is at fault: it must be logged. */
  readonly bug: boolean;
}

export const PROBLEM_MEDIA = 'application/problem+json';

/** The one place where an error becomes an answer (RFC 9457). Routes throw; they answer no errors. */
export function problemAnswerOf(error: unknown, instance: string): ProblemAnswer {
  const [code, detail] = codeOf(error);
  const { status, title } = problems[code];
  const errors = errorsOf(error);
  return {
    problem: {
      type: 'about:blank',
      title,
      status,
      code,
      detail,
      instance,
      ...(errors.length > 0 && { errors }),
      ...(error instanceof NotReadyError && { checks: [...error.checks] }),
    },
    headers: {
      ...(status === 401 && { 'WWW-Authenticate': 'Bearer realm="operator"' }),
      ...(status === 503 && { 'Retry-After': '5' }),
      ...(error instanceof TryLaterError && { 'Retry-After': String(error.retryAfterS) }),
    },
    bug: code === 'internal',
  };
}

/** A whole HTTP answer as bytes, where there is no response object: upgrades, broken requests. */
export function rawProblem(code: ProblemCode, detail: string): string {
  const { problem } = problemAnswerOf(new RejectedError(code, detail), '');
  const { instance: _, ...rest } = problem;
  const body = JSON.stringify(rest);
  return [
    `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? 'Problem'}`,
    `Content-Type: ${PROBLEM_MEDIA}`,
    `Content-Length: ${Buffer.byteLength(body)}`,
    'Cache-Control: no-store',
    'X-Content-Type-Options: nosniff',
    'Connection: close',
    '',
    body,
  ].join('\r\n');
}

function codeOf(error: unknown): readonly [ProblemCode, string] {
  if (error instanceof RejectedError) {
    return [isCode(error.code) ? error.code : 'invalid_request', error.message];
  }
  if (error instanceof UnavailableError) {
    return [isCode(error.code) ? error.code : 'not_ready', error.message];
  }
  const status = statusOf(error);
  if (status === 413) return ['body_too_large', 'The body is larger than this address takes.'];
  if (status === 415) return ['unsupported_media', 'A body here comes as it is, not compressed.'];
  if (status === 416) return ['range_not_satisfiable', 'Ask for bytes that the file has.'];
  if (status >= 400 && status < 500) return ['invalid_request', messageOf(error)];
  return ['internal', 'Something broke here; it has been logged.'];
}

const isCode = (code: string): code is ProblemCode => Object.hasOwn(problems, code);

/** Express and its parsers put an HTTP status on what they throw. */
function statusOf(error: unknown): number {
  if (!(error instanceof Error) || !('status' in error)) return 500;
  return typeof error.status === 'number' ? error.status : 500;
}

function errorsOf(error: unknown): { at: string; expected: string }[] {
  if (!(error instanceof Error) || !(error.cause instanceof z.ZodError)) return [];
  return error.cause.issues.map(({ path, message }) => ({ at: path.join('.'), expected: message }));
}
