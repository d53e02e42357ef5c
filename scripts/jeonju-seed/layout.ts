import type { BayClass } from '#contract/bay-class.ts';
import type { Position } from '#contract/geo.ts';
import { Frame } from './frame.ts';
import type { LotPlan } from './plan.ts';

/** A bay as it is drawn: a place of the right size, not a surveyed one. */
export interface DrawnBay {
  readonly id: string;
  readonly label: string;
  readonly zone: string;
  readonly class: BayClass;
  readonly ring: readonly Position[];
}

export interface DrawnLot {
  readonly bays: readonly DrawnBay[];
  /** The lot's edge, around its bays. */
  readonly ring: readonly Position[];
  readonly entrance: Position;
}

/** Metres. Bays of a lot stand across their row, those of a street along it. */
const BAY = { lot: { wide: 2.5, deep: 5 }, street: { wide: 6, deep: 2 } } as const;
const AISLE_M = 6;
const EDGE_M = { lot: 1.5, street: 0.5 } as const;

export function drawLot(plan: LotPlan, middle: Position): DrawnLot {
  const { wide, deep } = BAY[plan.shape];
  const rows = stackedRows(plan, deep);
  const length = wide * Math.max(...rows.map(({ count }) => count));
  const last = Math.max(...rows.map(({ y }) => y + deep));
  const isOneRow = plan.shape === 'lot' && rows.length === 1;
  const depth = isOneRow ? last + AISLE_M : last;
  const frame = new Frame(middle, plan.turnDeg);
  const [left, low] = [-length / 2, -depth / 2];
  const classes = classesOf(plan);
  const numbers = new Map<string, number>();
  const bays: DrawnBay[] = [];
  for (const { zone, y, count } of rows) {
    for (let column = 0; column < count; column += 1) {
      const number = (numbers.get(zone) ?? 0) + 1;
      numbers.set(zone, number);
      const padded = String(number).padStart(3, '0');
      const fromX = left + column * wide;
      bays.push({
        id: `${plan.lot}-${zone.toLowerCase()}-${padded}`,
        label: `${zone}-${padded}`,
        zone,
        class: classes[bays.length] ?? 'general',
        ring: frame.ring(fromX, low + y, fromX + wide, low + y + deep),
      });
    }
  }
  const edge = EDGE_M[plan.shape];
  const gateY = plan.shape === 'street' ? deep / 2 : deep + AISLE_M / 2;
  return {
    bays,
    ring: frame.ring(left - edge, low - edge, -left + edge, low + depth + edge),
    entrance: frame.toPosition([left - edge, low + gateY]),
  };
}

interface Row {
  readonly zone: string;
  readonly y: number;
  readonly count: number;
}

/** Rows across the lot from its first aisle: row, aisle, row, then the next section. */
function stackedRows({ sections, sectionGapM }: LotPlan, deep: number): Row[] {
  const rows: Row[] = [];
  let y = 0;
  for (const { zone, rows: counts } of sections) {
    for (const [at, count] of counts.entries()) {
      if (at % 2 === 1) y += AISLE_M;
      rows.push({ zone, y, count });
      y += deep;
    }
    y += sectionGapM;
  }
  return rows;
}

/** Those who walk worst stand nearest the entrance; the others at the far end. */
const NEAR = ['disabled', 'pregnant', 'family', 'senior'] as const;
const FAR = ['loading', 'resident', 'ev', 'compact'] as const;

function classesOf(plan: LotPlan): readonly BayClass[] {
  const total = plan.sections
    .flatMap(({ rows }) => [...rows])
    .reduce((sum, count) => sum + count, 0);
  const expand = (names: readonly (typeof NEAR)[number][] | readonly (typeof FAR)[number][]) =>
    names.flatMap((name) => Array.from<BayClass>({ length: plan.classes[name] ?? 0 }).fill(name));
  const [near, far] = [expand(NEAR), expand(FAR)];
  const general = Array.from<BayClass>({ length: total - near.length - far.length }).fill(
    'general',
  );
  return [...near, ...general, ...far];
}
