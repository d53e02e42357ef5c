import type { LocalText } from '#contract/site.ts';
import type { BackdropShape } from '../wire/backdrop.ts';
import type { Frame } from './canvas-layer.ts';
import { inSteps } from '../page/in-steps.ts';
import { flatMercator } from './mercator.ts';
import type { Palette } from './palette.ts';
import type { Box } from './room.ts';

interface Drawn {
  readonly shape: BackdropShape;
  readonly points: Float64Array;
  readonly west: number;
  readonly east: number;
  readonly north: number;
  readonly south: number;
}

type What = BackdropShape['what'];

/** Widths of lines in metres, and the fewest pixels that still show them. */
const LINES: Readonly<Record<What, { readonly metres: number; readonly leastPx: number }>> = {
  street: { metres: 7, leastPx: 1.5 },
  mainStreet: { metres: 18, leastPx: 3.5 },
  water: { metres: 30, leastPx: 3 },
  block: { metres: 1, leastPx: 1 },
  park: { metres: 4, leastPx: 1 },
};
const EARTH_AROUND_M = 40_075_017;
/** Below this a town's blocks are noise. */
const BLOCK_ZOOM = 14;
const NAME_ZOOM = 15;
const SHAPES_A_STEP = 250;
/** A name stands on a stretch of street that is this much longer than itself. */
const NAME_ROOM_PX = 60;
const NAME_PX = 12;

interface StreetName {
  readonly name: string;
  readonly lengthPx: number;
  readonly hasRoom: (box: Box) => boolean;
}

/** The map's ground where no tiles are configured: land, water, streets, and the great streets' names. */
export class Backdrop {
  readonly #drawn: readonly Drawn[];
  readonly #name: (texts: LocalText) => string;

  constructor(shapes: readonly BackdropShape[], name: (texts: LocalText) => string) {
    this.#drawn = shapes.map(drawnOf);
    this.#name = name;
  }

  /**
   * In steps, of which a slow phone makes one a frame when all is new. `hasRoom`: whether a name may
   * stand in a box of the screen.
   */
  *draw(frame: Frame, palette: Palette, hasRoom: (box: Box) => boolean): Generator<void> {
    const { context, scale, left, top, width, height } = frame;
    const [west, east] = [left / scale, (left + width) / scale];
    const [north, south] = [top / scale, (top + height) / scale];
    const shown = this.#drawn.filter(
      (each) => each.west < east && each.east > west && each.north < south && each.south > north,
    );
    const of = (what: What) => shown.filter(({ shape }) => shape.what === what);
    context.lineCap = 'round';
    context.lineJoin = 'round';
    if (frame.zoom >= BLOCK_ZOOM) {
      for (const some of inSteps(of('block'), SHAPES_A_STEP)) {
        paint(frame, some, palette.block);
        yield;
      }
    }
    paint(frame, of('park'), palette.park);
    for (const some of inSteps(of('street'), SHAPES_A_STEP)) {
      paint(frame, some, palette.street);
      yield;
    }
    paint(frame, of('water'), palette.water);
    paint(frame, of('mainStreet'), palette.street);
    if (frame.zoom >= NAME_ZOOM) this.#writeNames(frame, of('mainStreet'), palette, hasRoom);
  }

  #writeNames(
    frame: Frame,
    streets: readonly Drawn[],
    palette: Palette,
    hasRoom: (box: Box) => boolean,
  ): void {
    const { context } = frame;
    context.font = `600 ${NAME_PX}px ${palette.font}`;
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.lineWidth = 4;
    context.strokeStyle = palette.street;
    context.fillStyle = palette.text;
    for (const { shape, points } of streets) {
      if (!shape.name) continue;
      const name = this.#name(shape.name);
      const lengthPx = context.measureText(name).width;
      for (let at = 2; at < points.length; at += 2) {
        writeAlong(frame, points, at, { name, lengthPx, hasRoom });
      }
    }
  }
}

function drawnOf(shape: BackdropShape): Drawn {
  const points = flatMercator(shape.positions);
  let [west, east, north, south] = [1, 0, 1, 0];
  for (let at = 0; at < points.length; at += 2) {
    const [x = 0, y = 0] = [points[at], points[at + 1]];
    west = Math.min(west, x);
    east = Math.max(east, x);
    north = Math.min(north, y);
    south = Math.max(south, y);
  }
  return { shape, points, west, east, north, south };
}

function paint(frame: Frame, drawn: readonly Drawn[], colour: string): void {
  const { context, scale } = frame;
  context.fillStyle = colour;
  context.strokeStyle = colour;
  for (const each of drawn) {
    context.beginPath();
    trace(frame, each.points);
    if (each.shape.type === 'Polygon') {
      context.fill();
      continue;
    }
    const { metres, leastPx } = LINES[each.shape.what];
    context.lineWidth = Math.max(leastPx, metres * (scale / EARTH_AROUND_M));
    context.stroke();
  }
}

function trace({ context, scale, left, top }: Frame, points: Float64Array): void {
  for (let at = 0; at < points.length; at += 2) {
    const x = (points[at] ?? 0) * scale - left;
    const y = (points[at + 1] ?? 0) * scale - top;
    if (at === 0) context.moveTo(x, y);
    else context.lineTo(x, y);
  }
}

/** Writes along the piece of a line that ends at `points[at]`, if it is long enough; never head down. */
function writeAlong(
  { context, scale, left, top }: Frame,
  points: Float64Array,
  at: number,
  { name, lengthPx, hasRoom }: StreetName,
): void {
  const [fromX, fromY] = [(points[at - 2] ?? 0) * scale, (points[at - 1] ?? 0) * scale];
  const [toX, toY] = [(points[at] ?? 0) * scale, (points[at + 1] ?? 0) * scale];
  if (Math.hypot(toX - fromX, toY - fromY) < lengthPx + NAME_ROOM_PX) return;
  const angle = Math.atan((toY - fromY) / (toX - fromX));
  const [x, y] = [(fromX + toX) / 2 - left, (fromY + toY) / 2 - top];
  const [alongX, alongY] = [Math.cos(angle) * lengthPx, Math.sin(angle) * lengthPx];
  const halfX = (Math.abs(alongX) + NAME_PX) / 2;
  const halfY = (Math.abs(alongY) + NAME_PX) / 2;
  if (!hasRoom({ left: x - halfX, top: y - halfY, right: x + halfX, bottom: y + halfY })) return;
  context.save();
  context.translate(x, y);
  context.rotate(angle);
  context.strokeText(name, 0, 0);
  context.fillText(name, 0, 0);
  context.restore();
}
