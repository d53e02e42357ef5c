import type { Command } from 'commander';
import { RejectedError } from '#runtime/errors.ts';
import { ask, linesOf, whereOf } from './ask.ts';
import type { Where } from './ask.ts';
import type { Terminal } from './terminal.ts';
import { runVerify } from './verify.ts';

export function addRebuild(program: Command, terminal: Terminal): void {
  program
    .command('rebuild')
    .description('make the view again from the event log, and hold it against the log')
    .action(async (_options: unknown, command: Command) => {
      await runRebuild(whereOf(command), terminal);
    });
}

async function runRebuild(where: Where, { out, progress }: Terminal): Promise<void> {
  const answer = await ask(where, '/api/v1/operator/rebuild', 'POST');
  let last: { position: number; target: number; done: boolean; failed?: string } | undefined;
  for await (const line of linesOf(answer)) {
    last = JSON.parse(line) as NonNullable<typeof last>;
    progress(`${last.position} of ${last.target} records`);
  }
  progress('\n');
  if (last?.done !== true) {
    throw new RejectedError('rebuild', last?.failed ?? 'the api ended before the rebuild did');
  }
  out.write(`rebuilt: ${last.position} records\n`);
  await runVerify(where, { out, progress });
}
