import { createHash, randomBytes } from 'node:crypto';

const BYTES = 32;

/** 256 random bits, which no guessing finds: a plain digest is enough to keep them by. */
export const newSecret = (): string => randomBytes(BYTES).toString('base64url');

export const digestOf = (secret: string): string =>
  createHash('sha256').update(secret).digest('base64url');
