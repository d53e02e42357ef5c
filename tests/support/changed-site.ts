/** What a test changes of a site file; lots' capacities and lines' sensors follow. */
export interface SiteChanges {
  readonly removedBays?: readonly string[];
  /** By bay: its new lot. */
  readonly movedBays?: Readonly<Record<string, string>>;
  /** By bay: the gateway (its first line) whose sensor it gets. */
  readonly rewiredBays?: Readonly<Record<string, string>>;
  readonly removedLots?: readonly string[];
  readonly validFrom?: string;
}

interface Properties {
  kind: string;
  id: string;
  lot: string;
  capacity: number;
  instrumented: string;
  lines: { sensors: Sensor[] }[];
  rows: { lot: string }[];
}

interface Sensor {
  id: string;
  bay: string;
  address: number;
}

interface SiteJson {
  binjari: { validFrom: string };
  features: { properties: Properties }[];
}

/** The text of a site file of `writeSmallSite` with these changes. */
export function changedSite(text: string, changes: SiteChanges): string {
  const site = JSON.parse(text) as SiteJson;
  const { movedBays = {}, rewiredBays = {}, removedLots = [] } = changes;
  const all = site.features.map(({ properties }) => properties);
  const goneBays = new Set([
    ...(changes.removedBays ?? []),
    ...all.filter(({ kind, lot }) => kind === 'bay' && removedLots.includes(lot)).map((b) => b.id),
  ]);
  if (changes.validFrom !== undefined) site.binjari.validFrom = changes.validFrom;
  for (const properties of all) {
    if (properties.kind === 'bay') properties.lot = movedBays[properties.id] ?? properties.lot;
  }
  const rewired: Sensor[] = [];
  for (const gateway of all.filter(({ kind }) => kind === 'gateway')) {
    for (const line of gateway.lines) {
      const moves = ({ bay }: Sensor) =>
        rewiredBays[bay] !== undefined && rewiredBays[bay] !== gateway.id;
      rewired.push(...line.sensors.filter(moves));
      line.sensors = line.sensors.filter((sensor) => !goneBays.has(sensor.bay) && !moves(sensor));
    }
    gateway.lines = gateway.lines.filter(({ sensors }) => sensors.length > 0);
  }
  for (const sensor of rewired) {
    const gateway = all.find(({ id }) => id === rewiredBays[sensor.bay]);
    const [line] = gateway?.lines ?? [];
    if (!line) throw new Error(`no line for ${sensor.bay}`);
    const address = Math.max(...line.sensors.map((other) => other.address)) + 1;
    line.sensors.push({ ...sensor, address });
  }
  site.features = site.features.filter(({ properties: { kind, id, lines } }) => {
    if (kind === 'bay') return !goneBays.has(id);
    if (kind === 'lot') return !removedLots.includes(id);
    return kind !== 'gateway' || lines.length > 0;
  });
  for (const { properties } of site.features) {
    if (properties.kind !== 'lot') continue;
    properties.capacity = site.features.filter(
      (feature) => feature.properties.kind === 'bay' && feature.properties.lot === properties.id,
    ).length;
  }
  return JSON.stringify(site, null, 1);
}
