import type { LotId } from '#contract/ids.ts';
import type { Look } from '../text/texts.ts';
import type { Frame } from './canvas-layer.ts';
import type { Palette } from './palette.ts';

/** What a lot shows where there is no room for its pin: shape and colour. */
export interface Mark {
  readonly lot: LotId;
  readonly look: Look;
  readonly isDelayed: boolean;
  /** Web Mercator. */
  readonly at: readonly [x: number, y: number];
}

/** Half of a mark. */
export const MARK_REACH_PX = 9;
const RING_PX = 2;
/** A bar, as the legend has it: told from the square of few by its shape, too. */
const FULL_SHARE = 0.7;
/** So far from a mark's middle a finger still means it. */
const FINGER_PX = 22;

/** Draws them all, the first one on top: a city has hundreds, and as elements they cost most of a frame. */
export function drawMarks(frame: Frame, palette: Palette, marks: readonly Mark[]): void {
  frame.context.lineJoin = 'round';
  for (const mark of marks.toReversed()) drawMark(frame, palette, mark);
}

/** The mark that is nearest to a point of the world, whose width is `scale` pixels; undefined: none is near. */
export function markNear(
  marks: readonly Mark[],
  { x, y }: { readonly x: number; readonly y: number },
  scale: number,
): Mark | undefined {
  let [found, foundPx]: [Mark | undefined, number] = [undefined, FINGER_PX];
  for (const mark of marks) {
    const px = Math.hypot(mark.at[0] * scale - x, mark.at[1] * scale - y);
    if (px < foundPx) [found, foundPx] = [mark, px];
  }
  return found;
}

function drawMark({ context, scale, left, top }: Frame, palette: Palette, mark: Mark): void {
  const { look, isDelayed } = mark;
  const [x, y] = [mark.at[0] * scale - left, mark.at[1] * scale - top];
  const [fill, edge] = isDelayed ? [palette.card, palette.unknown] : coloursOf(look, palette);
  // A round join makes a square's corners round by half of its line.
  const reach = MARK_REACH_PX - RING_PX / 2;
  context.beginPath();
  if (look === 'plenty' || look === 'noData') context.arc(x, y, reach, 0, 2 * Math.PI);
  else {
    const reachY = look === 'full' ? FULL_SHARE * reach : reach;
    context.rect(x - reach, y - reachY, 2 * reach, 2 * reachY);
  }
  // A ring keeps it apart from the ground and from other marks.
  context.strokeStyle = palette.card;
  context.lineWidth = 3 * RING_PX;
  context.setLineDash([]);
  context.stroke();
  context.fillStyle = fill;
  context.strokeStyle = edge;
  context.lineWidth = RING_PX;
  context.setLineDash(look === 'noData' ? [3, 2] : []);
  context.fill();
  context.stroke();
}

function coloursOf(look: Look, palette: Palette): readonly [fill: string, edge: string] {
  switch (look) {
    case 'plenty':
      return [palette.vacant, palette.vacant];
    case 'few':
      return [palette.few, palette.fewInk];
    case 'full':
      return [palette.full, palette.full];
    case 'closed':
      return [palette.closed, palette.closed];
    case 'noData':
      return [palette.card, palette.unknown];
    case 'noLiveCount':
      return [palette.card, palette.quiet];
  }
}
