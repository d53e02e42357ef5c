import { causeText } from '#contract/alarm-causes.ts';
import type { Condition } from '#runtime/alarm-board.ts';
import type { KnownSensor } from '../state/sensor-health.ts';

/**
 * What sensors are an alarm for: a line on which most are silent is one, however many they are, and
 * each sensor that somebody must go to. One that is only silent or doubtful is on the sensors page.
 */
export function sensorConditions(sensors: readonly KnownSensor[]): Condition[] {
  const silent = new Map<string, number>();
  const found: Condition[] = [];
  for (const { sensor, bay, gateway, line, state, reasons } of sensors) {
    if (reasons.includes('line_fault')) {
      const key = `${gateway}/${line}`;
      silent.set(key, (silent.get(key) ?? 0) + 1);
    } else if (state === 'faulty') {
      found.push({
        alarm: 'sensor_faulty',
        subject: sensor,
        cause: causeText('sensorReasons', { bay, reasons: reasons.join(', ') }),
      });
    }
  }
  for (const [subject, count] of silent) {
    found.push({ alarm: 'line_fault', subject, cause: causeText('sensorsSilent', { count }) });
  }
  return found;
}
