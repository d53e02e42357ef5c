import { execFileSync, spawnSync } from 'node:child_process';
import { mkdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { systemClock } from '#runtime/clock.ts';
import { silentLog } from '#runtime/log.ts';
import { openEventLog } from '#api/log/open-event-log.ts';
import { writeSmallSite } from '../../support/small-site.ts';
import { openTempFolder } from '../../support/temp-folder.ts';

const CHILD = fileURLToPath(new URL('ingesting.ts', import.meta.url));
const JOURNAL = 'a'.repeat(32);
const RECORDS = 40_000;

/** A small disk that only this script sees fills up, and is made larger while the api runs. */
const SCRIPT = `
set -e
mount -t tmpfs -o size=3m tmpfs "$1/disk"
"$2" --import tsx "$3" "$1" "$1/disk" ${JOURNAL} 450 ${RECORDS} > "$1/said" &
trap 'kill -9 $!' TERM
while kill -0 $! && [ "$(df --output=avail "$1/disk" | tail -1)" -gt 0 ]; do sleep 0.05; done
mount -o remount,size=64m "$1/disk"
wait $!
cp "$1"/disk/* "$1/kept/"
`;

const mayMount = spawnSync('unshare', ['-m', 'mount', '-t', 'tmpfs', 'tmpfs', '/mnt']).status === 0;

test.skipIf(!mayMount)(
  'a disk that fills up and is freed costs nothing and needs no restart',
  () => {
    using temp = openTempFolder();
    writeSmallSite(temp.path, { lots: 1 });
    for (const name of ['disk', 'kept']) mkdirSync(`${temp.path}/${name}`);
    const args = ['-m', 'bash', '-c', SCRIPT, 'script', temp.path, process.execPath, CHILD];
    execFileSync('unshare', args, { stdio: 'inherit', timeout: 25_000 });
    const eventLog = openEventLog(`${temp.path}/kept`, { clock: systemClock, log: silentLog });
    const seqs = eventLog.recordsAfter(0, 10 * RECORDS).map(({ record }) => record.seq);
    eventLog.close();
    expect(seqs).toHaveLength(RECORDS);
    expect(seqs.every((seq, at) => seq === at + 1)).toBe(true);
  },
);
