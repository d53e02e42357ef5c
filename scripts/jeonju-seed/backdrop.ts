import type { Position } from '#contract/geo.ts';
import { lineFeature, ringFeature } from './feature.ts';
import type { FeatureJson } from './feature.ts';
import { Frame } from './frame.ts';
import type { Metres } from './frame.ts';
import { mainStreets, nearestMainStreetM } from './main-streets.ts';
import { streamDistanceM, streamRing } from './stream.ts';

/** A neighbourhood whose streets are drawn as a plain grid: a schematic, not a survey. */
interface Quarter {
  readonly frame: Frame;
  readonly radiusM: number;
}

const quarter = (middle: Position, turnDeg: number, radiusM: number): Quarter => ({
  frame: new Frame(middle, turnDeg),
  radiusM,
});

const QUARTERS: readonly Quarter[] = [
  quarter([127.1475, 35.8128], 8, 600),
  quarter([127.143, 35.8242], 14, 620),
  quarter([127.1439, 35.8336], -20, 540),
  quarter([127.1546, 35.8355], -8, 280),
  quarter([127.1262, 35.8056], 20, 560),
  quarter([127.1506, 35.8183], 4, 400),
];

/** Metres. */
const GRID = { alongM: 96, acrossM: 64, setbackM: 4.5 } as const;
const BANK_M = 46;
const WATER_HALF_M = 19;
const STEP_M = 4;
const MAIN_STREET_CLEAR_M = 13;

/** Green banks, water, blocks, streets, main streets: in the order they are painted. */
export function backdropFeatures(lotRings: readonly (readonly Position[])[]): FeatureJson[] {
  const keepOut = lotRings.map((ring) => new KeepOut(ring));
  const isFree = (position: Position, within: Quarter) =>
    quarterOf(position) === within &&
    streamDistanceM(position) > BANK_M + 6 &&
    keepOut.every((lot) => !lot.holds(position));
  const stream = { ko: '전주천', en: 'Jeonjucheon' };
  return [
    ringFeature(streamRing(BANK_M), { kind: 'backdrop', what: 'park' }),
    ringFeature(streamRing(WATER_HALF_M), { kind: 'backdrop', what: 'water', name: stream }),
    ...QUARTERS.flatMap((quarter) => blocks(quarter, (at) => isFree(at, quarter))),
    ...QUARTERS.flatMap((quarter) => streets(quarter, (at) => isFree(at, quarter))),
    ...mainStreets(),
  ];
}

/** The quarter a position belongs to: the one whose middle is nearest for its size. */
function quarterOf(position: Position): Quarter | undefined {
  let nearest: Quarter | undefined;
  let least = 1;
  for (const quarter of QUARTERS) {
    const [x, y] = quarter.frame.toMetres(position);
    // A square with round corners: a circle would look like a plan of something round.
    const share = Math.cbrt(Math.abs(x) ** 3 + Math.abs(y) ** 3) / quarter.radiusM;
    if (share <= least) [nearest, least] = [quarter, share];
  }
  return nearest;
}

/** A lot with a margin, so that no block is drawn under it. */
class KeepOut {
  static readonly #MARGIN_M = 3;
  readonly #frame: Frame;
  readonly #size: Metres;

  constructor(ring: readonly Position[]) {
    const [origin = [0, 0], along = [0, 0], opposite = [0, 0]] = ring;
    const [east, north] = new Frame(origin).toMetres(along);
    this.#frame = new Frame(origin, (Math.atan2(north, east) * 180) / Math.PI);
    this.#size = this.#frame.toMetres(opposite);
  }

  holds(position: Position): boolean {
    const [x, y] = this.#frame.toMetres(position);
    const margin = KeepOut.#MARGIN_M;
    const [width, depth] = this.#size;
    return x > -margin && x < width + margin && y > -margin && y < depth + margin;
  }
}

function blocks(quarter: Quarter, isFree: (position: Position) => boolean): FeatureJson[] {
  const { frame } = quarter;
  const columns = Math.ceil(quarter.radiusM / GRID.alongM);
  const rows = Math.ceil(quarter.radiusM / GRID.acrossM);
  const stands = (position: Position) =>
    isFree(position) && nearestMainStreetM(position) > MAIN_STREET_CLEAR_M;
  const found: FeatureJson[] = [];
  /** The whole cell, or those of its quarters that stand free. */
  const place = (x: number, y: number, wide: number, deep: number, splits: number) => {
    if (outline(x, y, wide, deep).every((point) => stands(frame.toPosition(point)))) {
      const ring = frame.ring(x, y, x + wide, y + deep, 6);
      found.push(ringFeature(ring, { kind: 'backdrop', what: 'block' }));
    } else if (splits > 0) {
      const [halfWide, halfDeep] = [wide / 2, deep / 2];
      place(x, y, halfWide, halfDeep, splits - 1);
      place(x + halfWide, y, halfWide, halfDeep, splits - 1);
      place(x, y + halfDeep, halfWide, halfDeep, splits - 1);
      place(x + halfWide, y + halfDeep, halfWide, halfDeep, splits - 1);
    }
  };
  const { alongM, acrossM, setbackM } = GRID;
  for (let column = -columns; column < columns; column += 1) {
    for (let row = -rows; row < rows; row += 1) {
      const [x, y] = [column * alongM + setbackM, row * acrossM + setbackM];
      place(x, y, alongM - 2 * setbackM, acrossM - 2 * setbackM, 1);
    }
  }
  return found;
}

/** Points around and inside a cell, no farther apart than a street is wide. */
function outline(x: number, y: number, wide: number, deep: number): Metres[] {
  const points: Metres[] = [];
  const [columns, rows] = [Math.ceil(wide / 8), Math.ceil(deep / 8)];
  for (let column = 0; column <= columns; column += 1) {
    for (let row = 0; row <= rows; row += 1) {
      points.push([x + (wide * column) / columns, y + (deep * row) / rows]);
    }
  }
  return points;
}

function streets(quarter: Quarter, isFree: (position: Position) => boolean): FeatureJson[] {
  const { frame, radiusM } = quarter;
  const along =
    (y: number) =>
    (x: number): Metres => [x, y];
  const across =
    (x: number) =>
    (y: number): Metres => [x, y];
  const lines: ((at: number) => Metres)[] = [];
  for (let y = -Math.floor(radiusM / GRID.acrossM); y * GRID.acrossM <= radiusM; y += 1) {
    lines.push(along(y * GRID.acrossM));
  }
  for (let x = -Math.floor(radiusM / GRID.alongM); x * GRID.alongM <= radiusM; x += 1) {
    lines.push(across(x * GRID.alongM));
  }
  return lines.flatMap((line) =>
    freeStretches(radiusM, (at) => isFree(frame.toPosition(line(at)))).map(([from, to]) =>
      lineFeature([frame.toPosition(line(from), 6), frame.toPosition(line(to), 6)], {
        kind: 'backdrop',
        what: 'street',
      }),
    ),
  );
}

/** The stretches of [−radius, radius] that are free, where long enough to be a street. */
function freeStretches(radiusM: number, isFree: (at: number) => boolean): [number, number][] {
  const found: [number, number][] = [];
  let from: number | undefined;
  for (let at = -radiusM; at <= radiusM + STEP_M; at += STEP_M) {
    const free = at <= radiusM && isFree(at);
    if (free) from ??= at;
    else if (from !== undefined) {
      if (at - STEP_M - from >= 40) found.push([from, at - STEP_M]);
      from = undefined;
    }
  }
  return found;
}
