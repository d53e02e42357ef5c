import { Command, CommanderError } from 'commander';
import { ConfigError, messageOf, UnavailableError } from '#runtime/errors.ts';
import { addRecord } from './record.ts';
import { addReplay } from './replay.ts';

/** Each adds one command, or one noun with its verbs, to the program. */
const parts: readonly ((program: Command) => void)[] = [addRecord, addReplay];

/** A command is asked for, not the gateway itself: its first argument is a word. */
export function isCommand([first]: readonly string[]): boolean {
  return first !== undefined && !first.startsWith('-');
}

/** Runs one command of `npm run gateway -- COMMAND`. Returns the exit code and never throws for weather. */
export async function runCommand(args: readonly string[]): Promise<number> {
  const program = new Command('gateway')
    .usage('COMMAND [options]')
    .description('Commands of an edge computer. Without one the gateway itself runs.')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('see npm run gateway -- COMMAND --help');
  for (const add of parts) add(program);
  // Whoever reads may stop reading, as `head` does: that ends the command, and is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    process.exit(error.code === 'EPIPE' ? 0 : 1);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return 0;
  } catch (error) {
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    if (!(error instanceof ConfigError) && !(error instanceof UnavailableError)) throw error;
    process.stderr.write(`${messageOf(error)}\n`);
    return error instanceof ConfigError ? 78 : 69;
  }
}
