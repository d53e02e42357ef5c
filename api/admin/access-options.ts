import { InvalidArgumentError, Option } from 'commander';
import { ACCESS_ROLES } from '#contract/access.ts';
import type { AccessRole, AccessScope } from '#contract/access.ts';

export interface AccessOptions {
  readonly role?: AccessRole;
  readonly lots?: AccessScope;
}

export const roleOption = (): Option =>
  new Option('--role <role>', 'what they may').choices(ACCESS_ROLES);

export const lotsOption = (): Option =>
  new Option('--lots <ids>', 'single lots, with commas between, or "site" for all').argParser(
    scopeFrom,
  );

function scopeFrom(given: string): string | string[] {
  if (given === 'site') return given;
  const lots = given.split(',').map((lot) => lot.trim());
  if (lots.every((lot) => /^[a-z0-9-]{1,40}$/.test(lot))) return lots;
  throw new InvalidArgumentError('expected lot ids with commas between, or "site"');
}

/** A row of a table for people. */
export const scopeText = (scope: AccessScope): string =>
  scope === 'site' ? 'site' : scope.join(',');
