import { createHash } from 'node:crypto';
import { brotliCompress, brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { BrotliOptions } from 'node:zlib';
import type { Encoding } from './encodings.ts';

/** A body that many ask for: compressed once for each encoding, with an ETag for each. */
export interface FixedBody {
  variant(encoding: Encoding): Variant;
}

export interface Variant {
  readonly bytes: Buffer;
  readonly etag: string;
  /** Of the larger form that was sent before this one: who has it needs nothing new. */
  readonly formerEtag?: string;
}

/** Below this, compression costs more than it saves. */
const WORTH_BYTES = 1_024;
/** Above this the smallest form takes a core for seconds. */
const SMALLEST_BYTES = 524_288;

/** A strong ETag names bytes, so that each encoding has its own (RFC 9110, 8.8.1). */
export function fixedBodyOf(content: string | Buffer): FixedBody {
  return bodyOf(content, () => undefined);
}

/**
 * The same for what is asked for over days. The first who ask get what can be made at once; beside
 * the event loop brotli makes its smallest form, a sixth to a fifth smaller, for all others.
 */
export function lastingBodyOf(content: string | Buffer): FixedBody {
  return bodyOf(content, (identity, quick, replace) => {
    if (identity.length > SMALLEST_BYTES) return;
    const options = brotliOptions(identity, constants.BROTLI_MAX_QUALITY);
    brotliCompress(identity, options, (error, bytes) => {
      // No memory for it: the quick form is as right.
      if (error || bytes.length >= quick.bytes.length) return;
      const etag = quick.etag.replace(/-br"$/, '-smallest-br"');
      replace({ bytes, etag, formerEtag: quick.etag });
    });
  });
}

/** `improve` is told once of a brotli form that was made, and may replace it later. */
function bodyOf(
  content: string | Buffer,
  improve: (identity: Buffer, quick: Variant, replace: (better: Variant) => void) => void,
): FixedBody {
  const identity = typeof content === 'string' ? Buffer.from(content) : content;
  const hash = createHash('sha256').update(identity).digest('base64url').slice(0, 22);
  const variants = new Map<Encoding, Variant>([
    ['identity', { bytes: identity, etag: `"${hash}"` }],
  ]);
  return {
    variant: (asked) => {
      const encoding = identity.length < WORTH_BYTES ? 'identity' : asked;
      const known = variants.get(encoding);
      if (known) return known;
      const made = { bytes: compressed(identity, encoding), etag: `"${hash}-${encoding}"` };
      variants.set(encoding, made);
      if (encoding === 'br') improve(identity, made, (better) => variants.set('br', better));
      return made;
    },
  };
}

/** Whether one of the client's ETags is this one; weak comparison, as `If-None-Match` wants it. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag));
}

const QUICK = 5;

function compressed(bytes: Buffer, encoding: Encoding): Buffer {
  if (encoding === 'gzip') return gzipSync(bytes);
  return brotliCompressSync(bytes, brotliOptions(bytes, QUICK));
}

function brotliOptions(bytes: Buffer, quality: number): BrotliOptions {
  return {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: quality,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  };
}
