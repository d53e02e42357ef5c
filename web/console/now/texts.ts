import type { UnknownCause } from '#contract/unknown-cause.ts';
import type { InLanguages } from '../language.ts';

export interface NowTexts {
  readonly title: string;
  readonly lots: string;
  readonly lot: string;
  readonly occupied: string;
  readonly pressure: string;
  readonly curve: string;
  readonly unknown: string;
  readonly coverage: string;
  readonly note: string;
  readonly observed: (share: string) => string;
  readonly full: (duration: string) => string;
  readonly isFull: string;
  readonly outOfService: string;
  readonly closedBays: (count: number) => string;
  readonly bareLots: (count: number) => string;
  readonly counted: string;
  readonly noLots: string;
  readonly why: string;
  readonly nothingUnknown: string;
  readonly bays: (count: number) => string;
  readonly causes: Readonly<Record<Exclude<UnknownCause, 'sensor'>, (where: string) => string>>;
  readonly since: (moment: string) => string;
  readonly which: string;
  readonly look: string;
  readonly lookAt: (what: string) => string;
  readonly alarms: string;
  readonly noAlarms: string;
  readonly critical: (count: number) => string;
  readonly warning: (count: number) => string;
  readonly toAlarms: string;
  readonly curveOf: (lot: string, from: string, to: string, most: string, hours: number) => string;
  readonly noCurve: string;
}

export const nowTexts: InLanguages<NowTexts> = {
  ko: {
    title: '지금',
    lots: '주차장 · 붐비는 순',
    lot: '주차장',
    occupied: '점유 / 면',
    pressure: '점유율',
    curve: '24시간',
    unknown: '확인 안 됨',
    coverage: '관측률',
    note: '알림',
    observed: (share) => `관측 ${share}`,
    full: (duration) => `만차 ${duration}`,
    isFull: '만차',
    outOfService: '사용 중지',
    closedBays: (count) => `${count}면 사용 중지`,
    bareLots: (count) => `센서가 없는 주차장 ${count}곳`,
    counted: '계수기로 셈',
    noLots: '맡은 주차장이 없습니다.',
    why: '확인 안 된 면과 까닭',
    nothingUnknown: '모든 면이 확인되고 있습니다.',
    bays: (count) => `${count}면`,
    causes: {
      broker: () => '서버가 브로커와 끊겨 아무 소식도 듣지 못함',
      gateway: (where) => `게이트웨이 ${where}가 조용함`,
      line: (where) => `선 ${where} 전체가 조용함`,
      waiting: () => '아직 관측되지 않음',
    },
    since: (moment) => `${moment}부터`,
    which: '어느 면',
    look: '센서 보기',
    lookAt: (what) => `센서 보기: ${what}`,
    alarms: '경보',
    noAlarms: '경보가 없습니다.',
    critical: (count) => `심각 ${count}건`,
    warning: (count) => `주의 ${count}건`,
    toAlarms: '경보 보기',
    curveOf: (lot, from, to, most, hours) =>
      `${lot}: ${from}부터 ${to}까지 점유율, 가장 높을 때 ${most}, 관측 없는 시간 ${hours}`,
    noCurve: '이력 없음',
  },
  en: {
    title: 'Now',
    lots: 'Lots, the fullest first',
    lot: 'Lot',
    occupied: 'Occupied / bays',
    pressure: 'Occupancy',
    curve: '24 hours',
    unknown: 'Unknown',
    coverage: 'Coverage',
    note: 'Notice',
    observed: (share) => `${share} observed`,
    full: (duration) => `Full for ${duration}`,
    isFull: 'Full',
    outOfService: 'Out of service',
    closedBays: (count) => (count === 1 ? '1 bay out of service' : `${count} bays out of service`),
    bareLots: (count) => (count === 1 ? '1 lot without sensors' : `${count} lots without sensors`),
    counted: 'By a counter',
    noLots: 'No lot is yours.',
    why: 'What is unknown, and why',
    nothingUnknown: 'Every bay is known.',
    bays: (count) => (count === 1 ? '1 bay' : `${count} bays`),
    causes: {
      broker: () => 'the server is cut off from the broker and hears nobody',
      gateway: (where) => `gateway ${where} is silent`,
      line: (where) => `all of line ${where} is silent`,
      waiting: () => 'not observed yet',
    },
    since: (moment) => `since ${moment}`,
    which: 'Which bays',
    look: 'See sensors',
    lookAt: (what) => `See sensors: ${what}`,
    alarms: 'Alarms',
    noAlarms: 'There is no alarm.',
    critical: (count) => `${count} critical`,
    warning: (count) => `${count} warning`,
    toAlarms: 'See alarms',
    curveOf: (lot, from, to, most, hours) =>
      `${lot}: occupancy from ${from} to ${to}, at most ${most}, ${hours} hours not observed`,
    noCurve: 'No history',
  },
};
