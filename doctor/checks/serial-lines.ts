import { existsSync } from 'node:fs';
import { messageOf, UnavailableError } from '#runtime/errors.ts';
import { fine, problem, skipped } from '../finding.ts';
import type { Check, Finding, Patient } from '../finding.ts';
import { holdersOf, holderText, isGateway } from '../holder.ts';
import type { Holder } from '../holder.ts';
import { isUnderstood, judgeLine } from '../line/judge-line.ts';
import { linePortsOf } from '../line/ports.ts';
import type { LinePort } from '../line/ports.ts';
import { talk } from '../line/talk.ts';
import type { Attempt } from '../line/talk.ts';

/** What sensors for sale are set to at the factory, the commonest first. */
const BAUDS = [9_600, 19_200, 115_200, 38_400, 57_600, 4_800];
const PARITIES = ['none', 'even', 'odd'] as const;
/** When nobody is understood, so many are asked by other settings. */
const ASKED_ANEW = 2;

/** Each line is opened as a gateway would, and its sensors are asked once. */
export const serialLines: Check = {
  name: 'serial-lines',
  run: async (patient) => {
    const there = linePortsOf(patient).filter(({ path }) => existsSync(path));
    if (there.length === 0) return [skipped('no device of a line is there')];
    const findings = await Promise.all(there.map((port) => lookAt(port, patient)));
    return findings.flat();
  },
};

async function lookAt(port: LinePort, { probe }: Patient): Promise<readonly Finding[]> {
  const { name, path, line } = port;
  const holders = holdersOf(path);
  try {
    const first = await talk(path, probe ? line.sensors : [], line);
    if (!probe) return [fine(`line ${name}: ${path} can be opened; its sensors were not asked`)];
    const isDeaf = !first.heard.some(isUnderstood);
    return judgeLine(name, line, first, isDeaf ? await otherSettings(port) : []);
  } catch (error) {
    if (!(error instanceof UnavailableError)) throw error;
    return [judgeBusy(name, path, messageOf(error), holders, port.isSimulated)];
  }
}

async function otherSettings({ path, line }: LinePort): Promise<readonly Attempt[]> {
  const sensors = line.sensors.slice(0, ASKED_ANEW);
  const attempts: Attempt[] = [];
  const settings = [
    ...PARITIES.map((parity) => ({ baud: line.baud, parity })),
    ...BAUDS.flatMap((baud) => PARITIES.map((parity) => ({ baud, parity }))),
  ].filter(({ baud, parity }) => baud !== line.baud || parity !== line.parity);
  for (const { baud, parity } of settings) {
    const attempt = await talk(path, sensors, { baud, parity });
    attempts.push(attempt);
    if (attempt.heard.some(isUnderstood)) break;
  }
  return attempts;
}

export function judgeBusy(
  name: string,
  path: string,
  reason: string,
  holders: readonly Holder[],
  isSimulated: boolean,
): Finding {
  const isBusy = /lock|busy|in use|temporarily unavailable/i.test(reason);
  const others = isSimulated ? [] : holders;
  if (!isBusy) {
    const mend = 'Look at the adapter and at who may use it.';
    return problem(`line ${name}: ${reason}`, 'likely', mend);
  }
  if (holders.some(isGateway)) {
    return skipped(`line ${name}: its gateway has ${path} open; its sensors were not asked`);
  }
  const by = others.length === 0 ? 'another program' : holderText(others);
  const found = `line ${name}: ${path} is open in ${by}`;
  const mend = 'Stop that program: a line has one master.';
  return problem(found, others.length === 0 ? 'likely' : 'certain', mend);
}
