interface Interval {
  readonly from: string;
  readonly to: string;
}

/** Where a line has a point: at an interval, or, with none, at the beginning of what was left out. */
export interface Place {
  /** Epoch seconds. */
  readonly second: number;
  readonly at: number | undefined;
}

/** Intervals in their order with a place between any two that do not meet: a gap is drawn as one. */
export function placesOf(intervals: readonly Interval[]): Place[] {
  return intervals.flatMap(({ from, to }, at): Place[] => {
    const here = { second: Date.parse(from) / 1_000, at };
    const next = intervals[at + 1];
    const isLeftOut = next !== undefined && Date.parse(next.from) > Date.parse(to);
    return isLeftOut ? [here, { second: Date.parse(to) / 1_000, at: undefined }] : [here];
  });
}
