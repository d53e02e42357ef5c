import { CALIBRATION } from './calibration.ts';
import type { Known } from './distance-vote.ts';
import { OCCUPIED_BELOW_FLOOR_MM, VACANT_BELOW_FLOOR_MM } from './distance-window.ts';

export const EVIDENCE_KINDS = ['distance', 'distance against field', 'both', 'field'] as const;
export type EvidenceKind = (typeof EVIDENCE_KINDS)[number];

/** What a belief rests on, before it is calibrated. */
export interface Evidence {
  readonly kind: EvidenceKind;
  /** By distance: how clear it is, 0 to 1. By field: log-odds of the belief. */
  readonly strength: number;
}

/** So far past the threshold, a reading is as clear as it gets. */
const CLEAR_MM = 200;

/** How far the median is past its threshold, times the share of samples that were valid; 0 to 1. */
export function clearness(view: {
  readonly side: Known;
  readonly mm: number;
  readonly floorMm: number;
  readonly validShare: number;
}): number {
  const { side, mm, floorMm, validShare } = view;
  const pastMm =
    side === 'occupied'
      ? floorMm - OCCUPIED_BELOW_FLOOR_MM - mm
      : mm - (floorMm - VACANT_BELOW_FLOOR_MM);
  return Math.min(1, Math.max(0, pastMm / CLEAR_MM)) * validShare;
}

/** Where the classes of strength begin; below the first is the weakest. */
const BY_DISTANCE = [0.4, 0.7, 0.9] as const;
const BY_FIELD = [0.5, 1, 2, 3, 4, 6] as const;

/** The class of an evidence's strength, from 0. */
export function classOf({ kind, strength }: Evidence): number {
  const begins = kind === 'field' ? BY_FIELD : BY_DISTANCE;
  const above = begins.findIndex((least) => strength < least);
  return above < 0 ? begins.length : above;
}

/** How many classes a kind of evidence has. */
export const classesOf = (kind: EvidenceKind): number =>
  (kind === 'field' ? BY_FIELD : BY_DISTANCE).length + 1;

/** The probability that a belief of this evidence is right: what share of such ones was. */
export function calibrated(side: Known, evidence: Evidence): number {
  return CALIBRATION[evidence.kind][side][classOf(evidence)] ?? 0.5;
}
