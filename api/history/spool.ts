import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, rm } from 'node:fs/promises';
import { randomUUID } from 'node:crypto';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

/** Lines that wait in a file, so that whoever sends them need not wait for whoever reads them. */
export interface Spool {
  readonly lines: AsyncIterable<string>;
  [Symbol.asyncDispose](): Promise<void>;
}

export const SPOOL_ENDING = '.spool';

export async function spooled(folder: string, lines: AsyncIterable<string>): Promise<Spool> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, `${randomUUID()}${SPOOL_ENDING}`);
  const remove = () => rm(path, { force: true });
  try {
    await pipeline(Readable.from(ended(lines)), createWriteStream(path, { mode: 0o600 }));
  } catch (error) {
    await remove();
    throw error;
  }
  return {
    lines: { [Symbol.asyncIterator]: () => linesIn(path)[Symbol.asyncIterator]() },
    [Symbol.asyncDispose]: remove,
  };
}

async function* ended(lines: AsyncIterable<string>): AsyncGenerator<string> {
  for await (const line of lines) yield `${line}\n`;
}

async function* linesIn(path: string): AsyncGenerator<string> {
  const input = createReadStream(path);
  try {
    yield* createInterface({ input, crlfDelay: Infinity });
  } finally {
    input.destroy();
  }
}
