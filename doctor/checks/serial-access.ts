import { accessSync, constants, existsSync, readFileSync, statSync } from 'node:fs';
import { userInfo } from 'node:os';
import { fine, problem, skipped } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';
import { linePortsOf } from '../line/ports.ts';

export const serialAccess: Check = {
  name: 'serial-access',
  run: (patient) => {
    const there = linePortsOf(patient).filter(({ path }) => existsSync(path));
    if (there.length === 0) return [skipped('no device of a line is there')];
    return there.map(({ name, path }) => {
      const { gid, mode } = statSync(path);
      return judgeAccess(name, path, {
        isAllowed: mayUse(path),
        user: userInfo().username,
        group: groupName(gid),
        groupMayUse: (mode & 0o060) === 0o060,
      });
    });
  },
};

export interface DeviceAccess {
  readonly isAllowed: boolean;
  readonly user: string;
  /** The device's group. */
  readonly group: string;
  readonly groupMayUse: boolean;
}

export function judgeAccess(name: string, path: string, access: DeviceAccess): Finding {
  const { isAllowed, user, group, groupMayUse } = access;
  if (isAllowed) return fine(`line ${name}: ${user} may read and write ${path}`);
  const found = `line ${name}: ${user} may not read and write ${path}, whose group is "${group}"`;
  return groupMayUse
    ? problem(found, 'certain', `Run "sudo usermod -aG ${group} ${user}" and log in anew.`)
    : problem(found, 'certain', `Let its group use it by a udev rule (MODE="0660"), then join it.`);
}

function mayUse(path: string): boolean {
  try {
    accessSync(path, constants.R_OK | constants.W_OK);
    return true;
  } catch {
    // Whatever refuses: it may not be used.
    return false;
  }
}

function groupName(gid: number): string {
  const groups = existsSync('/etc/group') ? readFileSync('/etc/group', 'utf8').split('\n') : [];
  const found = groups.map((line) => line.split(':')).find(([, , id]) => id === String(gid));
  return found?.[0] ?? String(gid);
}
