import { InvalidArgumentError } from 'commander';

/** An option's value as it was given, where it is an instant with its offset. */
export function instantText(given: string): string {
  if (/T.*(Z|[+-]\d\d:\d\d)$/.test(given) && !Number.isNaN(Date.parse(given))) return given;
  throw new InvalidArgumentError(`expected e.g. 2026-11-22T09:00:00+09:00`);
}
