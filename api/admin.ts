import { CommanderError } from 'commander';
import { ConfigError, messageOf, RejectedError, UnavailableError } from '#runtime/errors.ts';
import { openProgram } from './admin/program.ts';
import { exitCodes } from './admin/terminal.ts';
import type { Terminal } from './admin/terminal.ts';
import { VERSION } from './version.ts';

// Whoever reads may stop reading, as `head` does: that ends the command, and is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exitCodes.done : exitCodes.failed);
});

// A line that overwrites itself is noise in a log or a pipe.
const isWatched = process.stderr.isTTY && !process.argv.includes('--quiet');
const terminal: Terminal = {
  out: process.stdout,
  progress: (text) => void (isWatched && process.stderr.write(`\r${text}`)),
};
try {
  await openProgram(VERSION, terminal).parseAsync(process.argv);
} catch (error) {
  if (!(error instanceof CommanderError)) process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof CommanderError)
    return error.exitCode === 0 ? exitCodes.done : exitCodes.usage;
  if (error instanceof ConfigError) return exitCodes.config;
  if (error instanceof UnavailableError) return exitCodes.unreachable;
  if (error instanceof RejectedError) return exitCodes.failed;
  throw error;
}
