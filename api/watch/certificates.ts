import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Condition } from '#runtime/alarm-board.ts';
import { messageOf } from '#runtime/errors.ts';

const DAY_MS = 86_400_000;
const WARN_DAYS = 21;

/** `certificate_expiring` for each PEM file whose (first) certificate ends soon or cannot be read. */
export function certificateConditions(files: readonly string[], now: number): Condition[] {
  return files.flatMap((file) => {
    const cause = causeOf(file, now);
    return cause === undefined ? [] : [{ alarm: 'certificate_expiring', subject: file, cause }];
  });
}

function causeOf(file: string, now: number): string | undefined {
  try {
    const { validTo, subject } = new X509Certificate(readFileSync(file));
    const days = Math.floor((Date.parse(validTo) - now) / DAY_MS);
    if (days >= WARN_DAYS) return undefined;
    const end = days < 0 ? `ended ${-days} days ago` : `ends in ${days} days`;
    return `${subject.replaceAll('\n', ', ')} ${end}`;
  } catch (error) {
    return messageOf(error);
  }
}
