import type { Command } from 'commander';
import { VerifyRow } from '#contract/http.ts';
import { RejectedError } from '#runtime/errors.ts';
import { ask, linesOf, whereOf } from './ask.ts';
import type { Where } from './ask.ts';
import type { Terminal } from './terminal.ts';

export function addVerify(program: Command, terminal: Terminal): void {
  program
    .command('verify')
    .description('hold the view against the event log, hour by hour; 1 where they differ')
    .action(async (_options: unknown, command: Command) => {
      await runVerify(whereOf(command), terminal);
    });
}

export async function runVerify(where: Where, { out, progress }: Terminal): Promise<void> {
  const answer = await ask(where, '/api/v1/operator/verify', 'POST');
  let last: VerifyRow | undefined;
  for await (const line of linesOf(answer)) {
    last = VerifyRow.parse(JSON.parse(line));
    progress('comparing the view with the log');
  }
  progress('\n');
  if (last?.done !== true) {
    throw new RejectedError('verify', last?.failed ?? 'the api ended before the comparison did');
  }
  const { hours = 0, stays = 0, differingCount = 0, differing = [] } = last;
  for (const { hour, what, log, view } of differing) {
    out.write(`${hour} ${what}: log ${log}, view ${view}\n`);
  }
  if (differingCount > 0) {
    throw new RejectedError(
      'differs',
      `the view differs from the log in ${differingCount} places; npm run admin -- rebuild makes it again`,
    );
  }
  out.write(`verified: ${hours} hours, ${stays} stays, the view is what the log says\n`);
}
