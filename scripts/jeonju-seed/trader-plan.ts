import type { Position } from '#contract/geo.ts';
import type { HoursJson, TariffJson } from './tariffs.ts';
import { dailyHours } from './tariffs.ts';

/** How a trader-run lot is shown: its place is set beside its market by hand, so approximate. */
export interface TraderPlan {
  /** As trader-lots.csv names it. */
  readonly nameKo: string;
  readonly id: string;
  readonly shownKo: string;
  readonly en: string;
  readonly operatorKo: string;
  readonly operatorEn: string;
  readonly addressKo?: string;
  readonly addressEn?: string;
  readonly position: Position;
  readonly tariff: TariffJson;
  readonly chargedHours: HoursJson;
  readonly paymentKo?: string;
  readonly paymentEn?: string;
  readonly noticeKo?: string;
  readonly noticeEn?: string;
}

export const TRADER_PLANS: readonly TraderPlan[] = [
  {
    nameKo: '남부시장 천변 주차장',
    id: 'nambu-riverside',
    shownKo: '남부시장 천변 주차장',
    en: 'Nambu Market Riverside Parking',
    operatorKo: '남부시장 상인회',
    operatorEn: 'Nambu Market traders’ association',
    position: [127.14702, 35.8111],
    tariff: {
      kind: 'charged',
      baseMinutes: 60,
      baseMinor: 1_200,
      addMinutes: 60,
      addMinor: 1_200,
      dayCapMinor: 6_000,
      coupons: [{ kind: 'minutes', minutes: 60 }],
    },
    chargedHours: 'always',
    paymentKo: '시장 이용 쿠폰: 1시간 무료',
    paymentEn: 'Market coupon: 1 hour free',
  },
  {
    nameKo: '신중앙시장 주차장 (태평4길 18, 3 floors)',
    id: 'sinjungang-parking',
    shownKo: '신중앙시장 주차장',
    en: 'Sinjungang Market Parking',
    operatorKo: '신중앙시장 상인회',
    operatorEn: 'Sinjungang Market traders’ association',
    addressKo: '전북특별자치도 전주시 완산구 태평4길 18',
    addressEn: '18 Taepyeong 4-gil, Wansan-gu, Jeonju',
    position: [127.14295, 35.8247],
    tariff: {
      kind: 'charged',
      baseMinutes: 60,
      baseMinor: 500,
      addMinutes: 60,
      addMinor: 500,
    },
    chargedHours: 'always',
    paymentKo: '상점 이용 쿠폰',
    paymentEn: 'Shop coupon',
  },
  {
    nameKo: '모래내시장 주차장',
    id: 'moraenae-parking',
    shownKo: '모래내시장 주차장',
    en: 'Moraenae Market Parking',
    operatorKo: '모래내시장 상인회',
    operatorEn: 'Moraenae Market traders’ association',
    position: [127.14445, 35.83315],
    tariff: { kind: 'unknown' },
    chargedHours: 'always',
    noticeKo: '월 정기권 차량은 09–17시에 이용할 수 없습니다',
    noticeEn: 'Monthly permit holders may not park from 09:00 to 17:00',
  },
  {
    nameKo: '서부시장 주차장 (효동2길 26, 3 storeys)',
    id: 'seobu-parking',
    shownKo: '서부시장 주차장',
    en: 'Seobu Market Parking',
    operatorKo: '서부시장 상인회',
    operatorEn: 'Seobu Market traders’ association',
    addressKo: '전북특별자치도 전주시 완산구 효동2길 26',
    addressEn: '26 Hyodong 2-gil, Wansan-gu, Jeonju',
    position: [127.12715, 35.80545],
    tariff: {
      kind: 'charged',
      baseMinutes: 30,
      baseMinor: 500,
      addMinutes: 30,
      addMinor: 500,
      dayCapMinor: 6_000,
      freeMinutes: 15,
      coupons: [{ kind: 'minutes', minutes: 60 }],
    },
    chargedHours: dailyHours('08:00', '19:00'),
    paymentKo: '시장 이용 쿠폰: 1시간 무료',
    paymentEn: 'Market coupon: 1 hour free',
  },
];
