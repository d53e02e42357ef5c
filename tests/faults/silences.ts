import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Outage } from './oracle.ts';

/** Of a node that is asked once a second. */
const SILENT_MS = 2_500;

/**
 * When a bay's node was not heard for some polls, by what its gateway recorded (docs/traces.md): on a
 * machine that has too much to do answers come too late, and what changes meanwhile for some seconds
 * nobody can have seen.
 */
export function silencesOf(tracesFolder: string): Outage[] {
  return readdirSync(tracesFolder)
    .filter((name) => name.endsWith('.csv'))
    .flatMap((name) => silencesIn(readFileSync(join(tracesFolder, name), 'utf8')));
}

export function silencesIn(trace: string): Outage[] {
  const lines = trace.split('\n');
  const header = lines.findIndex((line) => line !== '' && !line.startsWith('#'));
  const columns = lines[header]?.split(',') ?? [];
  const [msAt, bayAt, kindAt] = ['ms', 'bay', 'kind'].map((name) => columns.indexOf(name));
  const offset = /^# wallOffsetMs: (-?\d+)$/m.exec(trace)?.[1];
  if (msAt === undefined || bayAt === undefined || kindAt === undefined || offset === undefined) {
    return [];
  }
  const heardAt = new Map<string, number>();
  const silences: Outage[] = [];
  for (const line of lines.slice(header + 1)) {
    const cells = line.split(',');
    const [bay, kind] = [cells[bayAt] ?? '', cells[kindAt]];
    if (bay === '' || (kind !== '' && kind !== 'sample')) continue;
    const at = Number(cells[msAt]) + Number(offset);
    const before = heardAt.get(bay);
    heardAt.set(bay, at);
    if (before === undefined || at - before < SILENT_MS) continue;
    silences.push({ bays: [bay], from: before, to: at, isDark: false, isBrief: true });
  }
  return silences;
}
