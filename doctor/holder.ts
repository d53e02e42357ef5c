import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync } from 'node:fs';

/** A process that has something open. */
export interface Holder {
  readonly pid: number;
  /** Its command line, cut. */
  readonly command: string;
}

/** Who else has a file open, as far as this user may see (Linux); empty: nobody that is seen. */
export function holdersOf(path: string): readonly Holder[] {
  const real = realpathSync(path);
  return holdersWhere((target) => target === real);
}

/** Who listens on a TCP port of this machine, as far as this user may see (Linux). */
export function listenersOf(port: number): readonly Holder[] {
  const inodes = new Set(
    ['/proc/net/tcp', '/proc/net/tcp6'].filter(existsSync).flatMap((file) =>
      readFileSync(file, 'utf8')
        .split('\n')
        .map((line) => line.trim().split(/\s+/))
        .filter(([, local = '', , state]) => state === LISTENING && portOf(local) === port)
        .map((fields) => `socket:[${fields[9]}]`),
    ),
  );
  return inodes.size === 0 ? [] : holdersWhere((target) => inodes.has(target));
}

export const holderText = (holders: readonly Holder[]): string =>
  holders.map(({ pid, command }) => `${command} (process ${pid})`).join(', ');

const LONGEST_COMMAND = 120;

/** Whether it is this system's own gateway, alone or in `npm start`. */
export const isGateway = ({ command }: Holder): boolean =>
  /gateway\/main\.ts|\bstart\.ts/.test(command);

/** proc(5): state of a socket that listens. */
const LISTENING = '0A';
const portOf = (local: string): number => Number.parseInt(local.split(':')[1] ?? '', 16);

function holdersWhere(isIt: (target: string) => boolean): readonly Holder[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .filter((name) => targetsOf(name).some(isIt))
    .map((name) => ({ pid: Number(name), command: commandOf(name) }));
}

/** Other users' processes, and those that have just ended, are not to be looked into. */
function targetsOf(pid: string): string[] {
  try {
    return readdirSync(`/proc/${pid}/fd`).flatMap((fd) => linkOf(`/proc/${pid}/fd/${fd}`));
  } catch {
    return [];
  }
}

function linkOf(path: string): string[] {
  try {
    return [readlinkSync(path)];
  } catch {
    return [];
  }
}

function commandOf(pid: string): string {
  try {
    const words = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').filter(Boolean);
    return words.join(' ').slice(0, LONGEST_COMMAND) || 'a program';
  } catch {
    return 'a program';
  }
}
