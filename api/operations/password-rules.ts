import { LEAKED_PASSWORDS } from './leaked-passwords.ts';

const LEAST_CHARACTERS = 12;
const MOST_CHARACTERS = 200;
/** Fewer different ones are a repetition, whatever their number. */
const LEAST_DIFFERENT = 5;

/** Why a password may not be one; the page has the words. */
export type PasswordFault = 'too_short' | 'too_long' | 'too_common' | 'has_name';

/**
 * What NIST SP 800-63B asks: length and not being known, and no rules of composition. undefined: it
 * may be one.
 */
export function passwordFaultOf(password: string, name: string): PasswordFault | undefined {
  const characters = Array.from(password.normalize('NFKC'));
  if (characters.length < LEAST_CHARACTERS) return 'too_short';
  if (characters.length > MOST_CHARACTERS) return 'too_long';
  const lower = characters.join('').toLowerCase();
  if (LEAKED_PASSWORDS.has(lower) || isWalk(characters)) return 'too_common';
  if (new Set(lower).size < LEAST_DIFFERENT) return 'too_common';
  return lower.includes(name) && lower.length - name.length < LEAST_CHARACTERS / 2
    ? 'has_name'
    : undefined;
}

/** `abcdefghijkl`, `987654321098`: each character beside the one before, but for a turn or two. */
function isWalk(characters: readonly string[]): boolean {
  const codes = characters.map((character) => character.codePointAt(0) ?? 0);
  const steps = codes.slice(1).map((code, at) => code - (codes[at] ?? 0));
  const odd = steps.filter((step) => Math.abs(step) > 1).length;
  return odd <= characters.length / 12;
}
