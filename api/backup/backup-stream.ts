import { spawn } from 'node:child_process';
import { createReadStream, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type * as z from 'zod';
import type { LogId } from '#contract/ids.ts';
import { isoOf } from '#contract/time.ts';
import type { Clock } from '#runtime/clock.ts';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import type { Log } from '#runtime/log.ts';
import { BackedUpFile } from './manifest.ts';
import type { StreamLine } from './manifest.ts';
import { storedFilesOf } from './stored-files.ts';

export interface BackupParts {
  readonly dataFolder: string;
  readonly site: string;
  readonly logId: LogId;
  readonly software: string;
  readonly clock: Clock;
  readonly log: Log;
}

/** Who reads must hear something now and then while a large file is copied. */
const WORD_EVERY_MS = 5_000;
const PREFIX = 'backup-';
const CopyFacts = BackedUpFile.omit({ path: true });
type CopyFacts = z.infer<typeof CopyFacts>;
const lineOf = (line: StreamLine): Buffer => Buffer.from(`${JSON.stringify(line)}\n`);

/**
 * The way to backups of a running api, one at a time: another one asked for meanwhile is an
 * UnavailableError.
 */
export function openBackups(parts: BackupParts): () => AsyncIterable<Uint8Array> {
  let isRunning = false;
  const refuse = () => {
    if (!isRunning) return;
    throw new UnavailableError('backup_running', 'a backup is being taken; ask again after it');
  };
  async function* one(): AsyncGenerator<Uint8Array> {
    // Only here: one that nobody ever reads would stand in the way for good.
    refuse();
    isRunning = true;
    try {
      yield* backupStream(parts);
    } finally {
      isRunning = false;
    }
  }
  return () => {
    refuse();
    return one();
  };
}

/**
 * The backup as it travels: JSON lines, each `file` followed by its bytes, `manifest` last. Files are
 * copied one after the other beside their writers, so that the room needed is that of the largest. The
 * months are listed once before: one that begins meanwhile is in no part of the backup, and the ones
 * before it no longer change when it does. Never throws: what fails is the last line.
 */
async function* backupStream(parts: BackupParts): AsyncGenerator<Uint8Array> {
  const { dataFolder, site, logId, software, clock, log } = parts;
  const startedAt = clock.wallMs();
  removeLeftovers(dataFolder);
  const folder = mkdtempSync(join(dataFolder, PREFIX));
  try {
    const files: BackedUpFile[] = [];
    for (const path of storedFilesOf(dataFolder)) {
      const copy = join(folder, 'copy');
      const copying = copied(join(dataFolder, path), copy);
      try {
        let facts: CopyFacts | undefined;
        while (facts === undefined) {
          yield lineOf({ copying: path });
          const word = delay(WORD_EVERY_MS, undefined, { ref: false });
          const ended = await Promise.race([copying.ended, word]);
          if (ended instanceof Error) throw ended;
          facts = ended;
        }
        const file = { path, ...facts };
        yield lineOf({ file });
        yield* createReadStream(copy) as AsyncIterable<Uint8Array>;
        files.push(file);
      } finally {
        copying.stop();
      }
    }
    const times = { startedAt: isoOf(startedAt), finishedAt: isoOf(clock.wallMs()) };
    yield lineOf({ manifest: { format: 1, software, site, logId, ...times, files } });
    const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
    log.info({ files: files.length, bytes }, 'backup.stream.finished');
  } catch (error) {
    const reason = messageOf(error);
    log.error({ reason }, 'backup.stream.failed');
    yield lineOf({ failed: reason });
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Of a backup whose api was killed. */
function removeLeftovers(dataFolder: string): void {
  for (const name of readdirSync(dataFolder)) {
    if (name.startsWith(PREFIX)) rmSync(join(dataFolder, name), { recursive: true, force: true });
  }
}

/** Wherever the process was started from, built or not, and on any Node. */
const COPY = import.meta.url.endsWith('.ts')
  ? [
      '--import',
      new URL('../../runtime/typescript.mjs', import.meta.url).href,
      fileURLToPath(new URL('./copy.ts', import.meta.url)),
    ]
  : [fileURLToPath(new URL('./copy.mjs', import.meta.url))];

interface Copying {
  /** Never rejects: whoever asked may be gone before it ends. */
  readonly ended: Promise<CopyFacts | Error>;
  stop(): void;
}

function copied(source: string, target: string): Copying {
  const child = spawn(process.execPath, [...COPY, source, target], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let [out, said] = ['', ''];
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')));
  child.stderr.on('data', (chunk: Buffer) => (said += chunk.toString('utf8')));
  const ended = new Promise<CopyFacts | Error>((resolve) => {
    child.once('error', resolve);
    child.once('close', (code) => {
      if (code === 0) resolve(CopyFacts.parse(JSON.parse(out)));
      else resolve(new Error(said === '' ? `copying ${source} ended with ${code}` : said));
    });
  });
  return { ended, stop: () => void child.kill() };
}
