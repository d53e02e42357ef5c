import { createHmac } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { messageOf } from '#runtime/errors.ts';

/** What came of one try. */
export interface Delivery {
  readonly delivered: boolean;
  /** The receiver's status, or why there was none. */
  readonly detail: string;
}

/** Signs and sends one message; never rejects. `id`: the same for the same message. */
export type Deliver = (id: string, body: string) => Promise<Delivery>;

export interface WebhookAddress {
  readonly url: string;
  readonly secret: Buffer;
}

const LEAST_SECRET_BYTES = 24;
const PREFIX = 'whsec_';
/** A receiver that has not answered by then has not taken the message. */
export const ANSWER_WITHIN_MS = 10_000;

/**
 * The key in a file: `whsec_` and base64, as Standard Webhooks writes it, or any text. Throws Error
 * that says what is wrong with it.
 */
export function readWebhookSecret(file: string): Buffer {
  const text = readFileSync(file, 'utf8').trim();
  const secret = text.startsWith(PREFIX)
    ? Buffer.from(text.slice(PREFIX.length), 'base64')
    : Buffer.from(text);
  if (secret.length < LEAST_SECRET_BYTES) {
    throw new Error(
      `${file}: expected at least ${LEAST_SECRET_BYTES} bytes, e.g. openssl rand -hex 32`,
    );
  }
  return secret;
}

/** The signature of Standard Webhooks 1.0: HMAC-SHA256 over id, timestamp and body, in base64. */
export function signatureOf(secret: Buffer, id: string, timestampS: number, body: string): string {
  const signed = `${id}.${timestampS}.${body}`;
  return `v1,${createHmac('sha256', secret).update(signed).digest('base64')}`;
}

/** Sends to one address, which is configured and never asked for: nobody can aim it elsewhere. */
export function openWebhook(
  { url, secret }: WebhookAddress,
  wallMs: () => number,
  withinMs = ANSWER_WITHIN_MS,
): Deliver {
  return async (id, body) => {
    const timestamp = Math.floor(wallMs() / 1_000);
    try {
      const answer = await fetch(url, {
        method: 'POST',
        body,
        headers: {
          'content-type': 'application/json',
          'user-agent': 'binjari',
          'webhook-id': id,
          'webhook-timestamp': String(timestamp),
          'webhook-signature': signatureOf(secret, id, timestamp, body),
        },
        // A redirect would carry the message to where nobody configured it.
        redirect: 'manual',
        signal: AbortSignal.timeout(withinMs),
      });
      await answer.body?.cancel();
      return { delivered: answer.ok, detail: `status ${answer.status}` };
    } catch (error) {
      const cause = error instanceof Error && error.cause !== undefined ? error.cause : error;
      return { delivered: false, detail: messageOf(cause) };
    }
  };
}
