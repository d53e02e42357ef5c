import { healthThresholds } from '#contract/health.ts';
import type { Sample } from '../sense/sample.ts';
import type { HealthParameters, Verdict } from './observation.ts';

/** What a sensor last said of itself; what it never says stays undefined. */
export interface OwnReport {
  readonly temperatureC: number | undefined;
  readonly supplyMv: number | undefined;
  readonly supplyLow: boolean | undefined;
  readonly tamper: boolean | undefined;
  readonly configChanged: boolean | undefined;
  readonly configCrc: number | undefined;
  readonly calibrating: boolean | undefined;
  readonly seq: number | undefined;
  readonly floorOffMm: number | undefined;
}

export const noReport: OwnReport = {
  temperatureC: undefined,
  supplyMv: undefined,
  supplyLow: undefined,
  tamper: undefined,
  configChanged: undefined,
  configCrc: undefined,
  calibrating: undefined,
  seq: undefined,
  floorOffMm: undefined,
};

export function withReport(
  before: OwnReport,
  { temperature, node, seq }: Sample,
  floorOffMm: number | undefined,
): OwnReport {
  const by = node ?? before;
  return {
    temperatureC: temperature?.quality === 'ok' ? temperature.value : before.temperatureC,
    // 0 mV is a channel that nobody has connected: a node without supply says nothing.
    supplyMv: by.supplyMv !== undefined && by.supplyMv > 0 ? by.supplyMv : undefined,
    supplyLow: by.supplyLow,
    tamper: by.tamper,
    configChanged: by.configChanged,
    configCrc: by.configCrc,
    calibrating: by.calibrating,
    seq: seq ?? before.seq,
    floorOffMm: floorOffMm ?? before.floorOffMm,
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
