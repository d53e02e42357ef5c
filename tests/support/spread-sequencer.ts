import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/**
 * Long ones, of many processes and mostly waiting, in the order in which they begin. How long each
 * takes is not known on a fresh machine, and a file's size does not say it.
 */
const LONG = [
  '/tests/bench/',
  '/tests/e2e/',
  '/tests/faults/',
  '/tests/api/history/answers/on-engines.test.ts',
  '/tests/broker/abuse.test.ts',
  '/tests/web/console/sensors.test.ts',
  '/tests/web/sign-page.test.ts',
];
/** The rest ends with files of seconds, so that no worker is left alone with a long one. */
const SPREAD_OVER = 0.75;

/**
 * Spreads the long files over the run: side by side they take each other's time on two cores, and
 * one that begins last is waited for by itself. Short files of one project follow each other, since
 * a worker is shared only by files that do.
 */
export class SpreadSequencer extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    // oxlint-disable-next-line unicorn/no-array-sort -- not an array's
    const sorted = await super.sort(files);
    const placeOf = ({ moduleId }: TestSpecification) =>
      LONG.findIndex((part) => moduleId.includes(part));
    const long = sorted
      .filter((file) => placeOf(file) >= 0)
      .toSorted((a, b) => placeOf(a) - placeOf(b));
    const short = sorted.filter((file) => placeOf(file) < 0);
    const every = (SPREAD_OVER * short.length) / Math.max(1, long.length);
    return long
      .flatMap((file, at) => [
        file,
        ...byProject(short.slice(Math.round(at * every), Math.round((at + 1) * every))),
      ])
      .concat(byProject(short.slice(Math.round(long.length * every))));
  }
}

function byProject(files: readonly TestSpecification[]): TestSpecification[] {
  return files.toSorted((a, b) => a.project.name.localeCompare(b.project.name));
}
