import { Command, CommanderError } from 'commander';
import { ConfigError, messageOf, RejectedError, UnavailableError } from '#runtime/errors.ts';
import { addLine } from './line.ts';
import { addNode } from './node.ts';
import { addRecord } from './record.ts';
import { addReplay } from './replay.ts';

/** Each adds one command, or one noun with its verbs, to the program. */
const parts: readonly ((program: Command) => void)[] = [addLine, addNode, addRecord, addReplay];

/** A command is asked for, not the gateway itself: its first argument is a word. */
export function isCommand([first]: readonly string[]): boolean {
  return first !== undefined && !first.startsWith('-');
}

/** The whole command line of `npm run gateway -- COMMAND`. */
export function openProgram(): Command {
  const program = new Command('gateway')
    .usage('COMMAND [options]')
    .description('Commands of an edge computer. Without one the gateway itself runs.')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('see npm run gateway -- COMMAND --help');
  for (const add of parts) add(program);
  return program;
}

/** Runs one command of `npm run gateway -- COMMAND`. Returns the exit code and never throws for weather. */
export async function runCommand(args: readonly string[]): Promise<number> {
  // Whoever reads may stop reading, as `head` does: that ends the command, and is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  try {
    await openProgram().parseAsync(args, { from: 'user' });
    // A command that found what should be otherwise has set it.
    return Number(process.exitCode ?? 0);
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    const code = exitCodeOf(error);
    if (code === undefined) throw error;
    process.stderr.write(`${messageOf(error)}\n`);
    return code;
  }
}

/** undefined: a fault of ours. */
function exitCodeOf(error: unknown): number | undefined {
  if (error instanceof RejectedError) return 1;
  if (error instanceof UnavailableError) return 69;
  return error instanceof ConfigError ? 78 : undefined;
}
