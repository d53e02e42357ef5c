import type { InLanguages } from '../language.ts';
import type { Comparison, DayChoice, RangeName } from './range.ts';

export interface PastTexts {
  readonly history: string;
  readonly day: string;
  readonly stays: string;
  readonly lot: string;
  readonly everyLot: string;
  readonly range: string;
  readonly ranges: Readonly<Record<RangeName, string>>;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly days: string;
  /** `weekdays`: their short names, Monday first. */
  readonly dayChoices: (days: DayChoice, weekdays: readonly string[]) => string;
  readonly compare: string;
  readonly comparisons: Readonly<Record<Comparison, string>>;
  readonly occupancy: string;
  readonly chart: (from: string, to: string, most: string, gaps: number) => string;
  readonly thisRange: string;
  readonly otherRange: string;
  readonly table: string;
  readonly csv: string;
  readonly time: string;
  readonly coverage: string;
  readonly arrivals: string;
  readonly departures: string;
  readonly noData: string;
  readonly private: string;
  readonly date: string;
  readonly bays: string;
  readonly rows: (lot: string, day: string, count: number) => string;
  readonly legend: string;
  readonly bay: string;
  readonly staysOf: string;
  readonly still: string;
  readonly noStays: string;
  readonly limit: string;
  readonly hours: (count: number) => string;
  readonly tooLong: string;
  readonly nobody: string;
  readonly standsSince: string;
  readonly standsFor: string;
  readonly advice: string;
  readonly doubt: string;
}

export const pastTexts: InLanguages<PastTexts> = {
  ko: {
    history: '이력',
    day: '하루 보기',
    stays: '오래 선 차',
    lot: '주차장',
    everyLot: '맡은 주차장 모두',
    range: '기간',
    ranges: {
      today: '오늘',
      yesterday: '어제',
      '7d': '7일',
      '30d': '30일',
      '365d': '1년',
      free: '직접 고름',
    },
    firstDay: '첫날',
    lastDay: '끝날',
    days: '요일',
    dayChoices: (days, weekdays) =>
      dayName(days, weekdays, { all: '매일', market: '장날', week: '월–금', weekend: '토·일' }),
    compare: '견주기',
    comparisons: { none: '안 함', before: '바로 앞 기간', week: '같은 요일' },
    occupancy: '점유율',
    chart: (from, to, most, gaps) =>
      `${from}부터 ${to}까지 점유율, 가장 높을 때 ${most}, 데이터 없는 구간 ${gaps}`,
    thisRange: '이 기간',
    otherRange: '견준 기간',
    table: '표로 보기',
    csv: 'CSV로 받기',
    time: '시각',
    coverage: '관측률',
    arrivals: '들어옴',
    departures: '나감',
    noData: '데이터 없음',
    private: '열람자에게는 개인 면을 뺀 값입니다.',
    date: '날짜',
    bays: '면마다 한 줄',
    rows: (lot, day, count) => `${lot}의 ${day}, 면 ${count}줄; 아래 표에 같은 내용이 있습니다`,
    legend: '파랑 = 한 대가 서 있던 시간 · 빗금 = 관측 없음 · 빨강 = 24시간 넘게 섬',
    bay: '면',
    staysOf: '서 있던 시간',
    still: '아직 서 있음',
    noStays: '없음',
    limit: '이보다 오래',
    hours: (count) => `${count}시간`,
    tooLong: '지금 오래 서 있는 차',
    nobody: '그보다 오래 선 차가 없습니다.',
    standsSince: '언제부터',
    standsFor: '얼마나',
    advice: '알림일 뿐이며 단속 근거가 아닙니다. 센서가 틀렸을 수도 있으니 가서 보세요.',
    doubt: '센서를 의심하세요',
  },
  en: {
    history: 'History',
    day: "A bay's day",
    stays: 'Long stays',
    lot: 'Lot',
    everyLot: 'All of mine',
    range: 'Range',
    ranges: {
      today: 'Today',
      yesterday: 'Yesterday',
      '7d': '7 days',
      '30d': '30 days',
      '365d': 'A year',
      free: 'From day to day',
    },
    firstDay: 'First day',
    lastDay: 'Last day',
    days: 'Days',
    dayChoices: (days, weekdays) =>
      dayName(days, weekdays, {
        all: 'Every day',
        market: 'Market days',
        week: 'Mon–Fri',
        weekend: 'Sat and Sun',
      }),
    compare: 'Compare',
    comparisons: { none: 'With nothing', before: 'The range before', week: 'The same weekdays' },
    occupancy: 'Occupancy',
    chart: (from, to, most, gaps) =>
      `Occupancy from ${from} to ${to}, at most ${most}, ${gaps} intervals without data`,
    thisRange: 'This range',
    otherRange: 'Compared',
    table: 'As a table',
    csv: 'As CSV',
    time: 'Time',
    coverage: 'Coverage',
    arrivals: 'Arrivals',
    departures: 'Departures',
    noData: 'No data',
    private: 'Without private bays, for viewers.',
    date: 'Day',
    bays: 'A row for each bay',
    rows: (lot, day, count) =>
      `${lot} on ${day}, ${count} bays as rows; the table below says the same`,
    legend: 'Blue: a car stands · hatched: not observed · red: for more than 24 h',
    bay: 'Bay',
    staysOf: 'Cars stood',
    still: 'still stands',
    noStays: 'none',
    limit: 'Longer than',
    hours: (count) => `${count} h`,
    tooLong: 'Cars that stand too long now',
    nobody: 'No car stands longer than that.',
    standsSince: 'Since',
    standsFor: 'For',
    advice: 'This is advice and never a ticket: the sensor may be wrong. Go and look.',
    doubt: 'Doubt the sensor',
  },
};

const WEEKDAYS: readonly DayChoice[] = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'];

function dayName(
  days: DayChoice,
  weekdays: readonly string[],
  names: Readonly<Record<'all' | 'market' | 'week' | 'weekend', string>>,
): string {
  if (days === '') return names.all;
  if (days === 'market') return names.market;
  if (days === 'sat,sun') return names.weekend;
  return weekdays[WEEKDAYS.indexOf(days)] ?? names.week;
}
