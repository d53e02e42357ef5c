import { readFileSync } from 'node:fs';

/** proc(5): utime and stime count ticks of 1/100 s on every Linux that Node runs on. */
const TICK_MS = 10;

/** CPU time of these processes since their start, all threads; milliseconds. Linux only. */
export const cpuMsOf = (pids: readonly number[]): number =>
  pids.reduce((sum, pid) => sum + cpuMs(pid), 0);

function cpuMs(pid: number): number {
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  // The name, in brackets, may hold spaces; utime and stime are the 14th and 15th field.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return TICK_MS * (Number(fields[11]) + Number(fields[12]));
}
