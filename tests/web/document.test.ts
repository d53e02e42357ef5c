import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { PageInput } from '#contract/page.ts';
import { documentOf } from '#web/page/document.ts';
import { pageInput } from '#web/wire/answers.ts';
import { parsedJson } from '#web/wire/read.ts';
import { escapeHtml, htmlOf } from '#web/view/html.ts';
import { h } from '#web/view/node.ts';
import { aLot, aMarket, aSite, AT } from './lot-answers.ts';

const ASSETS = {
  scripts: ['/a.js'],
  preloads: ['/b.js'],
  texts: { ko: '/ko.js' },
  small: { scripts: ['/s.js'], preloads: [], styles: ['/s.css'] },
  style: 'p{margin:0}',
  styleSource: 'sha256-x',
};
const inputOf = (own: Partial<PageInput> = {}): PageInput => ({
  language: 'ko',
  site: aSite(),
  markets: [aMarket()],
  lots: [aLot('a')],
  market: undefined,
  form: 'page',
  publicUrl: undefined,
  arriveInMinutes: 10,
  far: false,
  flows: [],
  at: AT,
  ...own,
});
const pageOf = (own: Partial<PageInput> = {}) => documentOf(inputOf(own), ASSETS);
const initialOf = (html: string) =>
  /<script type="application\/json" id="initial">([^<]*)<\/script>/.exec(html)?.[1];

