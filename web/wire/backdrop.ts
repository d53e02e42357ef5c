import type { Position } from '#contract/geo.ts';
import type { BackdropAnswer } from '#contract/http.ts';
import type { LocalText } from '#contract/site.ts';
import type { Outline } from './features.ts';
import { dictionary, finite, list, natural, oneOf, parsed, shape, text } from './read.ts';

export interface BackdropShape extends Outline {
  readonly what: BackdropAnswer['groups'][number]['what'];
  readonly name: LocalText | undefined;
}

const answer = shape({
  stepDeg: finite,
  groups: list(
    shape(
      {
        what: oneOf(['street', 'mainStreet', 'water', 'block', 'park']),
        type: oneOf(['Point', 'LineString', 'Polygon']),
        lengths: list(natural),
        steps: list(finite),
      },
      { name: dictionary(text) },
    ),
  ),
});

/** The shapes in the order in which they were sent; polygons come without their last position. */
export function parseBackdrop(value: unknown): BackdropShape[] | undefined {
  const read = parsed(answer, value);
  return read?.groups.flatMap(({ what, name, type, lengths, steps }) => {
    const positions = positionsAlong(steps, read.stepDeg);
    let from = 0;
    return lengths.map((length) => {
      from += length;
      return { what, name, type, positions: positions.slice(from - length, from) };
    });
  });
}

function positionsAlong(steps: readonly number[], stepDeg: number): Position[] {
  const positions: Position[] = [];
  let [x, y] = [0, 0];
  for (let at = 0; at + 1 < steps.length; at += 2) {
    x += steps[at] ?? 0;
    y += steps[at + 1] ?? 0;
    positions.push([x * stepDeg, y * stepDeg]);
  }
  return positions;
}
