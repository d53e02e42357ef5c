import { accessSync, constants } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where services' programs are that a user's own path may lack. */
const SYSTEM = ['/usr/sbin', '/sbin', '/usr/local/sbin'];

/**
 * The path of a program that the machine may lack; where it is missing, what needs it is left out with
 * one plain line. The continuous check installs them all.
 */
export function findProgram(name: string, whatIsLeftOut: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), ...SYSTEM];
  const found = folders.map((folder) => join(folder, name)).find(isExecutable);
  if (found === undefined)
    process.stderr.write(`left out, ${name} is not here: ${whatIsLeftOut}\n`);
  return found;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
