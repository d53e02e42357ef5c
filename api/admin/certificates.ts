import { generateKeyPair, randomBytes } from 'node:crypto';
import { isIP } from 'node:net';
import { promisify } from 'node:util';
import forge from 'node-forge';

/** A certificate and its private key, both as PEM. */
export interface KeyedCertificate {
  readonly certificate: string;
  readonly key: string;
}

/** What a certificate says of its holder. */
export type Holder =
  | { readonly kind: 'broker'; readonly hosts: readonly string[] }
  | { readonly kind: 'client'; readonly id: string };

/** Epoch milliseconds. */
export interface Validity {
  readonly from: number;
  readonly until: number;
}

/** Clocks of gateways are a little off: a certificate is valid since an hour before it was made. */
const BEFORE_MS = 3_600_000;
const SAN_DNS = 2;
const SAN_IP = 7;

/** A self-signed CA (RFC 5280): 3072 bits, for signing certificates of this one broker and its clients. */
export async function makeCa(name: string, validity: Validity): Promise<KeyedCertificate> {
  const subject = [{ name: 'commonName', value: name }];
  return signed({ subject, bits: 3_072, validity }, undefined, [
    { name: 'basicConstraints', critical: true, cA: true, pathLenConstraint: 0 },
    { name: 'keyUsage', critical: true, keyCertSign: true, cRLSign: true },
  ]);
}

/** A fresh key (RSA, 2048 bits) and its certificate, signed by the CA. */
export async function makeCertificate(
  holder: Holder,
  ca: KeyedCertificate,
  validity: Validity,
): Promise<KeyedCertificate> {
  const isBroker = holder.kind === 'broker';
  const name = isBroker ? (holder.hosts[0] ?? 'broker') : holder.id;
  return signed({ subject: [{ name: 'commonName', value: name }], bits: 2_048, validity }, ca, [
    { name: 'basicConstraints', critical: true, cA: false },
    { name: 'keyUsage', critical: true, digitalSignature: true, keyEncipherment: true },
    { name: 'extKeyUsage', serverAuth: isBroker, clientAuth: !isBroker },
    ...(isBroker ? [{ name: 'subjectAltName', altNames: holder.hosts.map(altNameOf) }] : []),
  ]);
}

async function signed(
  {
    subject,
    bits,
    validity,
  }: {
    readonly subject: forge.pki.CertificateField[];
    readonly bits: number;
    readonly validity: Validity;
  },
  ca: KeyedCertificate | undefined,
  extensions: readonly object[],
): Promise<KeyedCertificate> {
  const { publicKey, privateKey: key } = await promisify(generateKeyPair)('rsa', {
    modulusLength: bits,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs8', format: 'pem' },
  });
  const certificate = forge.pki.createCertificate();
  certificate.publicKey = forge.pki.publicKeyFromPem(publicKey);
  certificate.serialNumber = serialNumber();
  certificate.validity.notBefore = new Date(validity.from - BEFORE_MS);
  certificate.validity.notAfter = new Date(validity.until);
  certificate.setSubject(subject);
  certificate.setIssuer(
    ca ? forge.pki.certificateFromPem(ca.certificate).subject.attributes : subject,
  );
  certificate.setExtensions([
    ...extensions,
    { name: 'subjectKeyIdentifier' },
    ...(ca ? [{ name: 'authorityKeyIdentifier', keyIdentifier: keyIdentifierOf(ca) }] : []),
  ]);
  certificate.sign(forge.pki.privateKeyFromPem(ca?.key ?? key), forge.md.sha256.create());
  return { certificate: forge.pki.certificateToPem(certificate), key };
}

/** RFC 5280, 4.1.2.2: positive, and without a leading byte that says nothing. */
function serialNumber(): string {
  const bytes = randomBytes(16);
  bytes.writeUInt8((bytes.readUInt8(0) & 0x3f) | 0x40, 0);
  return bytes.toString('hex');
}

function keyIdentifierOf(ca: KeyedCertificate): string {
  return forge.pki.certificateFromPem(ca.certificate).generateSubjectKeyIdentifier().getBytes();
}

function altNameOf(host: string): object {
  return isIP(host) === 0 ? { type: SAN_DNS, value: host } : { type: SAN_IP, ip: host };
}
