import { expect, test } from 'vitest';
import { consoleFormatFor } from '#web/console/format.ts';
import { frameTexts } from '#web/console/frame/texts.ts';
import { CONSOLE_PAGES } from '#api/http/console-routes.ts';
import { hrefOf, pageAt, PAGES } from '#web/console/frame/pages.ts';

const site = { currency: 'KRW', timeZone: 'Asia/Seoul', languages: ['ko'] };

test.each([
  [8_400, '8초', '8 s'],
  [8 * 60_000, '8분', '8 min'],
  [95 * 60_000, '1시간 35분', '1 h 35 min'],
  [26 * 3_600_000, '26시간', '26 h'],
  [75 * 3_600_000, '3일 3시간', '3 d 3 h'],
  [-5, '0초', '0 s'],
])('%i ms are as long as a person says', (ms, korean, english) => {
  expect(consoleFormatFor('ko', site, frameTexts.ko).duration(ms)).toBe(korean);
  expect(consoleFormatFor('en', site, frameTexts.en).duration(ms)).toBe(english);
});

test('the server gives a document for each page of the navigation, and for no other', () => {
  expect(CONSOLE_PAGES.map((page) => `/console/${page}`).toSorted()).toEqual(
    PAGES.filter((page) => page !== 'now')
      .map(hrefOf)
      .toSorted(),
  );
  for (const page of PAGES) expect(pageAt(hrefOf(page))).toBe(page);
  expect(pageAt('/console/nothing')).toBeUndefined();
});
