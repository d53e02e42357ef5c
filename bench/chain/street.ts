import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BayId, GatewayId, LineId } from '#contract/ids.ts';
import { writeSmallSite } from '../../tests/support/small-site.ts';

/** Free-running sensors that the bench plays, each alone on its line. */
export const LANES = 48;
export const MOUNT_MM = 2_600;
const A_LINE = 32;
/**
 * The api believes no gateway of which a quarter of the bays flaps. So that the bench may flap a
 * few of them as fast as it likes, the same gateway has more bays, of sensors that nobody answers for.
 */
const SILENT = 5 * A_LINE;

export const LOT = 'lot-1';
export const GATEWAY = GatewayId.parse('gw-1');
export const bayOf = (lane: number): BayId => BayId.parse(`${LOT}-${lane + 1}`);
export const lineOf = (lane: number): LineId => LineId.parse(`line-${lane + 1}`);

/** One gateway with the lanes' lines; all lines simulated, so that the bench gives the devices. */
export function writeStreet(folder: string): void {
  writeSmallSite(folder, { lots: 1, baysPerLot: LANES + SILENT });
  const file = join(folder, 'site.geojson');
  const site = JSON.parse(readFileSync(file, 'utf8')) as {
    features: { properties: { kind: string; lines?: object[] } }[];
  };
  const sensor = (at: number) => ({ id: `node-${at + 1}`, bay: bayOf(at), mountMm: MOUNT_MM });
  const lanes = Array.from({ length: LANES }, (_, lane) => ({
    id: lineOf(lane),
    port: { kind: 'simulated' },
    baud: 9_600,
    parity: 'none',
    sensors: [{ ...sensor(lane), kind: 'distance-frame' }],
  }));
  const silent = Array.from({ length: SILENT / A_LINE }, (_, line) => ({
    id: `silent-${line + 1}`,
    port: { kind: 'simulated' },
    baud: 115_200,
    parity: 'even',
    pollPeriodMs: 60_000,
    sensors: Array.from({ length: A_LINE }, (_none, at) => ({
      ...sensor(LANES + line * A_LINE + at),
      kind: 'pbn1',
      address: at + 1,
    })),
  }));
  for (const { properties } of site.features) {
    if (properties.kind === 'gateway') properties.lines = [...lanes, ...silent];
  }
  writeFileSync(file, JSON.stringify(site));
}
