import { isOpenToAnyCar } from './bay-class.ts';
import type { BayClass } from './bay-class.ts';

/** What may be said of a car and its driver that changes bays or price. No schema library here. */
export const DRIVER_TRAITS = [
  'compact',
  'disabled',
  'ev',
  'lowEmission',
  'manyChildren',
  'pregnant',
  'senior',
] as const;
export type DriverTrait = (typeof DRIVER_TRAITS)[number];

/** Kept on the driver's phone alone. */
export interface DriverProfile {
  readonly traits: readonly DriverTrait[];
  /** Of the car, in millimetres; undefined: fits anywhere. */
  readonly heightMm?: number | undefined;
}

export const ANY_CAR: DriverProfile = { traits: [] };

/**
 * Reserved bays that a trait opens. Family bays in Korea are for those who are pregnant or come with
 * small children; old age alone opens only bays marked for it. A car that is merely low in emissions
 * cannot charge.
 */
const OPENED: Readonly<Record<DriverTrait, readonly BayClass[]>> = {
  compact: ['compact'],
  disabled: ['disabled'],
  ev: ['ev'],
  lowEmission: [],
  manyChildren: ['family'],
  pregnant: ['pregnant', 'family'],
  senior: ['senior'],
};

export function mayUse({ traits }: DriverProfile, bayClass: BayClass): boolean {
  return isOpenToAnyCar(bayClass) || traits.some((trait) => OPENED[trait].includes(bayClass));
}

/** Whether a discount for one group of drivers is this driver's: an electric car emits least. */
export function isOneOf({ traits }: DriverProfile, trait: DriverTrait): boolean {
  return traits.includes(trait) || (trait === 'lowEmission' && traits.includes('ev'));
}
