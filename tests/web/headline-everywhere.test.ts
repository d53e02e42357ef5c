import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { BAY_CLASSES, isOpenToAnyCar } from '#contract/bay-class.ts';
import type { ClassCount } from '#contract/bay.ts';
import { DRIVER_TRAITS } from '#contract/driver.ts';
import { headlineOf } from '#contract/headline.ts';
import type { LotId } from '#contract/ids.ts';
import type { PageInput } from '#contract/page.ts';
import { effectiveSiteOf } from '#contract/site-overlay.ts';
import { lotAnswerOf } from '#api/http/site-answer.ts';
import { siteIndexOf } from '#api/http/site-index.ts';
import { lotCountOf } from '#api/signs/lot-count.ts';
import { calendarOf } from '#contract/calendar.ts';
import { placeTimeOf } from '#contract/hours.ts';
import { ladderOf } from '#contract/sign-ladder.ts';
import { cardsOf } from '#web/lots/card.ts';
import { FIRST_TRIP } from '#web/lots/trip.ts';
import { documentOf } from '#web/page/document.ts';
import { aStreet } from '../api/http/street.ts';
import { aLot, aMarket, aSite, AT } from './lot-answers.ts';

const amount = fc.nat({ max: 30 });
const counts: fc.Arbitrary<ClassCount[]> = fc.uniqueArray(
  fc.record({
    class: fc.constantFrom(...BAY_CLASSES),
    vacant: amount,
    occupied: amount,
    unknown: amount,
  }),
  { selector: (count) => count.class, maxLength: BAY_CLASSES.length },
);
const ageMs = fc.nat({ max: 90_000 });
const openVacant = (classes: readonly ClassCount[]) =>
  classes
    .filter((count) => isOpenToAnyCar(count.class))
    .reduce((sum, { vacant }) => sum + vacant, 0);
const live = (classes: readonly ClassCount[], age: number) => ({
  lot: 'a' as LotId,
  counts: [...classes],
  observedAt: AT - age,
  fact: null,
});

/** The pins of a page's list as a reader sees them: a number, a word, or a sign. */
function pinsIn(html: string): string[] {
  const list = html.slice(html.indexOf('<main'), html.indexOf('</main>'));
  return [...list.matchAll(/class="pin pin-[^"]*"[^>]*>([^<]*)</g)].map(([, text]) => text ?? '');
}

describe('no output’s headline is more than the vacant bays open to any car', () => {
  const ASSETS = {
    scripts: [],
    preloads: [],
    texts: {},
    style: '',
    styleSource: '',
    small: { scripts: [], preloads: [], styles: [] },
  };
  const pageWith = (classes: ClassCount[], age: number, form: PageInput['form']) =>
    documentOf(
      {
        language: 'ko',
        site: aSite(),
        markets: [aMarket()],
        lots: [aLot('a', { counts: classes, observedAt: new Date(AT - age).toISOString() })],
        market: undefined,
        form,
        publicUrl: 'https://parking.example',
        arriveInMinutes: 10,
        far: false,
        flows: [],
        at: AT,
      },
      ASSETS,
    );

  test.each(['page', 'embed', 'wall'] as const)('on the %s', (form) => {
    fc.assert(
      fc.property(counts, ageMs, (classes, age) => {
        const [pin = ''] = pinsIn(pageWith(classes, age, form));
        const number = /^\d+$/.test(pin) ? Number(pin) : 0;
        expect(number).toBeLessThanOrEqual(openVacant(classes));
        expect(pin === '만차' && openVacant(classes) > 0).toBe(false);
        expect(pin).toMatch(/^(\d+|만차|\?)$/);
      }),
    );
  });

  test('in the HTTP answer, in the lot’s MQTT text, on a sign', () => {
    const site = aStreet();
    const [lot] = site.lots;
    if (!lot) throw new Error('the street has no lot');
    const index = siteIndexOf(effectiveSiteOf(site, [], 0));
    fc.assert(
      fc.property(counts, ageMs, (classes, age) => {
        const most = openVacant(classes);
        const now = live(classes, age);
        expect(lotAnswerOf(index, lot, now, AT).vacant ?? 0).toBeLessThanOrEqual(most);
        const headline = headlineOf(now, true, AT);
        expect(headline.kind === 'count' ? headline.vacant : 0).toBeLessThanOrEqual(most);
        const count = lotCountOf({
          lot,
          live: now,
          isOutOfService: false,
          confidence: 1,
          now: AT,
          calendar: calendarOf('Asia/Seoul', []),
        });
        const { show: shown } =
          'said' in count ? count.said : ladderOf(count.input, undefined, 0).step;
        expect(shown.kind === 'number' ? shown.vacant : 0).toBeLessThanOrEqual(most);
        expect(shown.kind === 'full' && most > 0).toBe(false);
      }),
    );
  });

  test('whatever car the driver has: bays for it stand beside the number', () => {
    const calendar = calendarOf('Asia/Seoul', []);
    const driver = fc.record({ traits: fc.subarray([...DRIVER_TRAITS]) });
    fc.assert(
      fc.property(counts, ageMs, driver, (classes, age, driver) => {
        const [card] = cardsOf({
          calendar,
          trip: { ...FIRST_TRIP, driver },
          market: aMarket(),
          lots: [aLot('a')],
          now: new Map([['a' as LotId, live(classes, age)]]),
          flows: new Map(),
          moment: { at: AT, place: placeTimeOf(AT, calendar), contactAgeMs: 0, lost: false },
        });
        const { verdict, usable } = card ?? {};
        expect(verdict?.vacant ?? 0).toBeLessThanOrEqual(openVacant(classes));
        expect(verdict?.look === 'full' && openVacant(classes) > 0).toBe(false);
        const all = classes.reduce((sum, { vacant }) => sum + vacant, 0);
        expect(usable ?? 0).toBeGreaterThanOrEqual(verdict?.vacant ?? 0);
        expect(usable ?? 0).toBeLessThanOrEqual(all);
      }),
    );
  });

  test('and what a messenger keeps of a link has no number of bays at all', () => {
    const html = pageWith([{ class: 'general', vacant: 17, occupied: 2, unknown: 0 }], 0, 'page');
    const graph = [...html.matchAll(/<meta property="og:([a-z_:]+)" content="([^"]*)"/g)];
    expect(graph.map(([, name]) => name)).toEqual(
      expect.arrayContaining(['title', 'description', 'image', 'url', 'locale']),
    );
    const said = graph.filter(([, name = '']) => !name.startsWith('image'));
    expect(said.filter(([, , content = '']) => /\d/.test(content))).toEqual([]);
  });
});
