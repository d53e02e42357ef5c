import type { BayClass } from '#contract/bay-class.ts';
import { middleOf } from '#contract/geo.ts';
import type { Position } from '#contract/geo.ts';
import type { BayId } from '#contract/ids.ts';
import type { BayShape } from '../wire/features.ts';
import type { BayNow } from '../live/live-book.ts';
import { bayLookOf, bayMarkOf, isPrivate } from './bay-look.ts';
import type { BayLook } from './bay-look.ts';
import type { Frame } from './canvas-layer.ts';
import { flatMercator } from './mercator.ts';
import type { Palette } from './palette.ts';
import { around, overlaps } from './room.ts';
import type { Box } from './room.ts';

/** What is known of bays; of those that are missing, nothing. */
export type BayStates = ReadonlyMap<BayId, BayNow>;

/** A bay of which only the place is known is drawn as long and as wide as bays are. */
const BAY_M = 2.5;
const EARTH_AROUND_M = 40_075_017;
/** From this width a bay has room for a mark. */
const MARK_PX = 9;
/** From this width an outline of two pixels leaves something to look through. */
const OUTLINE_PX = 6;

/** Mercator, as the points it is of. */
interface Spread {
  readonly middle: readonly [number, number];
  /** How far points are from the middle at most, along either axis. */
  readonly reach: number;
}

interface PlacedBay extends Spread {
  readonly bay: BayId;
  readonly bayClass: BayClass;
  readonly points: Float64Array;
}

/** What is the same for all bays of a frame. */
export interface Brush {
  readonly frame: Frame;
  readonly palette: Palette;
  /** A bay's width. */
  readonly bayPx: number;
}

/** Beyond a bay's corners: half of its outline, and a pixel. */
const OUTLINE_REACH_PX = 2;
/** Beyond the frame by so much nothing is drawn. */
const BEYOND_PX = 50;

/** The bays of one lot, ready to be drawn. */
export class BayDrawing {
  /** North of all its bays, in their middle: where a flag hides none of them. */
  readonly flagAt: Position;
  /** Whether it has bays whose states nobody is told one by one. */
  readonly hasPrivate: boolean;
  readonly #bays: readonly PlacedBay[];
  /** All of them, in Mercator. */
  readonly #whole: Box;
  /** As each bay was drawn last; undefined: it was not in the frame. */
  readonly #looks: (BayLook | undefined)[] = [];

  constructor(shapes: readonly BayShape[]) {
    const positions = shapes.flatMap((shape) => shape.positions);
    const north = Math.max(...positions.map(([, lat]) => lat));
    this.flagAt = [middleOf(positions)[0], north];
    this.hasPrivate = shapes.some(({ bayClass }) => isPrivate(bayClass));
    this.#bays = shapes.map(({ bay, bayClass, positions }) => {
      const points = flatMercator(positions);
      return { bay, bayClass, points, ...spreadOf(points) };
    });
    this.#whole = boxAround(this.#bays);
  }

  /**
   * Filled: occupied. Hollow with a blue outline: vacant. Dashed: not known. A thin whole outline:
   * not told. A cross from side to side: out of service.
   */
  draw(brush: Brush, states: BayStates): void {
    const { width, height } = brush.frame;
    const seen = { left: 0, top: 0, right: width, bottom: height };
    for (const [at, each] of this.#bays.entries()) {
      const isSeen = overlaps(boxOf(each, brush.frame, BEYOND_PX), seen);
      const look = isSeen ? lookOf(each, states) : undefined;
      this.#looks[at] = look;
      if (look !== undefined) drawBay(brush, each, look);
    }
  }

  /** Where bays of this frame look otherwise than they were drawn. */
  changed({ frame, bayPx }: Brush, states: BayStates): Box[] {
    const boxes: Box[] = [];
    for (const [at, each] of this.#bays.entries()) {
      const before = this.#looks[at];
      if (before !== undefined && before !== lookOf(each, states))
        boxes.push(boxOf(each, frame, extraPx(each, bayPx)));
    }
    return boxes;
  }

  /** Draws the bays again that reach into a box. */
  drawWithin(box: Box, brush: Brush, states: BayStates): void {
    const { frame, bayPx } = brush;
    // Asked of every bay for every box: in Mercator, where only the box must be worked out.
    const { scale, left, top } = frame;
    const [west, east] = [(box.left + left) / scale, (box.right + left) / scale];
    const [north, south] = [(box.top + top) / scale, (box.bottom + top) / scale];
    const most = (OUTLINE_REACH_PX + bayPx) / scale;
    const whole = this.#whole;
    if (whole.left - most >= east || whole.right + most <= west) return;
    if (whole.top - most >= south || whole.bottom + most <= north) return;
    for (const [at, each] of this.#bays.entries()) {
      if (this.#looks[at] === undefined) continue;
      const [x, y] = each.middle;
      const reach = each.reach + extraPx(each, bayPx) / scale;
      if (x - reach >= east || x + reach <= west) continue;
      if (y - reach >= south || y + reach <= north) continue;
      const look = lookOf(each, states);
      this.#looks[at] = look;
      drawBay(brush, each, look);
    }
  }
}

