import type { TestSpecification } from 'vitest/node';
import { BaseSequencer } from 'vitest/node';

/** Tests of whole systems: long, of many processes, and mostly waiting. */
const LONG = [
  '/tests/e2e/',
  '/tests/faults/',
  '/tests/bench/',
  '/tests/broker/abuse.test.ts',
  '/tests/api/history/answers/on-engines.test.ts',
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
    const isLong = ({ moduleId }: TestSpecification) =>
      LONG.some((part) => moduleId.includes(part));
    const long = sorted.filter(isLong);
    const short = sorted.filter((file) => !isLong(file));
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
