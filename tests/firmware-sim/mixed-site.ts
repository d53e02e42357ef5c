import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { writeSmallSite } from '../support/small-site.ts';

interface Feature {
  properties: { kind: string; instrumented?: string; lines?: unknown[] };
}

/**
 * One lot: eight nodes on `line-1`, a free-running sensor of each kind on `far` and `near`, and a
 * real serial line that is no business of the simulator.
 */
export function writeMixedSite(folder: string): void {
  writeSmallSite(folder, { lots: 1, baysPerLot: 12 });
  const path = join(folder, 'site.geojson');
  const site = JSON.parse(readFileSync(path, 'utf8')) as { features: Feature[] };
  for (const { properties } of site.features) {
    if (properties.kind === 'lot') properties.instrumented = 'partial';
    if (properties.kind !== 'gateway') continue;
    const [nodes] = properties.lines ?? [];
    properties.lines = [
      nodes,
      aLine('far', { kind: 'simulated' }, 'distance-frame', 'lot-1-9'),
      aLine('near', { kind: 'simulated' }, 'maxbotix', 'lot-1-10'),
      aLine('real', { kind: 'serial', path: '/dev/serial/by-id/none' }, 'maxbotix', 'lot-1-11'),
    ];
  }
  writeFileSync(path, JSON.stringify(site));
}

function aLine(id: string, port: object, kind: string, bay: string): object {
  const sensors = [{ id: `${bay}-finder`, bay, kind, mountMm: 2_600 }];
  return { id, port, baud: 9_600, parity: 'none', sensors };
}
