import type { Command } from 'commander';
import { addNodeAddress } from './node/address.ts';
import { addNodeConfig } from './node/config.ts';
import { addNodeLocate } from './node/locate.ts';
import { addNodeReplace } from './node/replace.ts';

/** The verbs about one sensor on a line. */
export function addNode(program: Command): void {
  const node = program
    .command('node')
    .description('set up one sensor; the gateway that has its line must be stopped')
    .helpCommand(false);
  for (const add of [addNodeAddress, addNodeConfig, addNodeLocate, addNodeReplace]) add(node);
}
