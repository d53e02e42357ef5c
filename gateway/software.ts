import { readFileSync } from 'node:fs';

/** Name and version as the status message tells them. */
export function readSoftware(): string {
  const path = new URL('../package.json', import.meta.url);
  const { name, version } = JSON.parse(readFileSync(path, 'utf8')) as {
    readonly name: string;
    readonly version: string;
  };
  return `${name} ${version}`;
}
