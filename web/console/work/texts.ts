import type { DriverTrait } from '#contract/driver.ts';
import type { Coupon } from '#contract/tariff.ts';
import type { InLanguages } from '../language.ts';
import type { WorkKind } from './kinds.ts';
import type { UntilChoice } from './until.ts';
import { untilTexts } from './until-texts.ts';

export interface WorkTexts {
  readonly title: string;
  readonly running: string;
  readonly nothing: string;
  readonly fresh: string;
  readonly kinds: Readonly<Record<WorkKind, string>>;
  readonly what: string;
  readonly lot: string;
  readonly bay: string;
  readonly state: string;
  readonly states: Readonly<Record<'vacant' | 'occupied', string>>;
  readonly until: string;
  readonly untils: Readonly<Record<UntilChoice, string>>;
  readonly day: string;
  readonly opens: string;
  readonly closes: string;
  readonly closedAllDay: string;
  readonly reason: string;
  readonly reasonHint: string;
  readonly isFree: string;
  readonly base: string;
  readonly baseMinutes: string;
  readonly add: string;
  readonly addMinutes: string;
  readonly cap: string;
  readonly freeMinutes: string;
  readonly discounts: string;
  readonly discountNo: (no: number) => string;
  readonly discountFor: string;
  readonly percentOff: string;
  readonly addDiscount: string;
  readonly traits: Readonly<Record<DriverTrait, string>>;
  readonly coupons: string;
  readonly couponNo: (no: number) => string;
  readonly couponKind: string;
  readonly couponKinds: Readonly<Record<Coupon['kind'], string>>;
  readonly minutesOff: string;
  readonly addCoupon: string;
  readonly remove: string;
  readonly removeWhat: (what: string) => string;
  readonly previewFor: string;
  readonly anyCar: string;
  readonly withCoupon: (price: string, withCoupon: string) => string;
  readonly notice: (language: string) => string;
  readonly preview: string;
  readonly stay: string;
  readonly before: string;
  readonly after: string;
  readonly unknownPrice: string;
  readonly free: string;
  readonly send: string;
  readonly sending: string;
  readonly done: (what: string) => string;
  readonly undo: string;
  readonly undone: string;
  readonly end: string;
  readonly endWhat: (what: string) => string;
  readonly from: (moment: string) => string;
  readonly untilMoment: (moment: string) => string;
  readonly untilEnded: string;
  readonly by: (author: string) => string;
  readonly refused: (detail: string) => string;
  readonly viewer: string;
  readonly missing: string;
  readonly saidBay: (bay: string) => string;
  readonly saidState: (bay: string, state: string) => string;
  readonly saidLot: (lot: string) => string;
  readonly saidHours: (lot: string, hours: string) => string;
  readonly saidTariff: (lot: string) => string;
  readonly saidNotice: (lot: string, notice: string) => string;
  readonly otherHours: string;
}

