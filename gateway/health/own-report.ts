import { healthThresholds } from '#contract/health.ts';
import type { Sample } from '../sense/sample.ts';
import type { HealthParameters, Verdict } from './observation.ts';

/** What a sensor last said of itself; what it never says stays undefined. */
export interface OwnReport {
  readonly temperatureC?: number;
  readonly supplyMv?: number | undefined;
  readonly supplyLow?: boolean;
  readonly tamper?: boolean;
  readonly configChanged?: boolean;
  readonly configCrc?: number;
  readonly calibrating?: boolean;
  readonly seq?: number;
  readonly floorOffMm?: number;
}

export function withReport(
  before: OwnReport,
  { temperature, node, seq }: Sample,
  floorOffMm: number | undefined,
): OwnReport {
  return {
    ...before,
    ...(temperature?.quality === 'ok' && { temperatureC: temperature.value }),
    // 0 mV is a channel that nobody has connected: a node without supply says nothing.
    ...(node && {
      supplyMv: node.supplyMv > 0 ? node.supplyMv : undefined,
      supplyLow: node.supplyLow,
      tamper: node.tamper,
      configChanged: node.configChanged,
      configCrc: node.configCrc,
      calibrating: node.calibrating,
    }),
    ...(seq !== undefined && { seq }),
    ...(floorOffMm !== undefined && { floorOffMm }),
  };
}

export function supplyLowOf({ supplyLow, supplyMv }: OwnReport, active: boolean): Verdict {
  return supplyLow === true || isBelow(supplyMv, healthThresholds.supplyLowMv, active)
    ? 'degraded'
    : undefined;
}

export function supplyCriticalOf({ supplyMv }: OwnReport, active: boolean): Verdict {
  return isBelow(supplyMv, healthThresholds.supplyCriticalMv, active) ? 'faulty' : undefined;
}

export function temperatureOf({ temperatureC }: OwnReport, active: boolean): Verdict {
  if (temperatureC === undefined) return undefined;
  const { temperatureLeastC: least, temperatureMostC: most } = healthThresholds;
  const outside =
    temperatureC > (active ? most.leave : most.enter) || isBelow(temperatureC, least, active);
  return outside ? 'degraded' : undefined;
}

export function driftOf({ floorOffMm = 0 }: OwnReport, active: boolean): Verdict {
  const { enter, leave } = healthThresholds.driftMm;
  return Math.abs(floorOffMm) > (active ? leave : enter) ? 'degraded' : undefined;
}

export function configMismatchOf(
  { configChanged, configCrc }: OwnReport,
  { wantedConfigCrc }: HealthParameters,
): Verdict {
  const differs =
    wantedConfigCrc !== undefined && configCrc !== undefined && configCrc !== wantedConfigCrc;
  return configChanged === true || differs ? 'degraded' : undefined;
}

function isBelow(
  value: number | undefined,
  { enter, leave }: { readonly enter: number; readonly leave: number },
  active: boolean,
): boolean {
  return value !== undefined && value < (active ? leave : enter);
}
