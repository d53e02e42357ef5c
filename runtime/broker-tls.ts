import assert from 'node:assert/strict';
import { createPrivateKey, X509Certificate } from 'node:crypto';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { ConfigError, messageOf } from './errors.ts';

const file = z.string().min(1).optional();

/** The settings of every process that speaks to the broker over TLS (`mqtts://`). */
export const brokerTlsSettings = {
  caFile: file.describe(
    "PEM of the CA that the broker's certificate must be signed by; absent: the public ones",
  ),
  clientCertFile: file.describe('PEM certificate to show to the broker, where it asks for one'),
  clientKeyFile: file.describe('PEM private key of clientCertFile'),
};

export interface BrokerTls {
  readonly caFile?: string | undefined;
  readonly clientCertFile?: string | undefined;
  readonly clientKeyFile?: string | undefined;
}

/** As `tls.connect` takes them. */
export interface BrokerTlsOptions {
  readonly minVersion: 'TLSv1.2';
  readonly ca?: Buffer;
  readonly cert?: Buffer;
  readonly key?: Buffer;
}

/** What the TLS settings point at, read now; throws ConfigError with every problem of theirs. */
export function readBrokerTls(
  { caFile, clientCertFile, clientKeyFile }: BrokerTls,
  brokerUrl: string,
): BrokerTlsOptions {
  const given = Object.entries({ caFile, clientCertFile, clientKeyFile }).filter(
    ([, path]) => path !== undefined,
  );
  const problems: string[] = [];
  if (!/^(mqtts|wss):/.test(brokerUrl)) {
    for (const [key] of given) {
      problems.push(`${key}: expected only with an mqtts:// address; brokerUrl is ${brokerUrl}`);
    }
  }
  if ((clientCertFile === undefined) !== (clientKeyFile === undefined)) {
    problems.push('clientCertFile: expected with clientKeyFile, both or neither');
  }
  const read = (key: keyof BrokerTls, path: string | undefined): Buffer | undefined => {
    if (path === undefined) return undefined;
    try {
      const pem = readFileSync(path);
      if (key === 'clientKeyFile') createPrivateKey(pem);
      else assert.ok(new X509Certificate(pem));
      return pem;
    } catch (error) {
      problems.push(`${key}: ${path}: expected a PEM file: ${messageOf(error)}`);
      return undefined;
    }
  };
  const [ca, cert, key] = [
    read('caFile', caFile),
    read('clientCertFile', clientCertFile),
    read('clientKeyFile', clientKeyFile),
  ];
  if (problems.length > 0) throw new ConfigError(problems);
  return { minVersion: 'TLSv1.2', ...(ca && { ca }), ...(cert && { cert }), ...(key && { key }) };
}

/** Why a connection failed, in a sentence that names what to mend; other failures in their own words. */
export function linkFailureOf(error: unknown, brokerUrl: string, { caFile }: BrokerTls): string {
  const { hostname, host } = new URL(brokerUrl);
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  const signed = caFile === undefined ? 'by a public CA (set caFile?)' : `by the CA in ${caFile}`;
  const sentences: Record<string, string> = {
    ERR_TLS_CERT_ALTNAME_INVALID: `the broker's certificate is not made for "${hostname}"; connect by a name that it is made for, or make one for this name`,
    CERT_HAS_EXPIRED: "the broker's certificate has expired, or this machine's clock is wrong",
    CERT_NOT_YET_VALID: "the broker's certificate is not valid yet: this machine's clock is wrong",
    ERR_SSL_WRONG_VERSION_NUMBER: `${host} does not speak TLS; use its TLS port, or mqtt://`,
    ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
      'the broker wants a certificate of this client; set clientCertFile and clientKeyFile',
    ERR_SSL_TLSV1_ALERT_UNKNOWN_CA:
      "the broker does not know the CA of this client's certificate (clientCertFile)",
  };
  // So Node says it when the other side hangs up at the first words of TLS.
  if (code === 'ECONNRESET' && messageOf(error).includes('secure TLS connection')) {
    return `${host} hung up before TLS was spoken; is this its TLS port?`;
  }
  const unsigned = /^(UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|CERT_SIGNATURE_FAILURE|CERT_UNTRUSTED)/;
  if (unsigned.test(code)) return `the broker's certificate is not signed ${signed}`;
  return sentences[code] ?? messageOf(error);
}

/** The other side ended the connection without a word of MQTT, and without an error. */
export function hungUpOf(brokerUrl: string): string {
  const { host, protocol } = new URL(brokerUrl);
  return /^(mqtts|wss):$/.test(protocol)
    ? `${host} hung up without an answer`
    : `${host} hung up without an answer; if its port speaks TLS: use mqtts://`;
}
