import type { Command } from 'commander';
import { addLineCheck } from './line/check.ts';
import { addLineFind } from './line/find.ts';
import { addLineScan } from './line/scan.ts';
import { addLineSheet } from './line/sheet.ts';
import { addLineWalk } from './line/walk.ts';

/** The verbs about a serial line and all that hangs on it. */
export function addLine(program: Command): void {
  const line = program
    .command('line')
    .description(
      'commission and look after one serial line; the gateway that has it must be stopped',
    )
    .helpCommand(false);
  for (const add of [addLineScan, addLineFind, addLineCheck, addLineWalk, addLineSheet]) add(line);
}
