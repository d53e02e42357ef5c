import {
  BAUDS,
  configProblems,
  LABEL_CHARACTERS,
  labelOf,
  labelRegisters,
  linkOfConfig,
  PARITIES,
} from '#contract/node-config.ts';
import type { ConfigRegisters } from '#contract/registers.ts';

/** One thing of a node's configuration, as people say it. */
interface Word {
  readonly about: string;
  read(config: ConfigRegisters): string;
  /** The registers that say it; undefined: it cannot be. */
  write(text: string): Partial<ConfigRegisters> | undefined;
}

const MOST = 0xffff;

const number = (name: keyof ConfigRegisters, about: string, perUnit = 1): Word => ({
  about,
  read: (config) => String(config[name] / perUnit),
  write: (text) => {
    const value = Math.round(Number(text) * perUnit);
    const isOne = /^\d+(\.\d+)?$/.test(text) && value <= MOST;
    return isOne ? { [name]: value } : undefined;
  },
});

/** By what they are called on the command line. */
const words: Readonly<Record<string, Word>> = {
  address: number('address', '1 to 247'),
  baud: {
    about: BAUDS.join(', '),
    read: (config) => String(linkOfConfig(config).baud),
    write: (text) =>
      BAUDS.some((baud) => String(baud) === text)
        ? { baudHundreds: Number(text) / 100 }
        : undefined,
  },
  parity: {
    about: PARITIES.join(', '),
    read: (config) => linkOfConfig(config).parity,
    write: (text) => {
      const parity = PARITIES.findIndex((one) => one === text);
      return parity < 0 ? undefined : { parity };
    },
  },
  samplePeriodMs: number('samplePeriodMs', 'ms between samples; 0: only when triggered'),
  mountMm: number('mountMm', 'mm above the ground'),
  distanceOnMm: number('distanceOnMm', 'mm: nearer than this is a car'),
  distanceOffMm: number('distanceOffMm', 'mm: farther than this is none'),
  magneticOnUt: number('magneticOnCentiUt', 'µT: more change than this is a car', 100),
  magneticOffUt: number('magneticOffCentiUt', 'µT: less than this is none', 100),
  confirmMs: number('confirmMs', 'ms that a change must last'),
  pingGroup: number('pingGroup', '0 to 15: neighbours ping in different ones'),
  ledPolicy: number('ledPolicy', '0: red and green by the node’s own threshold'),
  watchdogS: number('watchdogS', 's without a poll until the node drives its LED by itself'),
  label: {
    about: `up to ${LABEL_CHARACTERS} bytes`,
    read: labelOf,
    write: (text) =>
      new TextEncoder().encode(text).length > LABEL_CHARACTERS ? undefined : labelRegisters(text),
  },
};

export interface ConfigWord {
  readonly name: string;
  readonly value: string;
  readonly about: string;
}

export function configWords(config: ConfigRegisters): ConfigWord[] {
  return Object.entries(words).map(([name, word]) => ({
    name,
    value: word.read(config),
    about: word.about,
  }));
}

export type ChangedConfig =
  | { readonly ok: true; readonly config: ConfigRegisters }
  | { readonly ok: false; readonly problems: readonly string[] };

/** Applies `name=value` words; every problem at once, and nothing is applied when there is one. */
export function withWords(config: ConfigRegisters, given: readonly string[]): ChangedConfig {
  const problems: string[] = [];
  const changed = { ...config };
  for (const one of given) {
    const at = one.indexOf('=');
    const name = one.slice(0, Math.max(0, at));
    const word = Object.hasOwn(words, name) ? words[name] : undefined;
    if (word === undefined) {
      problems.push(`${one}: expected NAME=VALUE with one of ${Object.keys(words).join(', ')}`);
      continue;
    }
    const registers = word.write(one.slice(at + 1));
    if (registers === undefined) problems.push(`${one}: expected ${word.about}`);
    else Object.assign(changed, registers);
  }
  problems.push(...(problems.length === 0 ? configProblems(changed) : []));
  return problems.length === 0 ? { ok: true, config: changed } : { ok: false, problems };
}
