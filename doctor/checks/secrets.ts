import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf } from '#runtime/errors.ts';
import { fine, problem, skipped } from '../finding.ts';
import type { Check, Finding, Patient } from '../finding.ts';

/** What holds a secret, by its name. */
const SECRET = /(\.secret|\.token|credentials\.json|\.key)$/;
const DEEPEST = 3;

export const secrets: Check = {
  name: 'secrets',
  run: (patient) => {
    const files = secretFiles(patient);
    if (files.length === 0) return [skipped('no file with a secret is here')];
    return files.map((path) =>
      existsSync(path)
        ? judgeSecret(path, statSync(path).mode, isEmpty(path))
        : problem(`${path} is not there`, 'certain', 'Name the file with --secret-file.'),
    );
  },
};

export function judgeSecret(path: string, mode: number, empty: boolean): Finding {
  const rights = (mode & 0o777).toString(8).padStart(4, '0');
  if ((mode & 0o077) !== 0) {
    const found = `${path} may be read by others (${rights})`;
    return problem(found, 'certain', `Run "chmod 600 ${path}", then change the secret.`);
  }
  if (empty) return problem(`${path} is empty`, 'certain', 'Put the secret into it anew.');
  return fine(`${path} is for its owner alone (${rights})`);
}

function secretFiles({ secretFile, dataFolder }: Patient): readonly string[] {
  const found = existsSync(dataFolder) ? below(dataFolder, DEEPEST) : [];
  const named = secretFile === '' ? [] : [secretFile];
  return [...new Set([...named, ...found])];
}

function below(folder: string, depth: number): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return depth > 1 ? below(path, depth - 1) : [];
    return entry.isFile() && SECRET.test(entry.name) ? [path] : [];
  });
}

function isEmpty(path: string): boolean {
  try {
    return readFileSync(path, 'utf8').trim() === '';
  } catch (error) {
    // That it cannot be read by this user is not that it is empty.
    return !/EACCES|EPERM/.test(messageOf(error));
  }
}
