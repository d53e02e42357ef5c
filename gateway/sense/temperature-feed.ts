import { minus, plus, ZERO } from './vector.ts';
import type { Vector } from './vector.ts';

/**
 * What a degree does to a node's field, learned axis by axis from how level and temperature moved
 * between two looks without a step in between: recursive least squares with forgetting, in which
 * one odd pair counts no more than an ordinary one.
 */
export interface TemperatureFeed {
  readonly perC: Vector;
  /** Σ of ΔT², forgotten slowly; °C². */
  readonly weight: number;
  /** How well a pair fits, in units of the field; a running mean. */
  readonly misfit: number;
  readonly anchor: { readonly level: Vector; readonly temperatureC: number } | undefined;
}

export const noFeed: TemperatureFeed = {
  perC: ZERO,
  weight: 0,
  misfit: 0,
  anchor: undefined,
};

/** Pairs are at least this far apart: the thermometer's own noise is a tenth of it. */
const LEAST_C = 0.5;
const FORGET = 0.995;
/** Before as much as a few pairs, a coefficient is not to be trusted whole. */
const RIDGE_C2 = 0.5;
const ODD = 4;
const MISFIT_GAIN = 0.05;

/** `stepped`: a step of a vehicle's since the last look, which is no matter of temperature. */
export function learnTemperature(
  before: TemperatureFeed,
  level: Vector,
  temperatureC: number,
): TemperatureFeed {
  const { anchor } = before;
  if (anchor === undefined) return { ...before, anchor: { level, temperatureC } };
  const warmerC = temperatureC - anchor.temperatureC;
  if (Math.abs(warmerC) < LEAST_C) return before;
  const moved = minus(level, anchor.level);
  const off = plus(moved, before.perC, -warmerC);
  const misfit = Math.sqrt(off.x * off.x + off.y * off.y + off.z * off.z);
  const limit = ODD * before.misfit;
  const by = before.misfit > 0 && misfit > limit ? limit / misfit : 1;
  const weight = FORGET * before.weight + warmerC * warmerC;
  return {
    perC: plus(before.perC, off, (by * warmerC) / (weight + RIDGE_C2)),
    weight,
    misfit:
      before.misfit === 0 ? misfit : before.misfit + MISFIT_GAIN * (by * misfit - before.misfit),
    anchor: { level, temperatureC },
  };
}

/** A step moves what temperature is compared with. */
export function movedBy(before: TemperatureFeed, step: Vector): TemperatureFeed {
  const { anchor } = before;
  if (anchor === undefined) return before;
  return { ...before, anchor: { ...anchor, level: plus(anchor.level, step) } };
}
