import { createWriteStream, renameSync, rmSync } from 'node:fs';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Argument } from 'commander';
import type { Command } from 'commander';
import { ask, linesOf, whereOf } from './ask.ts';
import type { Where } from './ask.ts';
import { instantText } from './instant-text.ts';
import type { Terminal } from './terminal.ts';

/** What may be exported, and whether it can be limited to a range. */
const exports = {
  stays: { ranged: true },
  observed: { ranged: true },
  records: { ranged: false },
} as const;
type ExportName = keyof typeof exports;

export interface ExportOptions {
  /** ISO 8601, as given; undefined: without that bound. */
  readonly from?: string;
  readonly to?: string;
  readonly out?: string;
}

const PROGRESS_EVERY_ROWS = 5_000;

export function addExport(program: Command, terminal: Terminal): void {
  program
    .command('export')
    .description('one JSON line each: single stays, when each bay was observed, records of the log')
    .addArgument(new Argument('<what>').choices(Object.keys(exports)))
    .option('--from <time>', 'stays and observed from here on, ISO 8601 with offset', instantText)
    .option('--to <time>', 'stays and observed until before here', instantText)
    .option('--out <file>', 'write to a file instead of stdout; put in place when complete')
    .action(async (what: ExportName, options: ExportOptions, command: Command) => {
      for (const bound of ['from', 'to'] as const) {
        if (options[bound] !== undefined && !exports[what].ranged) {
          command.error(`error: export ${what} takes no --${bound}`);
        }
      }
      await runExport(whereOf(command), what, options, terminal);
    });
}

async function runExport(
  where: Where,
  what: ExportName,
  { from, to, out }: ExportOptions,
  terminal: Terminal,
): Promise<void> {
  const query = new URLSearchParams({ ...(from && { from }), ...(to && { to }) }).toString();
  const path = `/api/v1/operator/export/${what}${query === '' ? '' : `?${query}`}`;
  await writeExport(where, path, out, terminal);
}

/** Streams an export as fast as it is taken, whole or not at all where it goes into a file. */
export async function writeExport(
  where: Where,
  path: string,
  outFile: string | undefined,
  { out, progress }: Terminal,
): Promise<void> {
  const answer = await ask(where, path);
  let rows = 0;
  async function* counted(): AsyncGenerator<string> {
    for await (const line of linesOf(answer)) {
      rows += 1;
      if (rows % PROGRESS_EVERY_ROWS === 0) progress(`${rows} rows`);
      yield `${line}\n`;
    }
  }
  if (outFile === undefined) await pipeline(Readable.from(counted()), out, { end: false });
  else {
    const partFile = `${outFile}.part`;
    try {
      await pipeline(Readable.from(counted()), createWriteStream(partFile, { mode: 0o600 }));
      renameSync(partFile, outFile);
    } catch (error) {
      rmSync(partFile, { force: true });
      throw error;
    }
  }
  progress(`${rows} rows\n`);
}
