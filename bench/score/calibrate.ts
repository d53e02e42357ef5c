import { classesOf, EVIDENCE_KINDS } from '#gateway/sense/confidence.ts';
import { MODALITIES } from './classes.ts';
import { totalOf } from './bars.ts';
import { jobsOf } from './jobs.ts';
import { playAll } from './play.ts';
import type { GivenCount } from './tally.ts';

/** Streets that the score does not use. */
const TRAINING_SEEDS = [1_001];
const TRAINING_HOURS = 12;
/** A class that was hardly ever given leans on this many states, of which so many were right. */
const PRIOR_COUNT = 10;
const PRIOR_RIGHT = 8;
/** Nothing is claimed beyond this: the simulator does not know everything that goes wrong. */
const MOST = 0.999;

const played = await playAll(
  TRAINING_SEEDS.flatMap((seed) => jobsOf(seed, false))
    .filter(({ what }) => what !== 'latch-up' && what !== 'seldom')
    .map((job) => ({ ...job, hours: TRAINING_HOURS })),
  ({ job }) => console.error(`${job.what} done`),
);
const given = MODALITIES.flatMap((modality) => totalOf(played, modality).given);

function shareRight(one: readonly GivenCount[]): number {
  const count = one.reduce((sum, each) => sum + each.count, PRIOR_COUNT);
  const right = one.reduce((sum, each) => sum + each.right, PRIOR_RIGHT);
  return Math.min(MOST, Math.round((1_000 * right) / count) / 1_000);
}

const table = Object.fromEntries(
  EVIDENCE_KINDS.map((kind) => [
    kind,
    Object.fromEntries(
      (['vacant', 'occupied'] as const).map((state) => [
        state,
        Array.from({ length: classesOf(kind) }, (_, strength) =>
          shareRight(
            given.filter(
              (one) => one.kind === kind && one.state === state && one.strength === strength,
            ),
          ),
        ),
      ]),
    ),
  ]),
);
console.log(JSON.stringify(table, undefined, 2));
