import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HAND_OFF_APPS } from '#contract/hand-off.ts';
import { appLinksOf, destinationOf, linkOf } from '#web/handoff/link.ts';
import type { Opener } from '#web/handoff/link.ts';
import { platformOf } from '#web/handoff/platform.ts';
import type { Platform } from '#web/handoff/platform.ts';
import { aLot } from './lot-answers.ts';

const HERE: [number, number] = [127.1475, 35.8127];
const PAGE = 'https://parking.example/m/nambu';
const on = (system: Platform['system'], inApp = false): Opener => ({
  platform: { system, inApp },
  pageUrl: PAGE,
});
const android = on('android');
const iphone = on('apple');
const desk = on('other');
const inKakaoTalk = on('android', true);
const server: Opener = { platform: undefined, pageUrl: '' };
const NAVER_END =
  '#Intent;scheme=nmap;action=android.intent.action.VIEW;category=android.intent.category.BROWSABLE;package=com.nhn.android.nmap;end';

describe('a link, byte by byte,', () => {
  test.each([
    ['kakao', desk, 'https://map.kakao.com/link/to/N,35.8127,127.1475'],
    ['kakao', android, 'https://map.kakao.com/link/to/N,35.8127,127.1475'],
    [
      'naver',
      android,
      `intent://navigation?dlat=35.8127&dlng=127.1475&dname=N&appname=https%3A%2F%2Fparking.example%2Fm%2Fnambu${NAVER_END}`,
    ],
    [
      'naver',
      iphone,
      'nmap://navigation?dlat=35.8127&dlng=127.1475&dname=N&appname=https%3A%2F%2Fparking.example%2Fm%2Fnambu',
    ],
    ['naver', desk, 'https://map.naver.com/p/search/N'],
    ['naver', inKakaoTalk, 'https://map.naver.com/p/search/N'],
    ['naver', server, 'https://map.naver.com/p/search/N'],
    ['tmap', android, 'tmap://route?goalname=N&goalx=127.1475&goaly=35.8127'],
    ['tmap', iphone, 'tmap://route?goalname=N&goalx=127.1475&goaly=35.8127'],
    ['tmap', desk, undefined],
    ['tmap', inKakaoTalk, undefined],
    [
      'google',
      desk,
      'https://www.google.com/maps/dir/?api=1&destination=35.8127,127.1475&travelmode=driving',
    ],
    ['apple', iphone, 'https://maps.apple.com/?daddr=35.8127,127.1475&dirflg=d'],
    ['geo', android, 'geo:35.8127,127.1475?q=35.8127,127.1475(N)'],
    ['geo', iphone, undefined],
    ['geo', inKakaoTalk, undefined],
  ] as const)('to %s from %j', (app, opener, link) => {
    expect(linkOf(app, { name: 'N', position: HERE }, opener)).toBe(link);
  });

  test.each([
    ['kakao', 'https://map.kakao.com/link/search/N'],
    ['naver', 'https://map.naver.com/p/search/N'],
    ['tmap', undefined],
    ['google', 'https://www.google.com/maps/search/?api=1&query=N'],
    ['apple', 'https://maps.apple.com/?q=N'],
    ['geo', 'geo:0,0?q=N'],
  ] as const)('to %s searches the name where the place is not sure', (app, link) => {
    expect(linkOf(app, { name: 'N', position: undefined }, android)).toBe(link);
  });

  test.each([
    ['남부시장 천변', '%EB%82%A8%EB%B6%80%EC%8B%9C%EC%9E%A5%20%EC%B2%9C%EB%B3%80'],
    ['A & B / 50 %', 'A%20%26%20B%20%2F%2050%20%25'],
    ['"quoted", ‘so’', '%22quoted%22%2C%20%E2%80%98so%E2%80%99'],
    ["it's; #Intent;end", "it's%3B%20%23Intent%3Bend"],
    ['🅿️ #1?', '%F0%9F%85%BF%EF%B8%8F%20%231%3F'],
    ['half \ud83c pair', 'half%20%20pair'],
  ])('carries the name %s whole', (name, encoded) => {
    const there = { name, position: HERE };
    expect(linkOf('kakao', there, desk)).toBe(
      `https://map.kakao.com/link/to/${encoded},35.8127,127.1475`,
    );
    expect(linkOf('tmap', there, android)).toBe(
      `tmap://route?goalname=${encoded}&goalx=127.1475&goaly=35.8127`,
    );
    expect(linkOf('naver', there, iphone)).toContain(`&dname=${encoded}&appname=`);
  });

  test('to a geo: app keeps brackets in the name', () => {
    expect(linkOf('geo', { name: '주차장 (북)', position: HERE }, android)).toBe(
      'geo:35.8127,127.1475?q=35.8127,127.1475(%EC%A3%BC%EC%B0%A8%EC%9E%A5%20%28%EB%B6%81%29)',
    );
  });

  test('to Naver’s app goes only where its map is', () => {
    const freiburg = { name: 'N', position: [7.85, 48] as [number, number] };
    expect(linkOf('naver', freiburg, iphone)).toBe('https://map.naver.com/p/search/N');
  });

  test('is an address for every name, and an https one where nothing else is safe', () => {
    const name = fc.string({ unit: 'binary' });
    const opener = fc.constantFrom(android, iphone, desk, inKakaoTalk, server);
    const app = fc.constantFrom(...HAND_OFF_APPS);
    fc.assert(
      fc.property(name, app, fc.boolean(), opener, (text, app, sure, from) => {
        const link = linkOf(app, { name: text, position: sure ? HERE : undefined }, from);
        if (link === undefined) return;
        const { protocol } = new URL(link);
        const https = from === desk || from === server || from === inKakaoTalk;
        expect(https ? protocol : 'https:').toBe('https:');
        expect(link).not.toMatch(/[\s"<>\\^`{|}]/);
        // Neither a name nor a page can end an intent and begin another.
        expect(link.split('#Intent;').length).toBeLessThanOrEqual(2);
      }),
    );
  });
});

test('the way leads to a sure entrance, else to a sure lot, else to its name', () => {
  const rough = { position: [1, 1] as [number, number], positionQuality: 'approximate' as const };
  const sure = { position: [2, 2] as [number, number], positionQuality: 'surveyed' as const };
  const lot = aLot('a', { position: [3, 3] });
  expect(destinationOf({ ...lot, entrances: [rough, sure] }, 'A').position).toEqual([2, 2]);
  expect(destinationOf({ ...lot, entrances: [rough] }, 'A').position).toEqual([3, 3]);
  const unsure = { ...lot, positionQuality: 'approximate' as const };
  expect(destinationOf(unsure, 'A').position).toBeUndefined();
});

test('the app that was last chosen comes first, where it can be opened from here', () => {
  const there = { name: 'N', position: HERE };
  const apps = ['kakao', 'naver', 'tmap', 'google'] as const;
  const order = (opener: Opener, last?: (typeof apps)[number]) =>
    appLinksOf(apps, there, opener, last).map(({ app }) => app);
  expect(order(android)).toEqual(['kakao', 'naver', 'tmap', 'google']);
  expect(order(android, 'tmap')).toEqual(['tmap', 'kakao', 'naver', 'google']);
  expect(order(inKakaoTalk, 'tmap')).toEqual(['kakao', 'naver', 'google']);
});

test.each([
  [
    'Mozilla/5.0 (Linux; Android 15; SM-S928N) Chrome/147 Mobile Safari/537.36',
    5,
    'android',
    false,
  ],
  [
    'Mozilla/5.0 (Linux; Android 15) Chrome/147 Mobile Safari/537.36;KAKAOTALK 26',
    5,
    'android',
    true,
  ],
  [
    'Mozilla/5.0 (Linux; Android 15) Chrome/147 Mobile NAVER(inapp; search; 2000)',
    5,
    'android',
    true,
  ],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Instagram 400.0', 5, 'apple', true],
  ['Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) Version/19.0 Safari', 5, 'apple', false],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605', 5, 'apple', false],
  ['Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) Version/19.0 Safari/605', 0, 'other', false],
  ['Mozilla/5.0 (X11; Linux x86_64) Chrome/147 Safari/537.36', 0, 'other', false],
])('%s is known for what it is', (agent, touches, system, inApp) => {
  expect(platformOf(agent, touches)).toEqual({ system, inApp });
});
