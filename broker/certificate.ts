import { X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createSecureContext } from 'node:tls';
import type { SecureContextOptions } from 'node:tls';
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

/** The certificate as its files hold it now. */
export interface CertificateWatch {
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  close(): void;
}

/**
 * Calls `changed` with the new certificate after its files changed. Files that do not fit (one of
 * two is written before the other) change nothing until they do.
 */
export function watchCertificate(
  files: CertificateFiles,
  first: Certificate,
  log: Log,
  changed: (certificate: Certificate) => void,
): CertificateWatch {
  const { certFile } = files;
  let { expiresAt } = first;
  const paths = Object.values(files).filter((file) => file !== undefined);
  const watched = watchFiles(paths, log, () => {
    try {
      const certificate = readCertificate(files);
      ({ expiresAt } = certificate);
      const until = new Date(expiresAt).toISOString();
      log.info({ certFile, expiresAt: until }, 'broker.certificate.read');
      changed(certificate);
    } catch (error) {
      log.error({ certFile, reason: messageOf(error) }, 'broker.certificate.unreadable');
    }
  });
  return {
    get expiresAt() {
      return expiresAt;
    },
    close: () => watched.close(),
  };
}
