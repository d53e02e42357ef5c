import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { systemClock } from '#runtime/clock.ts';
import { isoOf } from '#contract/time.ts';
import { fine, problem, skipped, warning } from '../finding.ts';
import type { Check, Finding, Patient } from '../finding.ts';
import { askHttp } from '../http.ts';

/** A gateway farther from its api holds its events back. */
const MOST_APART_MS = 5 * 60_000;
/** Times of stays are wrong by as much. */
const NOTABLE_MS = 2_000;

export const clock: Check = {
  name: 'clock',
  run: async (patient) => {
    const now = systemClock.wallMs();
    return [
      judgeDate(now, Date.parse(patient.softwareBuiltAt)),
      judgeSync(syncState()),
      await againstApi(patient),
    ];
  },
};

export function judgeDate(now: number, builtAt: number): Finding {
  const found = `the clock says ${isoOf(now)}`;
  if (now >= builtAt) return fine(found);
  const mend = 'Set the clock, and let chrony or systemd-timesyncd keep it.';
  return problem(`${found}, before this program was made (${isoOf(builtAt)})`, 'certain', mend);
}

export type SyncState = 'synchronised' | 'not synchronised' | 'unknown';

export function judgeSync(state: SyncState): Finding {
  if (state === 'synchronised') return fine('the clock is synchronised');
  if (state === 'unknown') {
    return skipped('nothing here tells whether the clock is synchronised (timedatectl, chronyc)');
  }
  const mend = 'Install chrony and let it reach a time server: "chronyc tracking" must say Normal.';
  return warning('the clock is not synchronised', 'certain', mend);
}

/** `apartMs`: this clock minus the api's. */
export function judgeApart(apartMs: number): Finding {
  const seconds = Math.round(Math.abs(apartMs) / 1_000);
  const found = `this clock is ${seconds} s ${apartMs < 0 ? 'behind' : 'ahead of'} the api's`;
  const mend = 'Synchronise both clocks with the same time server.';
  if (Math.abs(apartMs) > MOST_APART_MS) {
    return problem(`${found}: a gateway holds its events back`, 'certain', mend);
  }
  return Math.abs(apartMs) > NOTABLE_MS ? warning(found, 'certain', mend) : fine(found);
}

async function againstApi({ apiUrl }: Patient): Promise<Finding> {
  const answer = await askHttp(`${apiUrl}/healthz`);
  const date = answer.ok ? Date.parse(answer.headers.get('date') ?? '') : Number.NaN;
  // The header has whole seconds.
  return Number.isNaN(date)
    ? skipped('the api’s clock cannot be asked')
    : judgeApart(systemClock.wallMs() - date - 500);
}

function syncState(): SyncState {
  if (existsSync('/run/systemd/timesync/synchronized')) return 'synchronised';
  const chrony = spawnSync('chronyc', ['-n', 'tracking'], { encoding: 'utf8', timeout: 2_000 });
  if (chrony.status === 0) {
    return /Leap status\s*:\s*Normal/.test(chrony.stdout) ? 'synchronised' : 'not synchronised';
  }
  const systemd = spawnSync('timedatectl', ['show', '-p', 'NTPSynchronized', '--value'], {
    encoding: 'utf8',
    timeout: 2_000,
  });
  if (systemd.status !== 0) return 'unknown';
  return systemd.stdout.trim() === 'yes' ? 'synchronised' : 'not synchronised';
}
