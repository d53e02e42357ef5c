import type { InLanguages } from '../language.ts';

export interface HeatTexts {
  readonly title: string;
  readonly about: (lot: string) => string;
  readonly coverage: (share: string) => string;
  readonly cell: (share: string, coverage: string) => string;
  readonly unknown: string;
  readonly outside: string;
  readonly foot: string;
  readonly legend: string;
  readonly table: string;
  readonly weekday: string;
  readonly hour: string;
  readonly hours: (hour: number) => string;
}

export const heatTexts: InLanguages<HeatTexts> = {
  ko: {
    title: '요일과 시간',
    about: (lot) => `${lot}, 요일과 시간마다 점유율(%)`,
    coverage: (share) => `관측률 ${share}`,
    cell: (share, coverage) => `점유율 ${share}, 관측률 ${coverage}`,
    unknown: '관측 없음',
    outside: '이 기간에 없는 시간',
    foot: '밑줄의 빗금 = 관측하지 못한 몫',
    legend: '점유율 색',
    table: '요일과 시간을 표로 보기',
    weekday: '요일',
    hour: '시',
    hours: (hour) => `${hour}시`,
  },
  en: {
    title: 'Weekday and hour',
    about: (lot) => `${lot}: occupancy in % by weekday and hour`,
    coverage: (share) => `${share} of it observed`,
    cell: (share, coverage) => `${share} occupied, ${coverage} observed`,
    unknown: 'Not observed',
    outside: 'No such hour in this range',
    foot: 'Hatched foot: the part not observed',
    legend: 'Shades of occupancy',
    table: 'Weekday and hour as a table',
    weekday: 'Weekday',
    hour: 'Hour',
    hours: (hour) => `${hour}:00`,
  },
};
