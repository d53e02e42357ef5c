import type { Writable } from 'node:stream';
import { Receiver } from 'ws';

declare module 'ws' {
  // oxlint-disable-next-line no-unused-vars -- `ws` exports it and its types forget it
  const Receiver: new (options: { readonly isServer: boolean }) => Writable;
}

/** What a browser would make of these bytes: the text of each whole frame. Throws on a broken one. */
export function readFrames(wire: Buffer): string[] {
  const receiver = new Receiver({ isServer: false });
  const texts: string[] = [];
  receiver.on('message', (data: Buffer, isBinary: boolean) => {
    if (isBinary) throw new Error('a binary frame, where text was expected');
    texts.push(data.toString());
  });
  receiver.on('error', (error: Error) => {
    throw error;
  });
  receiver.write(wire);
  return texts;
}
