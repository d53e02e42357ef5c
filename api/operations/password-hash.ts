import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto';

/** `$scrypt$ln=17,r=8,p=1$salt$hash`, salt and hash in base64url; ln is the logarithm of the cost N. */
const FORM = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([\w-]{22})\$([\w-]{43})$/;

/** 128 MiB and some 300 ms a try (OWASP's figure for scrypt): people choose what can be guessed. */
const COST = { ln: 17, r: 8, p: 1 } as const;
const MAX_MEMORY_BYTES = 192 * 1024 * 1024;
const SALT_BYTES = 16;
const HASH_BYTES = 32;

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(SALT_BYTES);
  const hash = await derive(password, salt);
  return `$scrypt$ln=${COST.ln},r=${COST.r},p=${COST.p}$${salt.toString('base64url')}$${hash.toString('base64url')}`;
}

/** What a name that nobody has is compared with, so that it takes as long as any other. */
export const NOBODYS_HASH = `$scrypt$ln=17,r=8,p=1$${'A'.repeat(22)}$${'A'.repeat(43)}`;

/** Takes the same time whether or not they match; false for a hash that is none of ours. */
export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const match = FORM.exec(stored);
  if (match === null || Number(match[1]) !== COST.ln) return false;
  const hash = await derive(password, Buffer.from(match[4] ?? '', 'base64url'));
  return timingSafeEqual(hash, Buffer.from(match[5] ?? '', 'base64url'));
}

/** The same characters typed in two ways are the same password (NFKC, as NIST SP 800-63B says). */
function derive(password: string, salt: Buffer): Promise<Buffer> {
  const options = { N: 2 ** COST.ln, r: COST.r, p: COST.p, maxmem: MAX_MEMORY_BYTES };
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error ? reject(error) : resolve(key),
    );
  });
}
