import type { Position } from '#contract/geo.ts';
import { Frame } from './frame.ts';
import type { Metres } from './frame.ts';

/** The Jeonju-cheon from Daeseong-dong to the north-west, by hand between the lots on its banks. */
const COURSE: readonly Position[] = [
  [127.1662, 35.8029],
  [127.1625, 35.8068],
  [127.1592, 35.8108],
  [127.1552, 35.8113],
  [127.1515, 35.8107],
  [127.1482, 35.8104],
  [127.1458, 35.8108],
  [127.1442, 35.8118],
  [127.1432, 35.8133],
  [127.1419, 35.8153],
  [127.14, 35.8173],
  [127.1377, 35.819],
  [127.136, 35.8208],
  [127.1343, 35.8232],
  [127.1318, 35.8262],
  [127.1284, 35.8296],
  [127.1245, 35.8326],
  [127.1206, 35.8361],
  [127.1165, 35.8392],
];

const frame = new Frame([127.143, 35.8195]);

/** Two rounds of corner cutting (Chaikin): a stream has no corners. */
function smoothed(line: readonly Metres[]): readonly Metres[] {
  let points = line;
  for (let round = 0; round < 2; round += 1) {
    points = points.flatMap((point, at): Metres[] => {
      const next = points[at + 1];
      if (next === undefined) return [point];
      const between = (share: number): Metres => [
        point[0] + share * (next[0] - point[0]),
        point[1] + share * (next[1] - point[1]),
      ];
      return at === 0 ? [point, between(0.75)] : [between(0.25), between(0.75)];
    });
  }
  return points;
}

const course = smoothed(COURSE.map((position) => frame.toMetres(position)));

/** A ribbon along the stream's middle, `halfM` to each side. */
export function streamRing(halfM: number): Position[] {
  const side = (sign: 1 | -1) =>
    course.map(([x, y], at): Metres => {
      const [fromX, fromY] = course[at - 1] ?? [x, y];
      const [toX, toY] = course[at + 1] ?? [x, y];
      const length = Math.hypot(toX - fromX, toY - fromY);
      const [acrossX, acrossY] = [-(toY - fromY) / length, (toX - fromX) / length];
      return [x + sign * halfM * acrossX, y + sign * halfM * acrossY];
    });
  const ring = [...side(1), ...side(-1).toReversed()].map((point) => frame.toPosition(point, 6));
  return [...ring, ...ring.slice(0, 1)];
}

/** Metres from a position to the stream's middle. */
export function streamDistanceM(position: Position): number {
  return lineDistanceM(frame.toMetres(position), course);
}

/** Metres from a point to a broken line. */
export function lineDistanceM([x, y]: Metres, line: readonly Metres[]): number {
  let least = Number.POSITIVE_INFINITY;
  for (const [at, [fromX, fromY]] of line.entries()) {
    const [toX, toY] = line[at + 1] ?? [fromX, fromY];
    const squared = (toX - fromX) ** 2 + (toY - fromY) ** 2;
    const along = ((x - fromX) * (toX - fromX) + (y - fromY) * (toY - fromY)) / (squared || 1);
    const share = Math.min(1, Math.max(0, along));
    const distance = Math.hypot(
      x - fromX - share * (toX - fromX),
      y - fromY - share * (toY - fromY),
    );
    least = Math.min(least, distance);
  }
  return least;
}
