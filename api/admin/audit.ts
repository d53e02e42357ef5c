import type { Command } from 'commander';
import type { AuditRow } from '#contract/access.ts';
import { ask, linesOf, whereOf } from './ask.ts';
import { writeExport } from './export.ts';
import type { ExportOptions } from './export.ts';
import { instantText } from './instant-text.ts';
import type { Terminal } from './terminal.ts';

const AUDIT = '/api/v1/operator/audit';

/** Who did what. */
export function addAudit(program: Command, terminal: Terminal): void {
  const audit = program.command('audit').description('who did what, from where; append-only');
  const ranged = (command: Command) =>
    command
      .option('--from <time>', 'from here on, ISO 8601 with offset', instantText)
      .option('--to <time>', 'until before here', instantText);
  ranged(audit.command('list'))
    .description('one line each, for people')
    .action(async (options: ExportOptions, command: Command) => {
      for await (const line of linesOf(await ask(whereOf(command), pathOf(options)))) {
        terminal.out.write(`${textOf(JSON.parse(line) as AuditRow)}\n`);
      }
    });
  ranged(audit.command('export'))
    .description('one JSON line each')
    .option('--out <file>', 'write to a file instead of stdout; put in place when complete')
    .action(async (options: ExportOptions, command: Command) => {
      await writeExport(whereOf(command), pathOf(options), options.out, terminal);
    });
}

function pathOf({ from, to }: ExportOptions): string {
  const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }) }).toString();
  return query === '' ? AUDIT : `${AUDIT}?${query}`;
}

function textOf({ at, actor, address, action, subject, before, after }: AuditRow): string {
  const change = [before, after].map((value) => (value === null ? '' : JSON.stringify(value)));
  return [at, actor, address, action, subject, change.filter(Boolean).join(' → ')]
    .join('  ')
    .trimEnd();
}
