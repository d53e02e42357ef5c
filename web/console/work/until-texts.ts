import type { InLanguages } from '../language.ts';
import type { UntilChoice } from './until.ts';

export const untilTexts: InLanguages<Readonly<Record<UntilChoice, string>>> = {
  ko: {
    hour: '1시간',
    hours4: '4시간',
    midnight: '오늘 자정까지',
    day: '24시간',
    week: '7일',
    month: '30일',
    year: '1년',
    ended: '끝낼 때까지',
  },
  en: {
    hour: '1 hour',
    hours4: '4 hours',
    midnight: 'Midnight today',
    day: '24 hours',
    week: '7 days',
    month: '30 days',
    year: 'A year',
    ended: 'Somebody ends it',
  },
};
