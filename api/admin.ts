import { ConfigError, messageOf, RejectedError, UnavailableError } from '#runtime/errors.ts';
import { HELP, readCommand } from './admin/command-line.ts';
import type { Command } from './admin/command-line.ts';
import { runExport, runRebuild, runStatus } from './admin/commands.ts';
import type { Terminal } from './admin/commands.ts';
import { VERSION } from './version.ts';

const exit = { done: 0, failed: 1, usage: 2, config: 3, unreachable: 4 } as const;

const command = readCommand(process.argv.slice(2), process.env);
// Whoever reads may stop reading, as `head` does: that ends the command, and is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  process.exit(error.code === 'EPIPE' ? exit.done : exit.failed);
});
try {
  process.exitCode = await run(command);
} catch (error) {
  process.stderr.write(`${messageOf(error)}\n`);
  process.exitCode = exitCodeOf(error);
}

async function run(asked: Command): Promise<number> {
  const terminal: Terminal = { out: process.stdout, progress: progressOf(asked) };
  switch (asked.kind) {
    case 'help':
      process.stdout.write(HELP);
      return exit.done;
    case 'version':
      process.stdout.write(`${VERSION}\n`);
      return exit.done;
    case 'wrong':
      process.stderr.write(`${asked.why}\nsee npm run admin -- --help\n`);
      return exit.usage;
    case 'status':
      return (await runStatus(asked, terminal)) ? exit.done : exit.failed;
    case 'rebuild':
      await runRebuild(asked, terminal);
      return exit.done;
    case 'export':
      await runExport(asked, terminal);
      return exit.done;
  }
}

/** On a terminal only: in a log or a pipe a line that overwrites itself is noise. */
function progressOf(asked: Command): Terminal['progress'] {
  const isQuiet = 'quiet' in asked && asked.quiet;
  if (isQuiet || !process.stderr.isTTY) return () => undefined;
  return (text) => void process.stderr.write(`\r${text}`);
}

function exitCodeOf(error: unknown): number {
  if (error instanceof ConfigError) return exit.config;
  if (error instanceof UnavailableError) return exit.unreachable;
  if (error instanceof RejectedError) return exit.failed;
  throw error;
}
