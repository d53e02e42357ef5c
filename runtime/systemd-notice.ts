import { spawn } from 'node:child_process';
import type { Log } from './log.ts';

/** What a service manager is told of this process. */
export interface SystemdNotice {
  /** It serves; from now on it also says regularly that it is alive, where that is asked for. */
  ready(): void;
  stopping(): void;
}

const US_A_MS = 1_000;
/** Twice within the manager's patience, so that one late word is no death. */
const WORDS_A_PATIENCE = 2;

/**
 * systemd's protocol for services of `Type=notify`: READY, STOPPING, and WATCHDOG while the event
 * loop turns, so that a process that hangs is started anew. Node has no datagram sockets of that
 * kind: the words go through `systemd-notify`, which needs `NotifyAccess=all`. Without
 * NOTIFY_SOCKET in the environment nothing is said.
 */
export function openSystemdNotice({
  env,
  log,
}: {
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Log;
}): SystemdNotice {
  const isAsked = env['NOTIFY_SOCKET'] !== undefined;
  const forUs = env['WATCHDOG_PID'] === undefined || env['WATCHDOG_PID'] === String(process.pid);
  const patienceMs = forUs ? Number(env['WATCHDOG_USEC'] ?? 0) / US_A_MS : 0;
  let timer: NodeJS.Timeout | undefined;
  let isBroken = false;

  function say(...words: string[]): void {
    if (!isAsked) return;
    const child = spawn('systemd-notify', [`--pid=${process.pid}`, ...words], { stdio: 'ignore' });
    child.once('error', (error) => {
      if (!isBroken) log.warn({ reason: error.message }, 'process.notice.failed');
      isBroken = true;
    });
    child.unref();
  }

  return {
    ready: () => {
      say('--ready');
      if (isAsked && patienceMs > 0) {
        timer = setInterval(() => say('WATCHDOG=1'), patienceMs / WORDS_A_PATIENCE);
        timer.unref();
      }
    },
    stopping: () => {
      clearInterval(timer);
      say('STOPPING=1');
    },
  };
}
