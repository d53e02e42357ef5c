import type { LineProperties, SensorProperties } from '#contract/site.ts';
import { deadlines } from '#contract/deadlines.ts';
import { isModbusKind } from '#contract/sensor-kind.ts';
import type { Clock } from '#runtime/clock.ts';
import type { Driver, TakeSample, TakeTrouble } from './driver.ts';
import { listeningDriver } from './listening-driver.ts';
import { pollingDriver } from './polling-driver.ts';
import type { LineSigns } from '../sign/line-signs.ts';
import type { PolledNode } from './polling-driver.ts';

export const pollPeriodOf = (line: LineProperties): number =>
  line.pollPeriodMs ?? deadlines.pollPeriodMs;

/**
 * The driver that a line's sensors need. `share` (0 up to 1) is this line's place among all of the
 * gateway's lines, so that they do not all ask at the same instant.
 */
export function openDriver(
  line: LineProperties,
  {
    clock,
    take,
    trouble,
    share,
    signs,
  }: {
    clock: Clock;
    take: TakeSample;
    trouble: TakeTrouble;
    share: number;
    signs?: LineSigns | undefined;
  },
): Driver {
  const [first] = line.sensors;
  if (first && !isModbusKind(first.kind)) {
    return listeningDriver({ kind: first.kind, bay: first.bay, clock, take, trouble });
  }
  const periodMs = pollPeriodOf(line);
  return pollingDriver({
    nodes: line.sensors.flatMap(nodeOf),
    baud: line.baud,
    periodMs,
    offsetMs: (share * periodMs) / Math.max(1, line.sensors.length),
    pingsInTurn: line.pings === 'inTurn',
    signs,
    clock,
    take,
    trouble,
  });
}

/** The site file's check has made sure of the address. */
function nodeOf({ bay, kind, address }: SensorProperties): PolledNode[] {
  return address === undefined || !isModbusKind(kind) ? [] : [{ bay, kind, address }];
}
