import type { AlarmName } from '#contract/alarms.ts';
import type { GatewayId, LotId } from '#contract/ids.ts';
import type { Site } from '#contract/site-check.ts';
import type { FoundAlarm } from './alarm-book.ts';

/** Alarms of the api itself that are about one gateway, which is their subject. */
const OF_GATEWAY: ReadonlySet<AlarmName> = new Set([
  'gateway_silent',
  'gateway_quarantined',
  'clock_skew',
]);

/** Whose lots an alarm touches: those with a sensor there. null: it is of the whole site. */
export function touchedLots(
  { alarm, gateway, subject }: Pick<FoundAlarm, 'alarm' | 'gateway' | 'subject'>,
  site: Site,
): readonly LotId[] | null {
  const lotOf = new Map(site.bays.map(({ properties }) => [properties.id, properties.lot]));
  const lotsWhere = (isIt: (of: GatewayId, line: string, sensor: string) => boolean): LotId[] => {
    const bays = site.gateways.flatMap(({ properties: { id, lines } }) =>
      lines.flatMap((line) =>
        line.sensors.filter((sensor) => isIt(id, line.id, sensor.id)).map(({ bay }) => bay),
      ),
    );
    return [...new Set(bays.flatMap((bay) => lotOf.get(bay) ?? []))];
  };
  if (gateway !== null) return lotsWhere((of) => of === gateway);
  if (OF_GATEWAY.has(alarm)) return lotsWhere((of) => of === subject);
  if (alarm === 'line_fault') return lotsWhere((of, line) => `${of}/${line}` === subject);
  if (alarm === 'sensor_faulty') return lotsWhere((_of, _line, sensor) => sensor === subject);
  return null;
}
