import { join } from 'node:path';
import { readScenario } from '#firmware-sim/scenario.ts';
import type { Scenario } from '#firmware-sim/scenario.ts';

const FOLDER = join(import.meta.dirname, '../../seeds/scenarios');

/** The scenario classes, in the order of the table. */
export const CLASSES = [
  'clear',
  'hot-day',
  'rain',
  'snow',
  'ev-charger',
  'tram',
  'neighbouring-truck',
  'pedestrian-rush',
  'carts',
  'motorcycles',
  'weak-magnetic',
  'faulty-sensor',
] as const;
export type ClassName = (typeof CLASSES)[number];

export const scenarioOf = (name: ClassName): Scenario => readScenario(join(FOLDER, `${name}.json`));

export const MODALITIES = ['fused', 'magnetic', 'distance'] as const;
export type Modality = (typeof MODALITIES)[number];
