import { existsSync, readdirSync } from 'node:fs';
import { fine, problem, skipped, warning } from '../finding.ts';
import type { Check, Finding } from '../finding.ts';
import { linePortsOf } from '../line/ports.ts';

const STABLE = '/dev/serial/by-id';

export const serialNames: Check = {
  name: 'serial-names',
  run: (patient) => {
    const ports = linePortsOf(patient).filter(({ isSimulated }) => !isSimulated);
    if (ports.length === 0) return [skipped('no line of the site is a serial device here')];
    const present = existsSync(STABLE) ? readdirSync(STABLE) : [];
    return ports.map(({ name, path }) => judgeName(name, path, existsSync(path), present));
  },
};

/** `present`: what stands in /dev/serial/by-id. */
export function judgeName(
  name: string,
  path: string,
  exists: boolean,
  present: readonly string[],
): Finding {
  const there = present.length === 0 ? 'nothing' : present.join(', ');
  if (!exists) {
    const found = `line ${name}: ${path} is not there; ${STABLE} has ${there}`;
    return present.length === 0
      ? problem(found, 'likely', 'Plug the adapter in; where udev makes no names, load its rules.')
      : problem(found, 'certain', 'Put one of those names into the site file, or plug it in.');
  }
  if (/^\/dev\/tty(USB|ACM)\d+$/.test(path)) {
    const found = `line ${name}: ${path} is numbered in the order of plugging; ${STABLE} has ${there}`;
    return warning(found, 'certain', `Name the adapter by ${STABLE}/… in the site file.`);
  }
  return fine(`line ${name}: ${path}`);
}