export const workTexts: InLanguages<WorkTexts> = {
  ko: {
    title: '작업',
    running: '지금 걸려 있는 작업',
    nothing: '걸려 있는 작업이 없습니다.',
    fresh: '새 작업',
    kinds: {
      bayOutOfService: '면 사용 중지',
      lotOutOfService: '주차장 사용 중지',
      bayState: '면 상태 바로잡기',
      lotHours: '하루 영업시간',
      lotTariff: '요금',
      lotNotice: '안내문',
    },
    what: '무엇을',
    lot: '주차장',
    bay: '면',
    state: '본 상태',
    states: { vacant: '비었음', occupied: '차 있음' },
    until: '언제까지',
    untils: untilTexts.ko,
    day: '날짜',
    opens: '여는 시각',
    closes: '닫는 시각',
    closedAllDay: '하루 종일 닫음',
    reason: '까닭',
    reasonHint: '다른 운영자가 봅니다. 운전자에게는 보이지 않습니다.',
    isFree: '무료',
    base: '기본 요금',
    baseMinutes: '기본 시간(분)',
    add: '추가 요금',
    addMinutes: '추가 단위(분)',
    cap: '하루 최대 요금 (없으면 비움)',
    freeMinutes: '무료 시간(분)',
    discounts: '할인 (가장 큰 하나만 적용)',
    discountNo: (no) => `할인 ${no}`,
    discountFor: '대상',
    percentOff: '할인(%)',
    addDiscount: '할인 더하기',
    traits: {
      compact: '경차',
      disabled: '장애인',
      ev: '전기차',
      lowEmission: '저공해차',
      manyChildren: '다자녀',
      pregnant: '임산부',
      senior: '어르신',
    },
    coupons: '쿠폰 (한 번에 하나만 적용)',
    couponNo: (no) => `쿠폰 ${no}`,
    couponKind: '종류',
    couponKinds: { minutes: '무료 시간', percent: '할인율' },
    minutesOff: '무료 시간(분)',
    addCoupon: '쿠폰 더하기',
    remove: '빼기',
    removeWhat: (what) => `${what} 빼기`,
    previewFor: '누구의 요금',
    anyCar: '모든 차',
    withCoupon: (price, withCoupon) => `${price} (쿠폰 ${withCoupon})`,
    notice: (language) => `안내문 (${language})`,
    preview: '주차 요금 미리 보기',
    stay: '주차 시간',
    before: '지금',
    after: '바꾼 뒤',
    unknownPrice: '모름',
    free: '무료',
    send: '적용',
    sending: '적용하는 중',
    done: (what) => `적용했습니다: ${what}`,
    undo: '되돌리기',
    undone: '되돌렸습니다.',
    end: '끝내기',
    endWhat: (what) => `끝내기: ${what}`,
    from: (moment) => `${moment}부터`,
    untilMoment: (moment) => `${moment}까지`,
    untilEnded: '끝낼 때까지',
    by: (author) => author,
    refused: (detail) => `적용되지 않았습니다: ${detail}`,
    viewer: '열람자는 볼 수만 있습니다.',
    missing: '빠진 칸이 있습니다.',
    saidBay: (bay) => `${bay} 사용 중지`,
    saidState: (bay, state) => `${bay}: ${state}`,
    saidLot: (lot) => `${lot} 사용 중지`,
    saidHours: (lot, hours) => `${lot} 영업시간 ${hours}`,
    saidTariff: (lot) => `${lot} 요금`,
    saidNotice: (lot, notice) => `${lot} 안내문 “${notice}”`,
    otherHours: '다름',
  },
  en: {
    title: 'Work',
    running: 'What holds now',
    nothing: 'Nothing is laid over the site.',
    fresh: 'New work',
    kinds: {
      bayOutOfService: 'Take a bay out of service',
      lotOutOfService: 'Take a lot out of service',
      bayState: "Correct a bay's state",
      lotHours: 'Hours of one day',
      lotTariff: 'Tariff',
      lotNotice: 'Notice',
    },
    what: 'What',
    lot: 'Lot',
    bay: 'Bay',
    state: 'State that I saw',
    states: { vacant: 'Free', occupied: 'Occupied' },
    until: 'Until',
    untils: untilTexts.en,
    day: 'Day',
    opens: 'Opens',
    closes: 'Closes',
    closedAllDay: 'Closed all day',
    reason: 'Reason',
    reasonHint: 'For other operators; drivers do not see it.',
    isFree: 'Free of charge',
    base: 'Base price',
    baseMinutes: 'Base minutes',
    add: 'Added price',
    addMinutes: 'Added minutes',
    cap: 'Most for a day (empty: none)',
    freeMinutes: 'Free minutes',
    discounts: 'Discounts (the best one counts)',
    discountNo: (no) => `Discount ${no}`,
    discountFor: 'For',
    percentOff: 'Percent off',
    addDiscount: 'Add a discount',
    traits: {
      compact: 'Compact car',
      disabled: 'Disabled permit',
      ev: 'Electric car',
      lowEmission: 'Low-emission car',
      manyChildren: 'Many children',
      pregnant: 'Expecting',
      senior: 'Senior',
    },
    coupons: 'Coupons (one a stay)',
    couponNo: (no) => `Coupon ${no}`,
    couponKind: 'Kind',
    couponKinds: { minutes: 'Free minutes', percent: 'Percent off' },
    minutesOff: 'Minutes not counted',
    addCoupon: 'Add a coupon',
    remove: 'Remove',
    removeWhat: (what) => `Remove ${what.toLowerCase()}`,
    previewFor: 'Prices for',
    anyCar: 'Any car',
    withCoupon: (price, withCoupon) => `${price} (coupon ${withCoupon})`,
    notice: (language) => `Notice (${language})`,
    preview: 'What stays cost',
    stay: 'Stay',
    before: 'Now',
    after: 'Then',
    unknownPrice: 'Not known',
    free: 'Free',
    send: 'Apply',
    sending: 'Applying',
    done: (what) => `Applied: ${what}`,
    undo: 'Undo',
    undone: 'Undone.',
    end: 'End',
    endWhat: (what) => `End ${what}`,
    from: (moment) => `from ${moment}`,
    untilMoment: (moment) => `until ${moment}`,
    untilEnded: 'until somebody ends it',
    by: (author) => `by ${author}`,
    refused: (detail) => `It was not applied: ${detail}`,
    viewer: 'A viewer may look, and change nothing.',
    missing: 'Something is missing.',
    saidBay: (bay) => `${bay} out of service`,
    saidState: (bay, state) => `${bay} taken for ${state.toLowerCase()}`,
    saidLot: (lot) => `${lot} out of service`,
    saidHours: (lot, hours) => `${lot} open ${hours}`,
    saidTariff: (lot) => `${lot} by another tariff`,
    saidNotice: (lot, notice) => `${lot} with the notice “${notice}”`,
    otherHours: 'by other hours',
  },
};
