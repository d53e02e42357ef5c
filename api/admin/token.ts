import { InvalidArgumentError } from 'commander';
import type { Command } from 'commander';
import type { TokenAnswer } from '#contract/access.ts';
import { lotsOption, roleOption, scopeText } from './access-options.ts';
import type { AccessOptions } from './access-options.ts';
import { ask, whereOf } from './ask.ts';
import type { Terminal } from './terminal.ts';

const TOKENS = '/api/v1/operator/tokens';

interface NewTokenOptions extends AccessOptions {
  readonly days: number;
}

/** Tokens of machines. */
export function addToken(program: Command, { out }: Terminal): void {
  const token = program.command('token').description('bearer tokens for machines');
  token
    .command('add')
    .description('prints the secret, once')
    .argument('<name>', 'what it is for')
    .addOption(roleOption().makeOptionMandatory())
    .addOption(lotsOption().default('site'))
    .option('--days <days>', 'how long it holds', daysFrom, 365)
    .action(async (name: string, options: NewTokenOptions, command: Command) => {
      const { role, lots: scope, days } = options;
      const answer = await ask(whereOf(command), TOKENS, 'POST', { name, role, scope, days });
      const { secret } = (await answer.json()) as { readonly secret: string };
      out.write(`${secret}\n`);
    });
  token
    .command('list')
    .description('id, name, role, lots, expiry, last use; never a secret')
    .option('--json', 'as JSON')
    .action(async ({ json }: { readonly json?: boolean }, command: Command) => {
      const answer = await ask(whereOf(command), TOKENS);
      const { tokens } = (await answer.json()) as { readonly tokens: readonly TokenAnswer[] };
      out.write(
        json === true
          ? `${JSON.stringify(tokens, null, 2)}\n`
          : tokens.map((each) => `${lineOf(each)}\n`).join(''),
      );
    });
  token
    .command('revoke')
    .description('at once')
    .argument('<id>')
    .action(async (id: string, _options: unknown, command: Command) => {
      await ask(whereOf(command), `${TOKENS}/${encodeURIComponent(id)}`, 'DELETE');
    });
}

function lineOf({ token, name, role, scope, expiresAt, lastUsedAt, revoked }: TokenAnswer): string {
  const state = revoked ? 'revoked' : `until ${expiresAt}, last used ${lastUsedAt ?? 'never'}`;
  return [token, name, role, scopeText(scope), state].join('  ');
}

function daysFrom(given: string): number {
  if (/^\d{1,3}$/.test(given)) return Number(given);
  throw new InvalidArgumentError('expected a number of days, 1 to 730');
}
