import { messageOf } from '#runtime/errors.ts';
import { api } from './checks/api.ts';
import { broker } from './checks/broker.ts';
import { clock } from './checks/clock.ts';
import { credential } from './checks/credential.ts';
import { dataFolder } from './checks/data-folder.ts';
import { disk } from './checks/disk.ts';
import { influx } from './checks/influx.ts';
import { listeners } from './checks/listeners.ts';
import { nodeVersion } from './checks/node-version.ts';
import { ports } from './checks/ports.ts';
import { secrets } from './checks/secrets.ts';
import { serialAccess } from './checks/serial-access.ts';
import { serialLines } from './checks/serial-lines.ts';
import { serialNames } from './checks/serial-names.ts';
import { siteFile } from './checks/site-file.ts';
import { webBuild } from './checks/web-build.ts';
import { skipped } from './finding.ts';
import type { Check, Finding, Patient } from './finding.ts';

/** From the machine outwards; each looks at one thing and stands for itself. */
const checks: readonly Check[] = [
  nodeVersion,
  disk,
  dataFolder,
  secrets,
  clock,
  siteFile,
  serialNames,
  serialAccess,
  serialLines,
  ports,
  listeners,
  broker,
  credential,
  api,
  influx,
  webBuild,
];

export interface CheckReport {
  readonly check: string;
  readonly findings: readonly Finding[];
}

/** One check after the other; one that cannot be made is no reason to leave the others. */
export async function examine(patient: Patient): Promise<readonly CheckReport[]> {
  const reports: CheckReport[] = [];
  for (const { name, run } of checks) {
    try {
      reports.push({ check: name, findings: await run(patient) });
    } catch (error) {
      reports.push({ check: name, findings: [skipped(`could not look: ${messageOf(error)}`)] });
    }
  }
  return reports;
}

const SIGNS = { ok: 'ok  ', warning: 'warn', problem: 'BAD ', skipped: '-   ' } as const;

/** As a person reads it: what is wrong with how to mend it, then in one line what was looked at. */
export function reportText(reports: readonly CheckReport[]): string {
  const lines = reports.flatMap(({ check, findings }) =>
    findings.flatMap(({ level, found, sure, mend }) => [
      `${SIGNS[level]} ${check}: ${found}${mend === '' || sure === 'certain' ? '' : ` (${sure})`}`,
      ...(mend === '' ? [] : [`     → ${mend}`]),
    ]),
  );
  const count = (level: Finding['level']) =>
    reports.flatMap(({ findings }) => findings).filter((one) => one.level === level).length;
  const summary = `${count('problem')} problems, ${count('warning')} warnings, ${count('ok')} in order, ${count('skipped')} not looked at`;
  return [...lines, '', summary, ''].join('\n');
}

export const isIll = (reports: readonly CheckReport[]): boolean =>
  reports.some(({ findings }) => findings.some(({ level }) => level === 'problem'));
