import type { Command } from 'commander';
import type { UserAnswer, UserChange } from '#contract/access.ts';
import { lotsOption, roleOption, scopeText } from './access-options.ts';
import type { AccessOptions } from './access-options.ts';
import { ask, whereOf } from './ask.ts';
import type { Terminal } from './terminal.ts';

const USERS = '/api/v1/operator/users';
interface Made {
  readonly user: UserAnswer;
  readonly password: string;
}

/** People who log in. The operator token file makes the first admin. */
export function addUser(program: Command, { out }: Terminal): void {
  const user = program.command('user').description('people who log in at /login');
  const change = async (command: Command, name: string, what: UserChange) => {
    await ask(whereOf(command), `${USERS}/${encodeURIComponent(name)}`, 'PATCH', what);
  };

  user
    .command('add')
    .description('prints a first password, once; it must be changed at the first login')
    .argument('<name>')
    .addOption(roleOption().makeOptionMandatory())
    .addOption(lotsOption().default('site'))
    .action(async (name: string, { role, lots: scope }: AccessOptions, command: Command) => {
      const answer = await ask(whereOf(command), USERS, 'POST', { name, role, scope });
      const { password } = (await answer.json()) as Made;
      out.write(`${password}\n`);
    });
  user
    .command('list')
    .description('name, role, lots, state, last login')
    .option('--json', 'as JSON')
    .action(async ({ json }: { readonly json?: boolean }, command: Command) => {
      const answer = await ask(whereOf(command), USERS);
      const { users } = (await answer.json()) as { readonly users: readonly UserAnswer[] };
      out.write(
        json === true
          ? `${JSON.stringify(users, null, 2)}\n`
          : users.map((each) => `${lineOf(each)}\n`).join(''),
      );
    });
  user
    .command('change')
    .description('another role, or other lots; their sessions end')
    .argument('<name>')
    .addOption(roleOption())
    .addOption(lotsOption())
    .action(async (name: string, { role, lots }: AccessOptions, command: Command) => {
      await change(command, name, { ...(role && { role }), ...(lots && { scope: lots }) });
    });
  for (const [verb, disabled] of [
    ['disable', true],
    ['enable', false],
  ] as const) {
    user
      .command(verb)
      .description(disabled ? 'they can no longer log in; their sessions end' : 'they may again')
      .argument('<name>')
      .action(async (name: string, _options: unknown, command: Command) => {
        await change(command, name, { disabled });
      });
  }
  user
    .command('reset')
    .description('prints another first password; their sessions end')
    .argument('<name>')
    .action(async (name: string, _options: unknown, command: Command) => {
      const path = `${USERS}/${encodeURIComponent(name)}/password`;
      const { password } = (await (await ask(whereOf(command), path, 'POST')).json()) as Made;
      out.write(`${password}\n`);
    });
}

function lineOf({ name, role, scope, disabled, lastLoginAt }: UserAnswer): string {
  const state = disabled ? 'disabled' : `last login ${lastLoginAt ?? 'never'}`;
  return [name, role, scopeText(scope), state].join('  ');
}
