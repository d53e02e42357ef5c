import type { Command } from 'commander';
import { AlarmsAnswer } from '#contract/http.ts';
import { ask, whereOf } from './ask.ts';
import { exitCodes } from './terminal.ts';
import type { Terminal } from './terminal.ts';

export function addAlarms(program: Command, terminal: Terminal): void {
  program
    .command('alarms')
    .description(
      'what is wrong with the system itself now, why, and what to do; 1 when anything is',
    )
    .option('--json', 'as JSON')
    .action(async ({ json = false }: { readonly json?: boolean }, command: Command) => {
      const answer = await ask(whereOf(command), '/api/v1/operator/alarms');
      const told = AlarmsAnswer.parse(await answer.json());
      const text = json ? JSON.stringify(told, null, 2) : asText(told);
      terminal.out.write(`${text}\n`);
      if (told.alarms.length > 0) process.exitCode = exitCodes.failed;
    });
}

function asText({ alarms }: AlarmsAnswer): string {
  if (alarms.length === 0) return 'no alarm';
  return alarms
    .map(({ alarm, severity, gateway, subject, cause, since, todo }) => {
      const where = [gateway, subject].filter((part) => part !== null && part !== '').join(' ');
      return `${severity} ${alarm}${where && ` (${where})`} since ${since}\n  ${cause}\n  ${todo}`;
    })
    .join('\n');
}
