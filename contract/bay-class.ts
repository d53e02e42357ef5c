/**
 * For whom a bay is marked. No schema library here: the driver's page imports this file.
 * Korean marking in field use: 일반, 장애인, 가족배려·여성우선, 경차, 전기차, 임산부, 노인, 거주자우선, 하역.
 */
export const BAY_CLASSES = [
  'general',
  'disabled',
  'family',
  'compact',
  'ev',
  'pregnant',
  'senior',
  'resident',
  'loading',
] as const;

export type BayClass = (typeof BAY_CLASSES)[number];

/** Only a general bay may be counted for a driver of whom nothing is known. */
export function isOpenToAnyCar(bayClass: BayClass): boolean {
  return bayClass === 'general';
}

/**
 * Whose state may be seen bay by bay. A resident's bay tells when one person is at home: it is in
 * its lot's counts only.
 */
export function isShownSingly(bayClass: BayClass): boolean {
  return bayClass !== 'resident';
}
