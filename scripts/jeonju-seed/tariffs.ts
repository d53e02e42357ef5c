import type * as z from 'zod';
import type { HoursSchema, TariffSchema } from '#contract/site-plan.ts';
import type { MunicipalLotRow } from './sources.ts';

export type TariffJson = z.infer<typeof TariffSchema>;
export type HoursJson = z.infer<typeof HoursSchema>;

/** The city's half price, from its parking ordinance; the best one counts. */
const CITY_DISCOUNTS: NonNullable<Extract<TariffJson, { kind: 'charged' }>['discounts']> = [
  { for: 'compact', percent: 50 },
  { for: 'disabled', percent: 50 },
  { for: 'lowEmission', percent: 50 },
  { for: 'manyChildren', percent: 50 },
];
const DAY_MINUTES = 24 * 60;

/** The tariff as the source has it; a price with no time is one for the day. */
export function tariffOf(row: MunicipalLotRow): TariffJson {
  if (row.free) return { kind: 'free' };
  const dayCapMinor = Number(row.dayMaxKrw);
  if (row.baseMin === '') {
    return {
      kind: 'charged',
      baseMinutes: DAY_MINUTES,
      baseMinor: Number(row.baseKrw),
      addMinutes: DAY_MINUTES,
      addMinor: Number(row.baseKrw),
      dayCapMinor,
      discounts: CITY_DISCOUNTS,
    };
  }
  return {
    kind: 'charged',
    baseMinutes: Number(row.baseMin),
    baseMinor: Number(row.baseKrw),
    addMinutes: Number(row.addMin),
    addMinor: Number(row.addKrw),
    dayCapMinor,
    discounts: CITY_DISCOUNTS,
  };
}

/** The city opens its lots without charge at the two great holidays. */
export const CITY_DATES = (['설날', '추석'] as const).map((holiday) => ({
  holiday,
  rule: 'openFree' as const,
  reason:
    holiday === '설날'
      ? { ko: '설 연휴 무료 개방', en: 'Free over Lunar New Year' }
      : { ko: '추석 연휴 무료 개방', en: 'Free over Chuseok' },
}));

const SPAN = /^(\d\d:\d\d)~(\d\d:\d\d)$/;

/** "24시간" is round the clock; the other texts are one span, published without the kind of day. */
export function chargedHoursOf(hours: string): HoursJson {
  if (hours === '24시간') return 'always';
  const [, from, to] = SPAN.exec(hours) ?? [];
  if (from === undefined || to === undefined) throw new Error(`hours "${hours}" are not known`);
  return dailyHours(from, to);
}

export function dailyHours(from: string, to: string): HoursJson {
  const span = [{ from, to }];
  return { weekday: span, saturday: span, sunday: span, holiday: span };
}
