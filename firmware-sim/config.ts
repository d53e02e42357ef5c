import * as z from 'zod';

export const SimConfig = z.object({
  siteFolder: z
    .string()
    .min(1)
    .describe('folder with site.geojson and, if wanted, simulation.json (seed, scenario, demand)'),
  linesFolder: z
    .string()
    .min(1)
    .default('data/lines')
    .describe('folder where each simulated line appears as <gateway>.<line>'),
  truthFile: z
    .string()
    .default('')
    .describe('file that what really happened is appended to, as JSON lines; empty: none'),
  truthMostBytes: z
    .int()
    .min(1_024)
    .default(64 * 1_048_576)
    .describe('bytes at which the truth file becomes <file>.1 and a new one begins'),
  seed: z
    .int()
    .optional()
    .describe('seed of traffic and sensors; without it that of simulation.json, or 1'),
  traffic: z
    .enum(['seeded', 'replay', 'none'])
    .optional()
    .describe('where cars come from; without it replay if replayFile is given, else seeded'),
  replayFile: z
    .string()
    .default('')
    .describe('CSV with bay, arrivedAt, departedAt (ISO times) to replay; --replay for short'),
  speed: z
    .number()
    .min(0.01)
    .max(10_000)
    .default(1)
    .describe('how many times faster than real time cars come and go'),
  control: z
    .enum(['none', 'stdin'])
    .default('none')
    .describe('stdin: obey JSON lines like {"do":"park","bay":"..."} and end with the input'),
  scenario: z
    .string()
    .default('')
    .describe('weather, passers-by and faults; without it that of simulation.json, or clear'),
  gateway: z.string().default('').describe('only the lines of this gateway; empty: all'),
  logLevel: z
    .enum(['debug', 'info', 'warn', 'error', 'fatal', 'silent'])
    .default('info')
    .describe('least level that is logged'),
});
export type SimConfig = z.infer<typeof SimConfig>;
