import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
import type { Clock } from '#runtime/clock.ts';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import type { BrokerConfig } from './config.ts';
import { watchFiles } from './file-watch.ts';

/** The broker's certificate as its TLS listener takes it. */
export interface Certificate {
  readonly context: SecureContextOptions;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
}

export type CertificateFiles = {
  readonly certFile: string;
  readonly keyFile: string;
  readonly clientCaFile: string | undefined;
};

const DAY_MS = 86_400_000;
const WARN_DAYS = 30;
const LOOK_EVERY_MS = 3_600_000;

/** Undefined: no TLS is asked for. */
export function certificateFilesOf({
  certFile,
  keyFile,
  clientCaFile,
}: BrokerConfig): CertificateFiles | undefined {
  return certFile === undefined || keyFile === undefined
    ? undefined
    : { certFile, keyFile, clientCaFile };
}

/** Throws ConfigError with every file that is missing or wrong, and with a key of another certificate. */
export function readCertificate(files: CertificateFiles): Certificate {
  const problems: string[] = [];
  const read = (key: keyof CertificateFiles, file: string): Buffer => {
    try {
      return readFileSync(file);
    } catch (error) {
      problems.push(`${key}: ${messageOf(error)}`);
      return Buffer.alloc(0);
    }
  };
  const cert = read('certFile', files.certFile);
  const key = read('keyFile', files.keyFile);
  const ca = files.clientCaFile && read('clientCaFile', files.clientCaFile);
  if (problems.length > 0) throw new ConfigError(problems);
  const context = { cert, key, minVersion: 'TLSv1.2', ...(ca && { ca }) } as const;
  try {
    const expiresAt = Date.parse(new X509Certificate(cert).validTo);
    createSecureContext(context);
    return { context, expiresAt };
  } catch (error) {
    throw new ConfigError([
      `certFile, keyFile: expected a PEM certificate and its own key in ${files.certFile} and ${files.keyFile}: ${messageOf(error)}`,
    ]);
  }
}

/**
 * Calls `changed` with the new certificate after its files changed. Files that do not fit (one of
 * two is written before the other) change nothing until they do. From 30 days before its end the
 * log says so each day.
 */
export function watchCertificate(
  files: CertificateFiles,
  first: Certificate,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
  changed: (certificate: Certificate) => void,
): { close(): void } {
  const { certFile } = files;
  let { expiresAt } = first;
  let saidDay: number | undefined;

  function warn(): void {
    const days = daysLeft(expiresAt, clock.wallMs());
    if (days > WARN_DAYS) saidDay = undefined;
    if (days > WARN_DAYS || days === saidDay) return;
    saidDay = days;
    const facts = { certFile, days, expiresAt: new Date(expiresAt).toISOString() };
    log.error(facts, days < 0 ? 'broker.certificate.expired' : 'broker.certificate.expiring');
  }

  warn();
  const timer = setInterval(warn, LOOK_EVERY_MS);
  const paths = Object.values(files).filter((file) => file !== undefined);
  const watched = watchFiles(paths, log, () => {
    try {
      const certificate = readCertificate(files);
      ({ expiresAt } = certificate);
      log.info(
        { certFile, expiresAt: new Date(expiresAt).toISOString() },
        'broker.certificate.read',
      );
      changed(certificate);
      warn();
    } catch (error) {
      log.error({ certFile, reason: messageOf(error) }, 'broker.certificate.unreadable');
    }
  });
  return {
    close: () => {
      clearInterval(timer);
      watched.close();
    },
  };
}

/** Whole days; negative once it has ended. */
function daysLeft(expiresAt: number, now: number): number {
  return Math.floor((expiresAt - now) / DAY_MS);
}
