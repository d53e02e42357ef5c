import { parse as parseForm } from 'node:querystring';
import { RejectedError } from '#runtime/errors.ts';

export const FORM_MEDIA = 'application/x-www-form-urlencoded';
/** An account's form has four fields; more than this is no form of ours. */
const MOST_FIELDS = 16;

/** What was sent as JSON, or as a form; undefined: nothing. Throws RejectedError. */
export function readBody(bytes: Buffer, contentType: string | undefined, wanted: string): unknown {
  if (bytes.length === 0) return undefined;
  const [media] = (contentType ?? '').split(';');
  if (media?.trim().toLowerCase() !== wanted) {
    throw new RejectedError('unsupported_media', `A body here is ${wanted}.`);
  }
  const text = textOf(bytes);
  if (wanted === FORM_MEDIA) return { ...parseForm(text, '&', '=', { maxKeys: MOST_FIELDS }) };
  try {
    return JSON.parse(text, refusePrototypes) as unknown;
  } catch (error) {
    throw new RejectedError('invalid_request', 'The body is not JSON.', { cause: error });
  }
}

/** Such a key means something else to many who read an object; nothing of ours is called so. */
function refusePrototypes(key: string, value: unknown): unknown {
  if (key === '__proto__') throw new SyntaxError('a key that is none of ours');
  return value;
}

function textOf(bytes: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (error) {
    throw new RejectedError('invalid_request', 'The body is not UTF-8.', { cause: error });
  }
}
