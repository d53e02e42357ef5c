/**
 * For whom a bay is marked. No schema library here: the driver's page imports this file.
 * Korean marking in field use: 일반, 장애인, 가족배려·여성우선, 경차, 전기차, 임산부, 노인, 거주자우선,
 * 정기권, 직원, 하역.
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
  'monthly',
  'staff',
  'loading',
] as const;

export type BayClass = (typeof BAY_CLASSES)[number];

/** Only a general bay may be counted for a driver of whom nothing is known. */
export function isOpenToAnyCar(bayClass: BayClass): boolean {
  return bayClass === 'general';
}

/**
 * Whose state may be seen bay by bay. A bay that one person has for themselves tells when that
 * person is at home or at work: it is in its lot's counts only.
 */
export function isShownSingly(bayClass: BayClass): boolean {
  return bayClass !== 'resident' && bayClass !== 'monthly' && bayClass !== 'staff';
}

interface StateCounts {
  readonly vacant: number;
  readonly occupied: number;
  readonly unknown: number;
}

/** Fewer private bays of one class in a lot are too few to hide among. */
export const PRIVATE_GROUP_BAYS = 10;
/** Counts of private bays are told in steps of this. */
const PRIVATE_STEP_BAYS = 5;

/**
 * A lot's count of one class as everybody may see it. Of private bays: nothing in a small group;
 * else vacant and occupied rounded down, so that never more is said than is true, and at most to
 * the last step that leaves one open: all of them may be away, and nobody can be sure that they are.
 * What is not told counts as unknown, so that the three still add up.
 */
export function publicCountOf(bayClass: BayClass, counts: StateCounts): StateCounts {
  const { vacant, occupied, unknown } = counts;
  if (isShownSingly(bayClass)) return { vacant, occupied, unknown };
  const all = vacant + occupied + unknown;
  if (all < PRIVATE_GROUP_BAYS) return { vacant: 0, occupied: 0, unknown: all };
  const most = stepDown(all - PRIVATE_STEP_BAYS);
  const said = {
    vacant: Math.min(stepDown(vacant), most),
    occupied: Math.min(stepDown(occupied), most),
  };
  return { ...said, unknown: all - said.vacant - said.occupied };
}

const stepDown = (count: number): number => count - (count % PRIVATE_STEP_BAYS);
