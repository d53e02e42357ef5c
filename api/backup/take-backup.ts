import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, renameSync, rmSync } from 'node:fs';
import { open } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { RejectedError } from '#runtime/errors.ts';
import { MANIFEST_FILE, StreamLine } from './manifest.ts';
import type { BackedUpFile, Manifest } from './manifest.ts';
import { StreamReader } from './stream-reader.ts';

/**
 * Takes a backup as it arrives into a new folder: beside it first, checked file by file, in place by
 * one rename when all of it is on the disk. Throws RejectedError where it cannot be, or is not whole.
 */
export async function takeBackup(
  stream: AsyncIterable<Uint8Array>,
  folder: string,
  told: (text: string) => void,
): Promise<Manifest> {
  if (existsSync(folder)) {
    throw new RejectedError('exists', `${folder} is there already: name a folder that is not`);
  }
  const reader = new StreamReader(stream);
  const part = `${folder}.part-${process.pid}`;
  mkdirSync(part, { recursive: true, mode: 0o700 });
  try {
    const manifest = await takeFiles(reader, part, told);
    await written(join(part, MANIFEST_FILE), [`${JSON.stringify(manifest, null, 2)}\n`]);
    renameSync(part, folder);
    await synced(dirname(folder));
    return manifest;
  } catch (error) {
    rmSync(part, { recursive: true, force: true });
    throw error;
  } finally {
    await reader.close();
  }
}

async function takeFiles(
  reader: StreamReader,
  part: string,
  told: (text: string) => void,
): Promise<Manifest> {
  for (;;) {
    const text = await reader.line();
    if (text === undefined) throw new RejectedError('not_whole', 'the backup ended before its end');
    const line = StreamLine.parse(JSON.parse(text));
    if ('manifest' in line) {
      if ((await reader.line()) !== undefined) throw new RejectedError('not_whole', 'more follows');
      return line.manifest;
    }
    if ('failed' in line) throw new RejectedError('failed', line.failed);
    if ('copying' in line) told(`copying ${line.copying}`);
    else await takeFile(reader, line.file, join(part, line.file.path));
  }
}

async function takeFile(
  reader: StreamReader,
  { path, bytes, sha256 }: BackedUpFile,
  target: string,
): Promise<void> {
  mkdirSync(dirname(target), { recursive: true, mode: 0o700 });
  const hash = createHash('sha256');
  async function* hashed(): AsyncGenerator<Buffer> {
    for await (const piece of reader.bytes(bytes)) {
      hash.update(piece);
      yield piece;
    }
  }
  await written(target, hashed());
  if (hash.digest('hex') !== sha256) {
    throw new RejectedError('not_whole', `${path} arrived changed: nothing was kept`);
  }
}

/** On the disk when it resolves; readable by its owner alone: it may hold what only operators see. */
async function written(
  path: string,
  pieces: Iterable<string | Uint8Array> | AsyncIterable<string | Uint8Array>,
): Promise<void> {
  const file = await open(path, 'wx', 0o600);
  try {
    for await (const piece of pieces) await file.writeFile(piece);
    await file.sync();
  } finally {
    await file.close();
  }
}

export async function synced(folder: string): Promise<void> {
  const handle = await open(folder === '' ? '.' : folder, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
