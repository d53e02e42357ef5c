import { createHash, randomBytes } from 'node:crypto';
import {
  copyFileSync,
  createReadStream,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LogId } from '#contract/ids.ts';
import { messageOf, RejectedError } from '#runtime/errors.ts';
import { renewLog } from '../log/renew-log.ts';
import { MANIFEST_FILE, Manifest } from './manifest.ts';
import { RESTORING } from './restoring.ts';
import { synced } from './take-backup.ts';

/** Reads a backup and holds every file against the manifest; throws RejectedError with what differs. */
export async function checkBackup(folder: string): Promise<Manifest> {
  const manifest = readManifest(folder);
  const problems: string[] = [];
  for (const { path, bytes, sha256 } of manifest.files) {
    const problem = await problemOf(join(folder, path), bytes, sha256);
    if (problem !== undefined) problems.push(`${path}: ${problem}`);
  }
  if (problems.length > 0) {
    throw new RejectedError('damaged', `${folder} is not whole:\n  ${problems.join('\n  ')}`);
  }
  return manifest;
}

function readManifest(folder: string): Manifest {
  const path = join(folder, MANIFEST_FILE);
  try {
    return Manifest.parse(JSON.parse(readFileSync(path, 'utf8')));
  } catch (error) {
    throw new RejectedError('no_backup', `${path}: no manifest of a backup: ${messageOf(error)}`, {
      cause: error,
    });
  }
}

async function problemOf(path: string, bytes: number, sha256: string): Promise<string | undefined> {
  if (!existsSync(path)) return 'missing';
  const { size } = statSync(path);
  if (size !== bytes) return `${size} bytes, expected ${bytes}`;
  const hash = createHash('sha256');
  await pipeline(createReadStream(path), hash);
  return hash.digest('hex') === sha256 ? undefined : 'its content was changed';
}

/**
 * Puts a backup into an empty data folder, as a log with a new id: the gateways then send again all
 * that they keep beyond its marks, ends of intervals too, and no view of the old log takes it for its
 * own. Until the last file is in place an api refuses the folder. Throws RejectedError.
 */
export async function restoreBackup(from: string, dataFolder: string): Promise<Manifest> {
  if (existsSync(dataFolder) && readdirSync(dataFolder).length > 0) {
    throw new RejectedError(
      'not_empty',
      `${dataFolder} is not empty: stop its api, move the folder away and restore again`,
    );
  }
  const manifest = await checkBackup(from);
  const restoring = join(dataFolder, RESTORING);
  const folders = new Set(manifest.files.map(({ path }) => dirname(path)));
  for (const folder of folders) {
    mkdirSync(join(restoring, folder), { recursive: true, mode: 0o700 });
    mkdirSync(join(dataFolder, folder), { recursive: true, mode: 0o700 });
  }
  for (const { path } of manifest.files) copyFileSync(join(from, path), join(restoring, path));
  renewLog(join(restoring, 'log'), LogId.parse(randomBytes(16).toString('hex')));
  for (const { path } of manifest.files) {
    renameSync(join(restoring, path), join(dataFolder, path));
  }
  for (const folder of folders) await synced(join(dataFolder, folder));
  // With what SQLite left beside the file whose id was renewed.
  rmSync(restoring, { recursive: true });
  await synced(dataFolder);
  return manifest;
}