function lookOf({ bay, bayClass }: PlacedBay, states: BayStates): BayLook {
  return bayLookOf(bayClass, states.get(bay) ?? 'unknown');
}

function boxOf({ middle: [x, y], reach }: Spread, frame: Frame, extra: number): Box {
  const { scale, left, top } = frame;
  return around(x * scale - left, y * scale - top, reach * scale + extra);
}

const extraPx = ({ reach }: PlacedBay, bayPx: number): number =>
  OUTLINE_REACH_PX + (reach === 0 ? bayPx : 0);

export function brushOf(frame: Frame, palette: Palette): Brush {
  const { context, scale, top, height } = frame;
  const metrePx = scale / EARTH_AROUND_M / Math.cos(latitudeOf((top + height / 2) / scale));
  const bayPx = BAY_M * metrePx;
  context.lineJoin = 'miter';
  context.textAlign = 'center';
  context.textBaseline = 'middle';
  context.font = `700 ${Math.round(Math.min(16, bayPx * 0.7))}px ${palette.font}`;
  return { frame, palette, bayPx };
}

function drawBay(
  { frame, palette, bayPx }: Brush,
  { points, middle: [x, y], bayClass }: PlacedBay,
  look: BayLook,
): void {
  const { context, scale, left, top } = frame;
  const [px, py] = [x * scale - left, y * scale - top];
  context.beginPath();
  if (points.length === 2) context.rect(px - bayPx / 2, py - bayPx, bayPx, 2 * bayPx);
  else trace(frame, points);
  paintBay(context, palette, look, bayPx);
  if (look === 'closed') return crossOut(context, [px, py], bayPx);
  const mark = bayMarkOf(bayClass, look);
  if (mark === '' || bayPx < MARK_PX) return;
  context.fillStyle = look === 'occupied' ? palette.card : palette[look];
  context.fillText(mark, px, py);
}

function paintBay(
  context: CanvasRenderingContext2D,
  palette: Palette,
  look: BayLook,
  bayPx: number,
): void {
  const thin = bayPx < OUTLINE_PX;
  context.setLineDash(look === 'unknown' ? (thin ? [1, 1.5] : [3, 2]) : []);
  context.fillStyle = look === 'occupied' ? palette.occupied : palette.card;
  context.strokeStyle = look === 'occupied' ? palette.card : palette[look];
  context.lineWidth = look === 'vacant' && !thin ? 2 : 1;
  context.fill();
  context.stroke();
}

/** As lines and not as a letter: a bay is never too small for it. */
function crossOut(
  context: CanvasRenderingContext2D,
  [x, y]: readonly [number, number],
  bayPx: number,
): void {
  const reach = 0.35 * bayPx;
  context.lineWidth = bayPx < OUTLINE_PX ? 1 : 2;
  context.beginPath();
  context.moveTo(x - reach, y - reach);
  context.lineTo(x + reach, y + reach);
  context.moveTo(x + reach, y - reach);
  context.lineTo(x - reach, y + reach);
  context.stroke();
}

function trace({ context, scale, left, top }: Frame, points: Float64Array): void {
  for (let at = 0; at < points.length; at += 2) {
    const x = (points[at] ?? 0) * scale - left;
    const y = (points[at + 1] ?? 0) * scale - top;
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
  context.closePath();
}

function spreadOf(points: Float64Array): Spread {
  const middle = middlePoint(points);
  let reach = 0;
  for (const [at, each] of points.entries())
    reach = Math.max(reach, Math.abs(each - middle[at % 2 === 0 ? 0 : 1]));
  return { middle, reach };
}

function boxAround(bays: readonly Spread[]): Box {
  const of = (axis: 0 | 1, side: -1 | 1) =>
    bays.map(({ middle, reach }) => middle[axis] + side * reach);
  return {
    left: Math.min(...of(0, -1)),
    top: Math.min(...of(1, -1)),
    right: Math.max(...of(0, 1)),
    bottom: Math.max(...of(1, 1)),
  };
}

/** The mean of a ring's corners, its first one not counted twice. */
function middlePoint(points: Float64Array): readonly [number, number] {
  const corners = points.length > 2 ? points.length / 2 - 1 : 1;
  let [x, y] = [0, 0];
  for (let at = 0; at < corners; at += 1) {
    x += points[2 * at] ?? 0;
    y += points[2 * at + 1] ?? 0;
  }
  return [x / corners, y / corners];
}

/** Radians of a Mercator y. */
function latitudeOf(y: number): number {
  return Math.atan(Math.sinh(Math.PI * (1 - 2 * y)));
}
