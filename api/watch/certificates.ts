import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import type { Condition } from '#runtime/alarm-board.ts';
import { certificateEndConditions } from '#runtime/certificate-end.ts';
import { messageOf } from '#runtime/errors.ts';

/** `certificate_expiring` for each PEM file whose (first) certificate ends soon or cannot be read. */
export function certificateConditions(files: readonly string[], now: number): Condition[] {
  return files.flatMap((file) => {
    try {
      const { validTo, subject } = new X509Certificate(readFileSync(file));
      const holder = subject.replaceAll('\n', ', ');
      const expiresAt = Date.parse(validTo);
      return certificateEndConditions({ subject: file, holder, expiresAt }, now);
    } catch (error) {
      return [{ alarm: 'certificate_expiring', subject: file, cause: messageOf(error) }];
    }
  });
}

/** The same for the broker's, as its TLS shows it; undefined: no TLS, or not met yet. */
export function shownCertificateConditions(
  expiresAt: number | undefined,
  now: number,
): Condition[] {
  if (expiresAt === undefined) return [];
  const shown = { subject: 'broker', holder: "the broker's certificate", expiresAt };
  return certificateEndConditions(shown, now);
}
