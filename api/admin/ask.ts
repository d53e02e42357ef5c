import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { Problem } from '#contract/problem.ts';
import { ConfigError, messageOf, RejectedError, UnavailableError } from '#runtime/errors.ts';

const DEFAULT_URL = 'http://127.0.0.1:8080';
const DATA = 'data';
const TOKEN_NAME = 'operator.token';

/** Where the running api is, and by what right it is asked. */
export interface Where {
  readonly url: string;
  /** undefined: the one in the data folder. */
  readonly tokenFile: string | undefined;
}

/** From the program's own options, which stand before or behind a command's, and the environment. */
export function whereOf(command: Command): Where {
  const { url, tokenFile } = command.optsWithGlobals<{ url?: string; tokenFile?: string }>();
  return { url: (url ?? DEFAULT_URL).replace(/\/+$/, ''), tokenFile };
}

/**
 * Asks the running api. Throws ConfigError where the token is missing or refused, UnavailableError
 * where nobody answers, RejectedError with the api's own words for any other refusal.
 */
export async function ask(
  { url, tokenFile = foundTokenFile() }: Where,
  path: string,
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE' = 'GET',
  /** A site file as it is; an object travels as JSON. */
  body?: string | object,
): Promise<Response> {
  const headers = {
    authorization: `Bearer ${readToken(tokenFile)}`,
    ...(typeof body === 'object' && { 'content-type': 'application/json' }),
  };
  let answer: Response;
  try {
    answer = await fetch(`${url}${path}`, {
      method,
      headers,
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
  } catch (error) {
    const reason = error instanceof Error && error.cause ? error.cause : error;
    throw new UnavailableError(
      'unreachable',
      `no api answers at ${url} (${messageOf(reason)}); is it running? set --url`,
    );
  }
  if (answer.ok) return answer;
  const detail = await detailOf(answer);
  if (answer.status === 401) {
    throw new ConfigError([`${tokenFile}: the api at ${url} does not accept this token`]);
  }
  throw new RejectedError(`http_${answer.status}`, `${path}: ${detail}`);
}

/** The lines of a streamed answer, without their ends; cut off is an error, not an end. */
export async function* linesOf(answer: Response): AsyncGenerator<string> {
  let rest = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of answer.body ?? []) {
      rest += decoder.decode(chunk as Uint8Array, { stream: true });
      const lines = rest.split('\n');
      rest = lines.pop() ?? '';
      yield* lines;
    }
  } catch (error) {
    throw new UnavailableError('cut_off', `the answer was cut off: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (rest !== '') throw new UnavailableError('cut_off', 'the answer ended within a line');
}

/** Where an api of this folder, or `npm start`, puts its token. */
function foundTokenFile(): string {
  const folders = existsSync(DATA) ? readdirSync(DATA).map((name) => join(DATA, name)) : [];
  const files = folders
    .map((folder) => join(folder, TOKEN_NAME))
    .filter((file) => existsSync(file));
  const [only, ...others] = files;
  if (only !== undefined && others.length === 0) return only;
  const found = only === undefined ? `none in ${DATA}/*/${TOKEN_NAME}` : files.join(', ');
  throw new ConfigError([`operator token: expected one, found ${found}; set --token-file`]);
}

function readToken(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    throw new ConfigError([`operator token: ${messageOf(error)}; set --token-file`]);
  }
}

async function detailOf(answer: Response): Promise<string> {
  const text = await answer.text();
  try {
    return Problem.parse(JSON.parse(text)).detail;
  } catch {
    return `status ${answer.status}`;
  }
}
