import { LABEL_CHARACTERS, labelRegisters, linkRegisters } from '#contract/node-config.ts';
import type { Link } from '#contract/node-config.ts';
import { configBlock } from '#contract/registers.ts';
import type { ConfigRegisters } from '#contract/registers.ts';

/** Nearer than floor − 0.50 m is a car, farther than floor − 0.20 m is none, as for the detector. */
const ON_BELOW_FLOOR_MM = 500;
const OFF_BELOW_FLOOR_MM = 200;

/** What the site file knows of a node that hangs over a bay. */
export interface SitedNode {
  readonly address: number;
  readonly bay: string;
  readonly mountMm: number;
}

/** What of a node's configuration follows from its place; neighbours ping in different groups. */
export function withPlace(
  config: ConfigRegisters,
  { address, bay, mountMm }: SitedNode,
  link: Link,
): ConfigRegisters {
  return {
    ...config,
    ...linkRegisters(link),
    // What tells bays apart stands at the end of their ids.
    ...labelRegisters(bay.slice(-LABEL_CHARACTERS)),
    address,
    mountMm,
    distanceOnMm: Math.max(1, mountMm - ON_BELOW_FLOOR_MM),
    distanceOffMm: Math.max(2, mountMm - OFF_BELOW_FLOOR_MM),
    pingGroup: address % 2,
  };
}

/** What a node has that nobody configured otherwise. */
export function plainConfig(node: SitedNode, link: Link): ConfigRegisters {
  const empty = configBlock.decode(new Uint8Array(2 * configBlock.count));
  const rest = {
    samplePeriodMs: 250,
    magneticOnCentiUt: 500,
    magneticOffCentiUt: 300,
    confirmMs: 3_000,
    watchdogS: 60,
  };
  return withPlace({ ...empty, ...rest }, node, link);
}
