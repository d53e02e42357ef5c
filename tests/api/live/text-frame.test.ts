import fc from 'fast-check';
import { expect, test } from 'vitest';
import { textFrameOf } from '#api/live/text-frame.ts';
import { readFrames } from './read-frames.ts';

/** A message of so many bytes in all; from 11 on. */
const messageOf = (bytes: number) => ({ text: 'x'.repeat(bytes - '{"text":""}'.length) });

test.each([11, 125, 126, 127, 65_535, 65_536, 1_000_000])(
  'a message of %i bytes is one frame that a client reads',
  (bytes) => {
    const frame = textFrameOf(messageOf(bytes));
    expect(frame.bytes).toHaveLength(bytes);
    expect(readFrames(frame.wire)).toEqual([frame.bytes.toString()]);
  },
);

test('whatever a message says, the frame says the same, and frames in a row stay apart', () => {
  fc.assert(
    fc.property(fc.array(fc.dictionary(fc.string({ unit: 'grapheme' }), fc.string())), (said) => {
      const wire = Buffer.concat(said.map((message) => textFrameOf(message).wire));
      expect(readFrames(wire)).toEqual(said.map((message) => JSON.stringify(message)));
    }),
  );
});
