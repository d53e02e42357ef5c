import { createHash } from 'node:crypto';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { Encoding } from './encodings.ts';

/** A body that many ask for: compressed once for each encoding, with an ETag for each. */
export interface FixedBody {
  variant(encoding: Encoding): { readonly bytes: Buffer; readonly etag: string };
}

/** Below this, compression costs more than it saves. */
const WORTH_BYTES = 1_024;

/** A strong ETag names bytes, so that each encoding has its own (RFC 9110, 8.8.1). */
export function fixedBodyOf(content: string | Buffer): FixedBody {
  const identity = typeof content === 'string' ? Buffer.from(content) : content;
  const hash = createHash('sha256').update(identity).digest('base64url').slice(0, 22);
  const variants = new Map<Encoding, { bytes: Buffer; etag: string }>([
    ['identity', { bytes: identity, etag: `"${hash}"` }],
  ]);
  return {
    variant: (asked) => {
      const encoding = identity.length < WORTH_BYTES ? 'identity' : asked;
      let variant = variants.get(encoding);
      if (!variant) {
        variant = { bytes: compressed(identity, encoding), etag: `"${hash}-${encoding}"` };
        variants.set(encoding, variant);
      }
      return variant;
    },
  };
}

/** Whether one of the client's ETags is this one; weak comparison, as `If-None-Match` wants it. */
export function matchesEtag(ifNoneMatch: string | undefined, etag: string): boolean {
  if (ifNoneMatch === undefined) return false;
  const opaque = (tag: string) => tag.trim().replace(/^W\//, '');
  return ifNoneMatch.split(',').some((tag) => tag.trim() === '*' || opaque(tag) === opaque(etag));
}

function compressed(bytes: Buffer, encoding: Encoding): Buffer {
  if (encoding === 'gzip') return gzipSync(bytes);
  return brotliCompressSync(bytes, {
    params: {
      [constants.BROTLI_PARAM_QUALITY]: 5,
      [constants.BROTLI_PARAM_SIZE_HINT]: bytes.length,
    },
  });
}
