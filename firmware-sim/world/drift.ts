import { drawsOf, logNormalAt, uniformAt } from './chance.ts';
import { add, drawDirection, scaled } from './field.ts';
import type { Field, FieldSum } from './field.ts';

const HOUR_MS = 3_600_000;

/** A level that is drawn anew once in a slot, and reached over a while. */
interface Wander {
  readonly slotMs: number;
  /** How long the way from one level to the next takes, from and to, in ms. */
  readonly overMs: readonly [number, number];
  /** Of the level, in ratios to the median step. */
  readonly median: number;
  readonly sigma: number;
}

/**
 * How the baseline of real in-ground nodes moves, in ratios to the median step: slowly from day to
 * day, and now and then within minutes. Fitted to changes over 24 h of 0.16 / 0.67 / 1.6 (p50, p95,
 * p99) and over 10 min of 0.02 / 0.16 / 0.57 (p50, p99, p99.9), temperature included.
 */
const WANDERS: readonly Wander[] = [
  { slotMs: 24 * HOUR_MS, overMs: [12 * HOUR_MS, 24 * HOUR_MS], median: 0.035, sigma: 1.5 },
  { slotMs: 5.5 * HOUR_MS, overMs: [60_000, 300_000], median: 0.045, sigma: 1.2 },
];

/** Adds the baseline's drift at an instant, in µT, to the sum. */
export type Drift = (sum: FieldSum, at: number) => void;

export function openDrift(key: number, medianStepUt: number): Drift {
  const wanders = WANDERS.map((wander, at) => openWander(wander, key ^ (at << 8), medianStepUt));
  return (sum, at) => {
    for (const wander of wanders) wander(sum, at);
  };
}

function openWander(wander: Wander, key: number, medianStepUt: number): Drift {
  const { slotMs, overMs, median, sigma } = wander;
  const phaseMs = slotMs * uniformAt(key, -1);
  let slot = Number.NaN;
  let from: Field = [0, 0, 0];
  let to: Field = [0, 0, 0];
  let beginsAt = 0;
  let lastsMs = 1;

  function levelOf(index: number): Field {
    const size = medianStepUt * logNormalAt(key ^ 1, index, median, sigma);
    return scaled(drawDirection(drawsOf(key ^ Math.imul(index | 0, 0x9e3779b1))), size);
  }

  return (sum, at) => {
    const now = Math.floor((at + phaseMs) / slotMs);
    if (now !== slot) {
      from = now === slot + 1 ? to : levelOf(now - 1);
      to = levelOf(now);
      slot = now;
      lastsMs = overMs[0] + (overMs[1] - overMs[0]) * uniformAt(key ^ 2, now);
      beginsAt = now * slotMs - phaseMs + (slotMs - lastsMs) * uniformAt(key ^ 3, now);
    }
    const share = Math.min(1, Math.max(0, (at - beginsAt) / lastsMs));
    add(sum, from, 1 - share);
    add(sum, to, share);
  };
}
