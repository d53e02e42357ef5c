import { BAY_CLASSES } from '#contract/bay-class.ts';
import type { BayClass } from '#contract/bay-class.ts';
import type { BayId, GatewayId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';

/** A bay with a sensor; its place in the list is its number in all tables of live state. */
export interface SensedBay {
  readonly bay: BayId;
  readonly gateway: GatewayId;
  /** The lot's place in the site. */
  readonly lotAt: number;
  /** Where the bay's class counts: in the site-wide list of (lot, class). */
  readonly countAt: number;
}

export interface SensedLot {
  readonly lot: LotId;
  /** Numbers of its sensed bays, in the order of the site file. */
  readonly bays: readonly number[];
  /** The classes that its sensed bays have, in the order of BAY_CLASSES. */
  readonly classes: readonly { readonly class: BayClass; readonly countAt: number }[];
}

export interface SensedBays {
  readonly bays: readonly SensedBay[];
  readonly lots: readonly SensedLot[];
  readonly bayAt: ReadonlyMap<BayId, number>;
  readonly lotAt: ReadonlyMap<LotId, number>;
  readonly countCount: number;
  readonly bayCountOf: ReadonlyMap<GatewayId, number>;
}

export function sensedBaysOf(site: Site): SensedBays {
  const gatewayOf = new Map<BayId, GatewayId>();
  for (const { properties: gateway } of site.gateways) {
    for (const { bay } of gateway.lines.flatMap((line) => line.sensors)) {
      gatewayOf.set(bay, gateway.id);
    }
  }
  const ofLot = new Map<LotId, { bay: BayId; class: BayClass; gateway: GatewayId }[]>();
  for (const { properties } of site.bays) {
    const gateway = gatewayOf.get(properties.id);
    if (gateway === undefined) continue;
    const sensed = { bay: properties.id, class: properties.class, gateway };
    const known = ofLot.get(properties.lot);
    if (known) known.push(sensed);
    else ofLot.set(properties.lot, [sensed]);
  }
  const bays: SensedBay[] = [];
  const bayAt = new Map<BayId, number>();
  let countCount = 0;
  const lots = site.lots.map(({ properties: { id: lot } }, lotAt): SensedLot => {
    const sensed = ofLot.get(lot) ?? [];
    const present = new Set(sensed.map((bay) => bay.class));
    const classes = BAY_CLASSES.filter((bayClass) => present.has(bayClass)).map((bayClass) => ({
      class: bayClass,
      countAt: countCount++,
    }));
    const countOf = new Map(classes.map((entry) => [entry.class, entry.countAt]));
    const numbers = sensed.map(({ bay, class: bayClass, gateway }) => {
      const number = bays.length;
      bays.push({ bay, gateway, lotAt, countAt: countOf.get(bayClass) ?? 0 });
      bayAt.set(bay, number);
      return number;
    });
    return { lot, bays: numbers, classes };
  });
  const lotAt = new Map(lots.map(({ lot }, at) => [lot, at]));
  const bayCountOf = new Map<GatewayId, number>();
  for (const { gateway } of bays) bayCountOf.set(gateway, (bayCountOf.get(gateway) ?? 0) + 1);
  return { bays, lots, bayAt, lotAt, countCount, bayCountOf };
}