describe('text from outside', () => {
  const nasty = fc.oneof(
    fc.string({ unit: 'binary' }),
    fc.constantFrom(
      '</script><script>alert(1)</script>',
      '" onload="x',
      "'><img src=x>",
      '<!--',
      ']]>',
      '&lt;',
    ),
  );

  test('comes back from escaping as it was, and holds nothing that HTML reads as markup', () => {
    const entities: Record<string, string> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
    fc.assert(
      fc.property(nasty, (text) => {
        const escaped = escapeHtml(text);
        expect(escaped).not.toMatch(/[<>"']/);
        expect(escaped.replaceAll(/&(#?\w+);/g, (_, name: string) => entities[name] ?? '')).toBe(
          text,
        );
        const html = htmlOf(h('p', { title: text }, text));
        expect(html).toBe(`<p title="${escaped}">${text === '' ? '' : escaped}</p>`);
      }),
    );
  });

  test('adds no element and no attribute to the page, wherever the site file may hold it', () => {
    const outline = (html: string) =>
      html
        .replace(/<script type="application\/json".*<\/script>/su, '')
        .replaceAll(
          /(<\/?[a-z0-9]+)((?:\s[\w-]+(?:="[^"]*")?)*)\s*>[^<]*/gu,
          (_, tag: string, all: string) => `${tag} ${all.replaceAll(/="[^"]*"/g, '')}>`,
        );
    const withText = (text: string) => {
      const local = { ko: text };
      return pageOf({
        site: aSite({ name: local, attribution: local }),
        markets: [aMarket({ name: local }), aMarket({ name: local })],
        lots: [
          aLot('a', {
            name: local,
            operator: local,
            address: local,
            payment: local,
            notice: local,
            capacityAsOf: text,
            phone: text,
          }),
        ],
      });
    };
    const harmless = outline(withText('x'));
    fc.assert(
      fc.property(
        nasty.filter((text) => text !== '' && !/^[\d+\D]*\d{3}/.test(text)),
        (text) => {
          expect(outline(withText(text))).toBe(harmless);
        },
      ),
    );
  });

  test('in the page’s data neither ends the script nor changes', () => {
    fc.assert(
      fc.property(nasty, (text) => {
        const input = inputOf({ lots: [aLot('a', { name: { ko: text } })] });
        const sent = initialOf(documentOf(input, ASSETS));
        expect(parsedJson(pageInput, sent ?? '')).toEqual(input);
      }),
    );
  });
});

describe('the page', () => {
  test('has the list before the map, and the language on its root', () => {
    const html = pageOf({ language: 'en' });
    expect(html).toMatch(/^<!doctype html><html lang="en">/);
    expect(html.indexOf('<ol class="lots">')).toBeGreaterThan(0);
    expect(html.indexOf('<ol class="lots">')).toBeLessThan(html.indexOf('id="map"'));
  });

  test('needs no inline script and no style but the one that its policy names', () => {
    const html = pageOf();
    expect(html).not.toMatch(/\sstyle=|\son\w+=|javascript:/);
    expect(html.match(/<style>.*?<\/style>/g)).toEqual([`<style>${ASSETS.style}</style>`]);
    const scripts = [...html.matchAll(/<script([^>]*)>/g)].map(([, attributes]) => attributes);
    expect(scripts).toEqual([
      ' type="module" src="/a.js"',
      ' type="application/json" id="initial"',
    ]);
  });

  test('says of its numbers at what time of day they were seen, since nobody renews them', () => {
    const html = pageOf();
    expect(html).toContain('14:05:04 확인');
    expect(html).toContain('14:05:12 기준');
    expect(html).not.toMatch(/초 전|방금|실시간</);
  });

  test('says what a driver needs in one card', () => {
    const text = pageOf().replaceAll(/<[^>]+>/g, '|');
    for (const part of ['12', '여유', '주차장 a', '12면 비었음', '1면 확인 안 됨', '2시간 2,800원'])
      expect(text).toContain(`|${part}|`);
    expect(text).toMatch(/\|걸어서 약 \d분\|/);
  });

  test('says how likely room is on arrival, the number behind it, and nothing where nobody knows', () => {
    const flows = [{ lot: aLot('a').lot, arrivals: 5, departures: 6, observedMinutes: 30 }];
    const text = pageOf({ flows }).replaceAll(/<[^>]+>/g, '|');
    expect(text).toContain('|도착 때 거의 있음|');
    expect(text).toMatch(/약 \d+% \(\d+–\d+%\) · 최근 30분 들어온 차 5대, 나간 차 6대/);
    expect(pageOf()).not.toContain('도착 때 거의');
  });

  test('shows the band of the simulator exactly where something is simulated', () => {
    const band = /<p class="band-simulated"( hidden)?>/;
    expect(band.exec(pageOf({ site: aSite({ simulated: true }) }))?.[1]).toBeUndefined();
    expect(band.exec(pageOf())?.[1]).toBe(' hidden');
  });

  test('says of a lot with some sensors how many, and never calls it full', () => {
    const counts = [{ class: 'general', vacant: 0, occupied: 20, unknown: 0 }] as const;
    const lot = aLot('a', {
      instrumented: 'partial',
      capacity: 120,
      counts: [...counts],
      vacant: 0,
    });
    const html = pageOf({ lots: [lot] });
    expect(html).toContain('120면 가운데 20면 감지');
    expect(html.slice(0, html.indexOf('</ol>'))).not.toContain('>만차<');
  });

  test('says of a lot with only a band the band, as long as it is valid', () => {
    const fact = (validUntil: number) => ({
      band: 'few' as const,
      source: 'attendant' as const,
      sensedAt: new Date(AT - 60_000).toISOString(),
      validUntil: new Date(validUntil).toISOString(),
    });
    const lotWith = (validUntil: number) =>
      aLot('a', { instrumented: 'counter', counts: [], vacant: null, fact: fact(validUntil) });
    const list = (validUntil: number) => {
      const html = pageOf({ lots: [lotWith(validUntil)], language: 'en' });
      return html.slice(html.indexOf('<ol'), html.indexOf('</ol>')).replaceAll(/<[^>]+>/g, '|');
    };
    expect(list(AT + 1)).toContain('|Few left|');
    expect(list(AT + 1)).toContain('seen at 14:04:12');
    expect(list(AT)).not.toContain('Few left');
  });

  test('links markets and languages plainly, the rest of the choice kept', () => {
    const markets = [aMarket(), aMarket({ market: 'seobu' as never })];
    const html = pageOf({ markets, market: 'seobu' as never, language: 'en' });
    expect(html).toContain('href="/m/market?lang=en"');
    expect(html).toContain('href="/m/seobu?lang=ko"');
  });

  test('is not broken by a site without markets or lots', () => {
    expect(pageOf({ markets: [], lots: [] })).toContain('등록된 주차장이 없습니다');
  });
});
