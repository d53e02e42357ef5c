import { describe, expect, test } from 'vitest';
import type { Hours } from '#contract/hours.ts';
import { de } from '#web/text/de.ts';
import { en } from '#web/text/en.ts';
import { formatFor } from '#web/text/format.ts';
import { hoursText } from '#web/text/hours-text.ts';
import { ko } from '#web/text/ko.ts';
import { languages, localText } from '#web/text/language.ts';

const keysOf = (value: object, prefix = ''): string[] =>
  Object.entries(value).flatMap(([key, each]: [string, unknown]) =>
    typeof each === 'object' && each !== null
      ? keysOf(each, `${prefix}${key}.`)
      : [`${prefix}${key}`],
  );

test('every language has the same texts, and none is empty', () => {
  const expected = keysOf(ko).toSorted();
  for (const texts of [en, de]) expect(keysOf(texts).toSorted()).toEqual(expected);
  const flat = (value: object): unknown[] =>
    Object.values(value).flatMap((each: unknown) =>
      typeof each === 'object' && each !== null ? flat(each) : [each],
    );
  for (const texts of [ko, en, de]) for (const text of flat(texts)) expect(text).not.toBe('');
  expect(languages[0]).toBe('ko');
});

describe('money', () => {
  test.each([
    ['ko', 'KRW', 1_800, '1,800원'],
    ['en', 'KRW', 1_800, '₩1,800'],
    ['de', 'EUR', 250, '2,50 €'],
    ['en', 'EUR', 250, '€2.50'],
    ['ko', 'JPY', 500, '¥500'],
  ])('in %s, %i minor units of %s', (language, currency, minor, text) => {
    const format = formatFor(language, { currency, timeZone: 'Asia/Seoul' }, ko);
    expect(format.money(minor).replaceAll('\u00a0', ' ')).toBe(text);
  });
});

describe('an age', () => {
  test.each([
    [0, '방금', 'just now', 'gerade eben'],
    [8_400, '8초 전', '8 seconds ago', 'vor 8 Sekunden'],
    [59_999, '59초 전', '59 seconds ago', 'vor 59 Sekunden'],
    [60_000, '1분 전', '1 minute ago', 'vor 1 Minute'],
    [14 * 60_000, '14분 전', '14 minutes ago', 'vor 14 Minuten'],
    [3 * 3_600_000, '3시간 전', '3 hours ago', 'vor 3 Stunden'],
    [49 * 3_600_000, '2일 전', '2 days ago', 'vor 2 Tagen'],
  ])('of %i ms', (ms, korean, english, german) => {
    const site = { currency: 'KRW', timeZone: 'Asia/Seoul' };
    expect(formatFor('ko', site, ko).age(ms)).toBe(korean);
    expect(formatFor('en', site, en).age(ms)).toBe(english);
    expect(formatFor('de', site, de).age(ms)).toBe(german);
  });
});

test('the time of day is the site’s own, in 24 hours, in every language', () => {
  const at = Date.parse('2026-11-23T05:05:09Z');
  for (const [language, texts] of Object.entries({ ko, en, de })) {
    const format = formatFor(language, { currency: 'KRW', timeZone: 'Asia/Seoul' }, texts);
    expect(format.clock(at)).toBe('14:05');
    expect(format.clock(at, true)).toBe('14:05:09');
  }
});

test('hours say equal days together and days without hours as such', () => {
  const span = [{ from: '08:00', to: '19:00' }];
  const daily: Hours = { weekday: span, saturday: span, sunday: span, holiday: span };
  expect(hoursText('always', ko)).toBe('24시간');
  expect(hoursText(daily, en)).toBe('Daily 08:00–19:00');
  expect(hoursText({ ...daily, sunday: [], holiday: [] }, ko)).toBe(
    '평일·토 08:00–19:00, 일·공휴일 없음',
  );
});

test('a name is taken in the page’s language, else in the site’s first, and says which', () => {
  const name = { ko: '남부시장', en: 'Nambu Market' };
  expect(localText(name, 'en', ['ko', 'en'])).toEqual({ text: 'Nambu Market', lang: undefined });
  expect(localText(name, 'de', ['ko', 'en'])).toEqual({ text: '남부시장', lang: 'ko' });
  expect(localText({ ja: '市場' }, 'de', ['ko'])).toEqual({ text: '市場', lang: 'ja' });
});
