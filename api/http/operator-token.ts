import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ConfigError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';

/** The machine's own way in: who can read its file may all, and makes the first admin. */
export interface OperatorToken {
  /** Whether an `Authorization` header carries the token; takes as long for any wrong one. */
  admits(authorization: string | undefined): boolean;
}

const TOKEN_BYTES = 32;
const LEAST_CHARACTERS = 32;

/** The token of a file; a new one is made where there is none. Its path is logged, never itself. */
export function openOperatorToken(file: string, log: Log): OperatorToken {
  if (!existsSync(file)) {
    mkdirSync(dirname(file), { recursive: true });
    const made = randomBytes(TOKEN_BYTES).toString('base64url');
    writeFileSync(file, `${made}\n`, { mode: 0o600, flag: 'wx' });
    log.info({ file }, 'api.operatorToken.made');
  }
  const token = readFileSync(file, 'utf8').trim();
  if (token.length < LEAST_CHARACTERS) {
    throw new ConfigError([
      `operatorTokenFile (BINJARI_OPERATOR_TOKEN_FILE): ${file} has a token of ${token.length} characters; expected ${LEAST_CHARACTERS} at least. Remove the file and a new one is made.`,
    ]);
  }
  if ((statSync(file).mode & 0o077) !== 0 && process.platform !== 'win32') {
    log.warn({ file, expected: '0600' }, 'api.operatorToken.readableByOthers');
  }
  const expected = digestOf(token);
  return {
    admits: (authorization) => {
      const sent = /^Bearer ([\w-]{1,256})$/i.exec(authorization ?? '')?.[1] ?? '';
      return timingSafeEqual(digestOf(sent), expected);
    },
  };
}

const digestOf = (text: string): Buffer => createHash('sha256').update(text).digest();
