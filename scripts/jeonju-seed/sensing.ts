import type { DrawnBay } from './layout.ts';
import type { FeatureJson } from './feature.ts';
import type { LinePlan, LotPlan } from './plan.ts';

const PBN1_BAUD = 19_200;
/** The free-running sensors' own: 9600 8N1. */
const FREE_RUNNING_BAUD = 9_600;

/** Gateways with their lines, every line simulated: bays go onto lines in the order they stand. */
export function gatewayFeatures(
  lots: readonly { readonly plan: LotPlan; readonly bays: readonly DrawnBay[] }[],
): FeatureJson[] {
  const lines = new Map<string, object[]>();
  for (const { plan, bays } of lots) {
    const ofGateway = lines.get(plan.gateway) ?? [];
    lines.set(plan.gateway, ofGateway);
    let first = 0;
    for (const line of plan.lines) {
      const ofLine = bays.slice(first, first + line.nodes);
      first += line.nodes;
      ofGateway.push(lineJson(plan, line, ofLine, ofGateway.length + 1));
    }
    if (first !== bays.length)
      throw new Error(`${plan.lot}: ${first} sensors, ${bays.length} bays`);
  }
  return [...lines].map(([id, ofGateway]) => ({
    type: 'Feature',
    geometry: null,
    properties: { kind: 'gateway', id, lines: ofGateway },
  }));
}

function lineJson(plan: LotPlan, line: LinePlan, bays: readonly DrawnBay[], number: number) {
  const id = `line-${number}`;
  const node = (at: number) =>
    `${plan.gateway.replace('gw-', '')}-${number}-${String(at + 1).padStart(2, '0')}`;
  const isBus = line.kind === 'pbn1';
  return {
    id,
    port: { kind: 'simulated' },
    baud: line.baud ?? (isBus ? PBN1_BAUD : FREE_RUNNING_BAUD),
    parity: isBus ? 'even' : 'none',
    sensors: bays.map((bay, at) => ({
      id: node(at),
      bay: bay.id,
      kind: line.kind,
      ...(isBus ? { address: at + 1 } : {}),
      mountMm: plan.mountMm,
    })),
  };
}
