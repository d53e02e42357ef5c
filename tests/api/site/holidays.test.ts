import { describe, expect, test } from 'vitest';
import { holidaysAround, holidaysBeside } from '#api/site/holidays.ts';

const korea = { holidayRegion: 'KR-45', timeZone: 'Asia/Seoul' };
const namesIn = (year: number, name: RegExp) =>
  holidaysAround(Date.parse(`${year}-06-01T00:00Z`), korea)
    .filter((day) => day.date.startsWith(`${year}`) && name.test(day.name))
    .map(({ date }) => date.slice(5));

describe('public holidays', () => {
  // As the government published them (대한민국 관공서의 공휴일).
  test.each([
    [2024, /^설날$/, ['02-09', '02-10', '02-11']],
    [2025, /^설날$/, ['01-28', '01-29', '01-30']],
    [2026, /^설날$/, ['02-16', '02-17', '02-18']],
    [2024, /^추석$/, ['09-16', '09-17', '09-18']],
    [2025, /^추석/, ['10-05', '10-06', '10-07', '10-08']],
    [2026, /^추석$/, ['09-24', '09-25', '09-26']],
    [2026, /^3·1절/, ['03-01', '03-02']],
    [2026, /^기독탄신일$/, ['12-25']],
  ])('of Korea in %i by the name %s', (year, name, dates) => {
    expect(namesIn(year, name)).toEqual(dates);
  });

  test('are those of last year to the next but one, in order, each once', () => {
    const dates = holidaysAround(Date.parse('2026-12-31T15:30Z'), korea).map(({ date }) => date);
    expect(dates[0]).toMatch(/^2026-/);
    expect(dates.at(-1)).toMatch(/^2029-/);
    expect(dates).toEqual(dates.toSorted());
  });

  test('beside an instant are those around it whose year is near, over New Year both', () => {
    const ofYears = (at: string, years: readonly string[]) =>
      holidaysAround(Date.parse(at), korea).filter(({ date }) => years.includes(date.slice(0, 4)));
    for (const [at, years] of [
      ['2026-11-28T00:00Z', ['2026']],
      ['2026-12-30T23:00Z', ['2026', '2027']],
      ['2027-01-01T00:00Z', ['2026', '2027']],
    ] as const) {
      expect(holidaysBeside(Date.parse(at), korea)).toEqual(ofYears(at, years));
    }
  });

  test('are those of the part of a country', () => {
    const german = (holidayRegion: string) =>
      holidaysAround(Date.parse('2026-06-01T00:00Z'), { holidayRegion, timeZone: 'Europe/Berlin' })
        .map(({ date }) => date)
        .filter((date) => date === '2026-01-06');
    expect(german('DE-BW')).toHaveLength(1);
    expect(german('DE-BE')).toHaveLength(0);
  });

  test('are mended by the site file', () => {
    const own = {
      ...korea,
      moreHolidays: [{ date: '2026-06-03', name: '지방선거' }],
      noHolidays: ['2026-12-25'],
    };
    const dates = holidaysAround(Date.parse('2026-06-01T00:00Z'), own).map(({ date }) => date);
    expect(dates).toContain('2026-06-03');
    expect(dates).not.toContain('2026-12-25');
    expect(dates).toContain('2027-12-25');
  });
});
