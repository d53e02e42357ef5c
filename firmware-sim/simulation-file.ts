import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ConfigError, messageOf } from '#runtime/errors.ts';

/** The file that a site's folder may have for the simulator. */
const SIMULATION_FILE = 'simulation.json';

const Simulation = z.strictObject({
  /** Of traffic and sensors; the configuration's seed is stronger. */
  seed: z.int().optional(),
  /** Weather, passers-by and faults: a file of seeds/scenarios/ or of the folder's own scenarios/. */
  scenario: z.string().min(1).optional(),
  /** How wanted each lot is, 0 (nobody) to 1 (full at the fullest hour). */
  demand: z.record(z.string(), z.number().min(0).max(1)).default({}),
});
export type Simulation = z.infer<typeof Simulation>;

/** What the folder says of its simulation, or nothing; throws ConfigError that names all that is wrong. */
export function readSimulation(folder: string, lots: ReadonlySet<string>): Simulation {
  const path = join(folder, SIMULATION_FILE);
  const text = readText(path);
  if (text === undefined) return { demand: {} };
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new ConfigError([`${path}: ${messageOf(error)}`]);
  }
  const parsed = Simulation.safeParse(json);
  if (!parsed.success) {
    const { issues } = parsed.error;
    throw new ConfigError(issues.map((at) => `${path}: ${at.path.join('.')}: ${at.message}`));
  }
  const strangers = Object.keys(parsed.data.demand).filter((lot) => !lots.has(lot));
  if (strangers.length > 0) {
    throw new ConfigError(
      strangers.map((lot) => `${path}: demand.${lot}: expected a lot of this site`),
    );
  }
  return parsed.data;
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new ConfigError([`${path}: ${messageOf(error)}`]);
  }
}
