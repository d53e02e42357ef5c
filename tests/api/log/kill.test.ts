import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

const CHILD = fileURLToPath(new URL('ingesting.ts', import.meta.url));
const JOURNAL = 'a'.repeat(32);

/** Runs the ingesting process and kills it at its n-th acknowledgement; resolves with the last mark said. */
async function killAfter(acks: number, siteFolder: string, logFolder: string): Promise<number> {
  const args = ['--import', 'tsx', CHILD, siteFolder, logFolder, JOURNAL, '200'];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  let acknowledged = 0;
  let heard = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    acknowledged = Number(line.split(' ')[0]);
    heard += 1;
    if (heard === acks) child.kill('SIGKILL');
  }
  return acknowledged;
}

test('whenever the api is killed, everything that it acknowledged is in the log, each once and in order', async () => {
  using temp = openTempFolder();
  writeSmallSite(temp.path, { lots: 1 });
  const logFolder = `${temp.path}/log`;
  let before = 0;
  for (const acks of [1, 7, 2, 12]) {
    const acknowledged = await killAfter(acks, temp.path, logFolder);
    const eventLog = openEventLog(logFolder, { clock: systemClock, log: silentLog });
    const mark = eventLog.journals.find(JOURNAL as never)?.committed ?? 0;
    const seqs = eventLog.recordsAfter(0, 10_000_000).map(({ record }) => record.seq);
    eventLog.close();
    expect(acknowledged).toBeGreaterThanOrEqual(before);
    expect(mark).toBeGreaterThanOrEqual(acknowledged);
    expect(seqs.length).toBe(mark);
    expect(seqs.every((seq, at) => seq === at + 1)).toBe(true);
    before = mark;
  }
  expect(before).toBeGreaterThan(2_000);
});
