import type { Command } from 'commander';
import { checkBackup, restoreBackup } from '../backup/restore.ts';
import type { Manifest } from '../backup/manifest.ts';
import { takeBackup } from '../backup/take-backup.ts';
import { ask, whereOf } from './ask.ts';
import type { Terminal } from './terminal.ts';

const MIB = 1024 ** 2;

export function addBackup(program: Command, { out, progress }: Terminal): void {
  program
    .command('backup')
    .description(
      'copy the log and all else that is truth out of the running api, whole or not at all',
    )
    .requiredOption('--out <folder>', 'a folder that is not there yet; put in place when complete')
    .action(async ({ out: folder }: { readonly out: string }, command: Command) => {
      const answer = await ask(whereOf(command), '/api/v1/operator/backup', 'POST');
      const stream = (answer.body ?? []) as AsyncIterable<Uint8Array>;
      const manifest = await takeBackup(stream, folder, progress);
      progress('\n');
      out.write(`backed up into ${folder}: ${summaryOf(manifest)}\n`);
    });
}

export function addRestore(program: Command, { out }: Terminal): void {
  program
    .command('restore')
    .description('put a backup into an empty data folder while no api runs on it; asks no api')
    .requiredOption('--from <folder>', 'the backup')
    .option('--data-folder <folder>', "the api's new data folder, empty or not there")
    .option('--check', 'only hold the backup against its manifest')
    .action(
      async (
        { from, dataFolder, check }: { from: string; dataFolder?: string; check?: boolean },
        command: Command,
      ) => {
        if (check === true) {
          out.write(`${from} is whole: ${summaryOf(await checkBackup(from))}\n`);
          return;
        }
        if (dataFolder === undefined) return command.error('error: restore needs --data-folder');
        const manifest = await restoreBackup(from, dataFolder);
        out.write(`restored into ${dataFolder}: ${summaryOf(manifest)}\n`);
      },
    );
}

function summaryOf({ files, finishedAt }: Manifest): string {
  const mib = files.reduce((sum, { bytes }) => sum + bytes, 0) / MIB;
  const records = files.reduce(
    (sum, { rows }) => sum + (rows['event'] ?? 0) + (rows['observed'] ?? 0),
    0,
  );
  return `${files.length} files, ${mib.toFixed(1)} MiB, ${records} records, as of ${finishedAt}`;
}
