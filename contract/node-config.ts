import { crc16 } from './modbus.ts';
import { configBlock, MOST_PING_GROUPS, ONLY_TRIGGERED } from './registers.ts';
import type { ConfigRegisters } from './registers.ts';

/** By the number that stands in the configuration. */
export const PARITIES = ['none', 'even', 'odd'] as const;
export type Parity = (typeof PARITIES)[number];

/** Speeds a node's UART can do. */
export const BAUDS = [
  1_200, 2_400, 4_800, 9_600, 19_200, 38_400, 57_600, 115_200, 230_400, 460_800, 921_600,
] as const;

/** How a line and all that hangs on it must be set alike. */
export interface Link {
  readonly baud: number;
  readonly parity: Parity;
}

export const FACTORY_LINK: Link = { baud: 19_200, parity: 'even' };

export const LABEL_CHARACTERS = 16;
const LABEL_WORDS = [
  'label0',
  'label1',
  'label2',
  'label3',
  'label4',
  'label5',
  'label6',
  'label7',
] as const;

/** As it stands in the sample's last register. */
export function configCrc(config: ConfigRegisters): number {
  return crc16(configBlock.encode(config));
}

export function linkOfConfig({ baudHundreds, parity }: ConfigRegisters): Link {
  return { baud: 100 * baudHundreds, parity: PARITIES[parity] ?? 'none' };
}

export const linkRegisters = ({ baud, parity }: Link) => ({
  baudHundreds: baud / 100,
  parity: PARITIES.indexOf(parity),
});

/** What stands in the label, without what fills it up. */
export function labelOf(config: ConfigRegisters): string {
  const bytes = LABEL_WORDS.flatMap((name) => [config[name] >> 8, config[name] & 0xff]);
  const end = bytes.indexOf(0);
  return new TextDecoder().decode(Uint8Array.from(end < 0 ? bytes : bytes.slice(0, end)));
}

/** The registers of a label of at most 16 bytes; what is longer is cut. */
export function labelRegisters(label: string): Pick<ConfigRegisters, (typeof LABEL_WORDS)[number]> {
  const bytes = new Uint8Array(LABEL_CHARACTERS);
  new TextEncoder().encodeInto(label, bytes);
  const word = (at: number): number => ((bytes[2 * at] ?? 0) << 8) | (bytes[2 * at + 1] ?? 0);
  return Object.fromEntries(LABEL_WORDS.map((name, at) => [name, word(at)])) as ReturnType<
    typeof labelRegisters
  >;
}

interface Rule {
  readonly name: keyof ConfigRegisters;
  readonly isKept: (config: ConfigRegisters) => boolean;
  readonly expected: string;
}

/** What a node refuses, and what is told to whoever asked for it. */
const rules: readonly Rule[] = [
  {
    name: 'address',
    isKept: ({ address }) => address >= 1 && address <= 247,
    expected: '1 to 247',
  },
  {
    name: 'baudHundreds',
    isKept: ({ baudHundreds }) => BAUDS.some((baud) => baud === 100 * baudHundreds),
    expected: `a speed of ${BAUDS.join(', ')}`,
  },
  {
    name: 'parity',
    isKept: ({ parity }) => parity < PARITIES.length,
    expected: `one of ${PARITIES.join(', ')}`,
  },
  {
    name: 'samplePeriodMs',
    isKept: ({ samplePeriodMs }) => samplePeriodMs >= 50 || samplePeriodMs === ONLY_TRIGGERED,
    expected: '50 or more, or 0: only when triggered',
  },
  {
    name: 'distanceOnMm',
    isKept: ({ distanceOnMm, distanceOffMm }) => distanceOnMm < distanceOffMm,
    expected: 'less than distanceOffMm',
  },
  {
    name: 'pingGroup',
    isKept: ({ pingGroup }) => pingGroup < MOST_PING_GROUPS,
    expected: `0 to ${MOST_PING_GROUPS - 1}`,
  },
];

/** Why a node would refuse this configuration; empty when it takes it. */
export function configProblems(config: ConfigRegisters): string[] {
  return rules
    .filter(({ isKept }) => !isKept(config))
    .map(({ name, expected }) => `${name}: expected ${expected}`);
}
