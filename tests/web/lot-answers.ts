import type { LotAnswer, MarketAnswer, SiteAnswer } from '#contract/http.ts';
import type { LotId, MarketId, SiteId } from '#contract/ids.ts';

/** Answers as the server gives them, with only what a test is about said by the test. */
export const AT = Date.parse('2026-11-23T14:05:12+09:00');

export function aSite(own: Partial<SiteAnswer> = {}): SiteAnswer {
  return {
    site: 'street' as SiteId,
    name: { ko: '시험 거리', en: 'Test street' },
    revision: 'one',
    validFrom: '2026-01-01T00:00:00+09:00',
    languages: ['ko', 'en'],
    currency: 'KRW',
    timeZone: 'Asia/Seoul',
    country: 'KR',
    holidays: [],
    handOff: ['kakao', 'naver'],
    simulated: false,
    ...own,
  };
}

export function aMarket(own: Partial<MarketAnswer> = {}): MarketAnswer {
  return {
    market: 'market' as MarketId,
    name: { ko: '시험시장', en: 'Test Market' },
    position: [127.1475, 35.8127],
    positionQuality: 'official',
    ...own,
  };
}

export function aLot(id: string, own: Partial<LotAnswer> = {}): LotAnswer {
  return {
    lot: id as LotId,
    name: { ko: `주차장 ${id}`, en: `Lot ${id}` },
    lotKind: 'offStreet',
    position: [127.1475, 35.8137],
    positionQuality: 'official',
    entrances: [],
    capacity: 20,
    instrumented: 'full',
    sensedBays: 20,
    closedBays: 0,
    tariff: { kind: 'charged', baseMinutes: 30, baseMinor: 700, addMinutes: 15, addMinor: 350 },
    openHours: 'always',
    chargedHours: 'always',
    outsideHours: 'unknown',
    walks: [],
    vacant: 12,
    unknown: 1,
    counts: [{ class: 'general', vacant: 12, occupied: 7, unknown: 1 }],
    fact: null,
    state: 'live',
    observedAt: new Date(AT - 8_000).toISOString(),
    ...own,
  };
}
