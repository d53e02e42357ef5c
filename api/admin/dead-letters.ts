import { Argument, InvalidArgumentError, Option } from 'commander';
import type { Command } from 'commander';
import { DEAD_LETTER_REASONS } from '../log/log-entry.ts';
import { ask, whereOf } from './ask.ts';
import type { Terminal } from './terminal.ts';

const PATH = '/api/v1/operator/dead-letters';

interface Letter {
  readonly id: string;
  readonly journal: string;
  readonly seq: number | null;
  readonly receivedAt: string;
  readonly reason: string;
  readonly detail: string;
}

export function addDeadLetters(program: Command, { out }: Terminal): void {
  const letters = program
    .command('dead-letters')
    .description('records that could not be logged: list, show and replay them');
  letters
    .command('list')
    .description('the newest first, and how many there are of each reason')
    .addOption(new Option('--reason <reason>', 'only these').choices([...DEAD_LETTER_REASONS]))
    .option('--limit <count>', 'at most so many (50)', positive)
    .action(async (asked: { reason?: string; limit?: number }, command: Command) => {
      const query = new URLSearchParams();
      for (const [name, value] of Object.entries(asked)) query.set(name, String(value));
      const answer = await ask(whereOf(command), `${PATH}?${query.toString()}`);
      const { kept, letters: found } = (await answer.json()) as {
        readonly kept: Readonly<Record<string, number>>;
        readonly letters: readonly Letter[];
      };
      const counts = Object.entries(kept).map(([reason, count]) => `${count} ${reason}`);
      out.write(`${[counts.join(', '), ...found.map(lineOf)].join('\n')}\n`);
    });
  letters
    .command('show')
    .description('one of them as it was received')
    .addArgument(new Argument('<id>', 'as the list has it'))
    .action(async (id: string, _options: unknown, command: Command) => {
      const answer = await ask(whereOf(command), `${PATH}/${encodeURIComponent(id)}`);
      out.write(`${JSON.stringify(await answer.json(), null, 2)}\n`);
    });
  letters
    .command('replay')
    .description('put it into the log under its own key, where this version can read it')
    .addArgument(new Argument('<id>', 'as the list has it'))
    .action(async (id: string, _options: unknown, command: Command) => {
      await ask(whereOf(command), `${PATH}/${encodeURIComponent(id)}/replay`, 'POST');
      out.write(`replayed: ${id}\n`);
    });
}

const lineOf = ({ id, receivedAt, reason, journal, seq, detail }: Letter): string =>
  `${id}  ${receivedAt}  ${reason}  ${journal}/${seq ?? '?'}  ${detail}`;

function positive(given: string): number {
  const count = Number(given);
  if (Number.isInteger(count) && count > 0) return count;
  throw new InvalidArgumentError('expected a count');
}
