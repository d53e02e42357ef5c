import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { fixedBodyOf, lastingBodyOf } from '#api/http/fixed-body.ts';
import { until } from '../../support/until.ts';

const text = JSON.stringify(
  Array.from({ length: 2_000 }, (_, at) => ({
    at,
    square: (at * at) % 977,
    name: `lot ${at % 31}`,
  })),
);

test('a lasting body is sent at once, and smaller as soon as that is made', async () => {
  const body = lastingBodyOf(text);
  const quick = body.variant('br');
  await until(() => body.variant('br') !== quick);
  const best = body.variant('br');
  expect(best.bytes.length).toBeLessThan(quick.bytes.length);
  for (const { bytes, etag } of [quick, best]) {
    expect(brotliDecompressSync(bytes).toString()).toBe(text);
    expect(etag).toMatch(/^"[\w-]+-br"$/);
  }
  // Other bytes, another strong ETag; who has the former form has the newest content.
  expect(best.etag).not.toBe(quick.etag);
  expect(best.formerEtag).toBe(quick.etag);
  expect(gunzipSync(body.variant('gzip').bytes).toString()).toBe(text);
});

test('a body of a second, or a very large one, keeps its quick form', async () => {
  const huge = lastingBodyOf(text.repeat(10));
  const bodies = [fixedBodyOf(text), huge];
  const quick = bodies.map((body) => body.variant('br'));
  const last = lastingBodyOf(text);
  const before = last.variant('br');
  // Begun after them and small: when it is done, they would be, too.
  await until(() => last.variant('br') !== before);
  expect(bodies.map((body) => body.variant('br'))).toEqual(quick);
});
