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

/** A bay of which only the place is known is drawn as long and as wide as bays are. */
const BAY_M = 2.5;
const EARTH_AROUND_M = 40_075_017;
/** From this width a bay has room for a mark. */
const MARK_PX = 9;
/** From this width an outline of two pixels leaves something to look through. */
const OUTLINE_PX = 6;

/** The bays of one lot, ready to be drawn. */
export class BayDrawing {
  /** North of all its bays, in their middle: where a flag hides none of them. */
  readonly flagAt: Position;
  /** Whether it has bays whose states nobody is told one by one. */
  readonly hasPrivate: boolean;
  readonly #bays: readonly {
    readonly bay: BayId;
    readonly bayClass: BayClass;
    readonly points: Float64Array;
    readonly middle: readonly [number, number];
  }[];
  /** By bay: how it looks on the last drawing. */
  readonly #looks: BayLook[] = [];

  constructor(shapes: readonly BayShape[]) {
    const positions = shapes.flatMap((shape) => shape.positions);
    const north = Math.max(...positions.map(([, lat]) => lat));
    this.flagAt = [middleOf(positions)[0], north];
    this.hasPrivate = shapes.some(({ bayClass }) => isPrivate(bayClass));
    this.#bays = shapes.map(({ bay, bayClass, positions }) => {
      const points = flatMercator(positions);
      return { bay, bayClass, points, middle: middle(points) };
    });
  }

  /**
   * Filled: occupied. Hollow with a blue outline: vacant. Dashed: not known. A thin whole outline:
   * not told. A cross from side to side: out of service.
   */
  draw(frame: Frame, palette: Palette, stateOf: (bay: BayId) => BayNow): void {
    const { context, scale, left, top, width, height } = frame;
    const metrePx = scale / EARTH_AROUND_M / Math.cos(latitudeOf((top + height / 2) / scale));
    const bayPx = BAY_M * metrePx;
    context.lineJoin = 'miter';
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.font = `700 ${Math.round(Math.min(16, bayPx * 0.7))}px ${palette.font}`;
    for (const [
      at,
      {
        bay,
        bayClass,
        points,
        middle: [x, y],
      },
    ] of this.#bays.entries()) {
      const look = bayLookOf(bayClass, stateOf(bay));
      this.#looks[at] = look;
      const [px, py] = [x * scale - left, y * scale - top];
      if (px < -50 || py < -50 || px > width + 50 || py > height + 50) continue;
      context.beginPath();
      if (points.length === 2) context.rect(px - bayPx / 2, py - bayPx, bayPx, 2 * bayPx);
      else trace(frame, points);
      paintBay(context, palette, look, bayPx);
      if (look === 'closed') {
        crossOut(context, [px, py], bayPx);
        continue;
      }
      const mark = bayMarkOf(bayClass, look);
      if (mark === '' || bayPx < MARK_PX) continue;
      context.fillStyle = look === 'occupied' ? palette.card : palette[look];
      context.fillText(mark, px, py);
    }
    context.setLineDash([]);
  }

  /** Whether a bay looks other than when it was last drawn. */
  hasChanged(stateOf: (bay: BayId) => BayNow): boolean {
    return this.#bays.some(
      ({ bay, bayClass }, at) => this.#looks[at] !== bayLookOf(bayClass, stateOf(bay)),
    );
  }
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

/** The mean of a ring's corners, its first one not counted twice. */
function middle(points: Float64Array): readonly [number, number] {
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
