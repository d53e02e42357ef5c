import type { OverlayChange } from '#contract/site-overlay.ts';

/** What can be done for a while, what is done most first. */
export const WORK_KINDS = [
  'bayOutOfService',
  'bayState',
  'lotOutOfService',
  'lotHours',
  'lotTariff',
  'lotNotice',
] as const satisfies readonly OverlayChange['kind'][];
export type WorkKind = (typeof WORK_KINDS)[number];

export const isOfBay = (kind: WorkKind): boolean =>
  kind === 'bayOutOfService' || kind === 'bayState';
