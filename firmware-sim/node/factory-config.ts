import { labelRegisters, linkRegisters } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import type { ConfigRegisters } from '#contract/registers.ts';

/** The configuration that an installed node was given: set for its line, its mount and its bay. */
export function factoryConfig(options: {
  readonly address: number;
  readonly link: Link;
  readonly mountMm: number;
  readonly label: string;
}): ConfigRegisters {
  const { address, link, mountMm, label } = options;
  return {
    address,
    ...linkRegisters(link),
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
    ...labelRegisters(label),
    spare0: 0,
    spare1: 0,
    spare2: 0,
  };
}
