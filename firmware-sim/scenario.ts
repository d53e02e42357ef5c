import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import * as z from 'zod';
import { ConfigError, messageOf } from '#runtime/errors.ts';
import { LINE_FAULTS, SENSOR_FAULTS } from './node/fault-kinds.ts';

const share = z.number().min(0, 'expected a share, 0 to 1').max(1, 'expected a share, 0 to 1');
const perHour = z.number().min(0).max(600);
const range = (most: number) =>
  z
    .tuple([z.number().min(0).max(most), z.number().min(0).max(most)])
    .refine(([from, to]) => from <= to, 'expected [least, most]');
const minutes = z.number().min(0).max(100_000);

const SensorFaultEntry = z
  .strictObject({
    fault: z.enum(SENSOR_FAULTS),
    /** Number of the bay, from 0, in the order of the site file. */
    bay: z.int().nonnegative(),
    fromMinute: minutes.default(0),
    /** Of the run; absent: for good. */
    toMinute: minutes.optional(),
  })
  .refine(
    ({ fromMinute, toMinute }) => toMinute === undefined || toMinute > fromMinute,
    'expected toMinute after fromMinute',
  );

const LineFaultEntry = z.strictObject({
  fault: z.enum(LINE_FAULTS),
  /** Number of the line, from 0, in the order of the site file. */
  line: z.int().nonnegative(),
  /** Of bytes (noise) or of answers (late, cut). */
  share: share.default(0.001),
});

/** Everything that a scenario may say of a street; what it leaves out is as in clear weather. */
export const Scenario = z.strictObject({
  about: z.string().min(1).max(300).default(''),
  /** When a virtual run begins; a live one is now. */
  startsAt: z.iso.datetime({ offset: true }).default('2026-10-14T00:00:00+09:00'),
  /** Moves the season's temperature; half the difference of day and night; °C. */
  airOffsetC: z.number().min(-40).max(40).default(0),
  airSwingC: z.number().min(0).max(20).default(6),
  /** How much of the time it rains. */
  rainShare: share.default(0),
  /** How much of the time, hours in a piece, a bay's floor is under snow or water. */
  coveredShare: share.default(0),
  /** Cars and lorries that pass in the lane of a lot, and people and carts over a free bay. */
  passingCarsPerHour: perHour.default(4),
  passingTrucksPerHour: perHour.default(0.1),
  peoplePerHour: perHour.default(1),
  cartsPerHour: perHour.max(5.9, 'expected less than 6: a cart may stand for 10 min').default(0.02),
  /** Local hours in which people and carts come; at others a tenth of them. */
  busyHours: range(24).default([8, 21]),
  trainsPerHour: perHour.max(60).default(0),
  /** What a neighbour's parked vehicle adds, as a ratio to the median step. */
  neighbourRatio: range(2).default([0.05, 0.25]),
  glassShare: share.default(0.1),
  twoWheelerShare: share.default(0.01),
  weakShare: share.default(0),
  /** No car adds less to the field than this, as a ratio to the median step. */
  leastStepRatio: z.number().min(0).max(1).default(0),
  electricShare: share.default(0.05),
  /** Share of bays with a charger beside them. */
  chargerShare: share.default(0),
  /** How wanted the bays of a virtual run are; a site says it of each lot. */
  demand: share.default(0.8),
  sensorFaults: z.array(SensorFaultEntry).max(1_000).default([]),
  lineFaults: z.array(LineFaultEntry).max(64).default([]),
});
export type Scenario = z.infer<typeof Scenario>;

export const CLEAR: Scenario = Scenario.parse({});

/**
 * The scenario of this name: from the site folder's own `scenarios/`, else from the one beside it.
 * Throws ConfigError that names all that is wrong, or what scenarios there are.
 */
export function findScenario(siteFolder: string, name: string): Scenario {
  const folders = [join(siteFolder, 'scenarios'), join(siteFolder, '..', 'scenarios')];
  for (const folder of folders) {
    if (namesIn(folder).includes(name)) return readScenario(join(folder, `${name}.json`));
  }
  if (name === 'clear') return CLEAR;
  const known = ['clear', ...folders.flatMap(namesIn)];
  const expected = `expected one of ${[...new Set(known)].toSorted().join(', ')}`;
  throw new ConfigError([`scenario "${name}": ${expected} (looked in ${folders.join(' and ')})`]);
}

/** The scenario in a file; throws ConfigError with every place and what was expected there. */
export function readScenario(path: string): Scenario {
  let json: unknown;
  try {
    json = JSON.parse(readFileSync(path, 'utf8'));
  } catch (error) {
    throw new ConfigError([`${path}: ${messageOf(error)}`]);
  }
  const parsed = Scenario.safeParse(json);
  if (parsed.success) return parsed.data;
  const { issues } = parsed.error;
  throw new ConfigError(issues.map((at) => `${path}: ${at.path.join('.')}: ${at.message}`));
}

function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder)
      .filter((file) => file.endsWith('.json'))
      .map((file) => file.slice(0, -'.json'.length));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new ConfigError([`${folder}: ${messageOf(error)}`]);
  }
}
