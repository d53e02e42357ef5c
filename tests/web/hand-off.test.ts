import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { HandOffApp } from '#contract/site.ts';
import { destinationOf, directionsLink, linkOf } from '#web/handoff/link.ts';
import { aLot } from './lot-answers.ts';

const HERE: [number, number] = [127.1475, 35.8127];

describe('a link', () => {
  test.each([
    ['kakao', 'https://map.kakao.com/link/to/N,35.8127,127.1475', 'link/search/N'],
    ['naver', 'https://map.naver.com/p/search/N', '/p/search/N'],
    [
      'google',
      'dir/?api=1&destination=35.8127,127.1475&travelmode=driving',
      'search/?api=1&query=N',
    ],
    ['apple', 'https://maps.apple.com/?daddr=35.8127,127.1475&dirflg=d', 'apple.com/?q=N'],
  ] as const)(
    'to %s gives latitude first, or a name where the place is not sure',
    (app, to, find) => {
      expect(linkOf(app, { name: 'N', position: HERE })).toContain(to);
      expect(linkOf(app, { name: 'N', position: undefined })).toContain(find);
    },
  );

  test.each([
    ['남부시장 천변', '%EB%82%A8%EB%B6%80%EC%8B%9C%EC%9E%A5%20%EC%B2%9C%EB%B3%80'],
    ['A & B / 50 %', 'A%20%26%20B%20%2F%2050%20%25'],
    ['"quoted", ‘so’', '%22quoted%22%2C%20%E2%80%98so%E2%80%99'],
    ['🅿️ #1?', '%F0%9F%85%BF%EF%B8%8F%20%231%3F'],
    ['half \ud83c pair', 'half%20%20pair'],
  ])('carries the name %s whole', (name, encoded) => {
    expect(linkOf('kakao', { name, position: HERE })).toBe(
      `https://map.kakao.com/link/to/${encoded},35.8127,127.1475`,
    );
  });

  test('is a well-formed https address of the app’s own host for every name', () => {
    const hosts = ['map.kakao.com', 'map.naver.com', 'www.google.com', 'maps.apple.com'];
    const name = fc.string({ unit: 'binary' });
    fc.assert(
      fc.property(name, fc.constantFrom(...HandOffApp.options), fc.boolean(), (text, app, sure) => {
        const link = linkOf(app, { name: text, position: sure ? HERE : undefined });
        if (link === undefined) return;
        const url = new URL(link);
        expect(url.protocol).toBe('https:');
        expect(hosts).toContain(url.host);
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

test('the first app of the site that a plain link can open is taken', () => {
  const there = { name: 'N', position: HERE };
  expect(directionsLink(['tmap', 'google'], there)).toContain('www.google.com');
  expect(directionsLink(['tmap'], there)).toBeUndefined();
});
