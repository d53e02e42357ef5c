import type { ConfigRegisters } from '#contract/registers.ts';
import type { Link } from './bay-node.ts';
import { PARITIES } from './staged-config.ts';

const LABEL_CHARACTERS = 16;

/** The configuration that an installed node was given: set for its line, its mount and its bay. */
export function factoryConfig(options: {
  readonly address: number;
  readonly link: Link;
  readonly mountMm: number;
  readonly label: string;
}): ConfigRegisters {
  const { address, link, mountMm } = options;
  const text = new TextEncoder().encode(options.label.padEnd(LABEL_CHARACTERS, '\0'));
  const label = (word: number) => ((text[2 * word] ?? 0) << 8) | (text[2 * word + 1] ?? 0);
  return {
    address,
    baudHundreds: link.baud / 100,
    parity: PARITIES.indexOf(link.parity),
    samplePeriodMs: 250,
    mountMm,
    distanceOnMm: Math.max(1, mountMm - 500),
    distanceOffMm: Math.max(2, mountMm - 200),
    magneticOnCentiUt: 500,
    magneticOffCentiUt: 300,
    confirmMs: 3_000,
    pingGroup: address % 2,
    ledPolicy: 0,
    watchdogS: 60,
    label0: label(0),
    label1: label(1),
    label2: label(2),
    label3: label(3),
    label4: label(4),
    label5: label(5),
    label6: label(6),
    label7: label(7),
    spare0: 0,
    spare1: 0,
    spare2: 0,
  };
}
