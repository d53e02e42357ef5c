import { HAND_OFF_APPS } from '#contract/hand-off.ts';
import type { DayKind } from '#contract/calendar.ts';
import { DRIVER_TRAITS } from '#contract/driver.ts';
import type { Hours, Span } from '#contract/hours.ts';
import type {
  LotAnswer,
  LotsAnswer,
  MarketAnswer,
  MarketsAnswer,
  SiteAnswer,
} from '#contract/http.ts';
import type { LotId, MarketId, SiteId } from '#contract/ids.ts';
import type { PageInput } from '#contract/page.ts';
import type { Coupon } from '#contract/tariff.ts';
import { classCount } from './live-message.ts';
import {
  dictionary,
  finite,
  flag,
  id,
  list,
  natural,
  nullable,
  oneOf,
  shape,
  text,
} from './read.ts';
import type { Reader } from './read.ts';

const localText = dictionary(text);
const quality = oneOf(['surveyed', 'official', 'approximate', 'unknown']);

export const position: Reader<[number, number]> = (value) => {
  const [lng, lat] = list(finite)(value);
  return [finite(lng), finite(lat)];
};

const span: Reader<Span> = shape({ from: text, to: text });
const days: Reader<Record<DayKind, Span[]>> = shape({
  weekday: list(span),
  saturday: list(span),
  sunday: list(span),
  holiday: list(span),
});
export const hours: Reader<Extract<Hours, 'always'> | Record<DayKind, Span[]>> = (value) =>
  value === 'always' ? value : days(value);

const dateRule = shape(
  { rule: oneOf(['closed', 'openFree', 'openCharged']) },
  { from: text, to: text, holiday: text, spans: list(span), reason: localText },
);

const minutesCoupon = shape({ kind: oneOf(['minutes']), minutes: natural });
const percentCoupon = shape({ kind: oneOf(['percent']), percent: natural });
const couponKind = shape({ kind: oneOf(['minutes', 'percent']) });
const coupon: Reader<Coupon> = (value) =>
  couponKind(value).kind === 'minutes' ? minutesCoupon(value) : percentCoupon(value);

const charged = shape(
  {
    kind: oneOf(['charged']),
    baseMinutes: natural,
    baseMinor: natural,
    addMinutes: natural,
    addMinor: natural,
  },
  {
    dayCapMinor: natural,
    freeMinutes: natural,
    freeMinutesStay: flag,
    discounts: list(shape({ for: oneOf(DRIVER_TRAITS), percent: natural })),
    coupons: list(coupon),
    roundDownMinor: natural,
  },
);
const uncharged = shape({ kind: oneOf(['free', 'unknown', 'charged']) });
export const tariff: Reader<LotAnswer['tariff']> = (value) => {
  const { kind } = uncharged(value);
  return kind === 'charged' ? charged(value) : { kind };
};

export const siteAnswer: Reader<SiteAnswer> = shape(
  {
    site: id<SiteId>(),
    name: localText,
    revision: text,
    validFrom: text,
    languages: list(text),
    currency: text,
    timeZone: text,
    country: text,
    holidays: list(shape({ date: text, name: text })),
    handOff: list(oneOf(HAND_OFF_APPS)),
    simulated: flag,
  },
  {
    tiles: shape({ kind: oneOf(['raster', 'pmtiles']), url: text, attribution: text }),
    attribution: localText,
  },
);

const marketAnswer: Reader<MarketAnswer> = shape(
  { market: id<MarketId>(), name: localText, position, positionQuality: quality },
  { address: localText, phone: text },
);
export const marketsAnswer: Reader<MarketsAnswer> = shape({
  simulated: flag,
  markets: list(marketAnswer),
});

const lotAnswer: Reader<LotAnswer> = shape(
  {
    lot: id<LotId>(),
    name: localText,
    lotKind: oneOf(['offStreet', 'onStreet']),
    position,
    positionQuality: quality,
    entrances: list(shape({ position, positionQuality: quality })),
    capacity: natural,
    instrumented: oneOf(['none', 'partial', 'full', 'counter']),
    sensedBays: natural,
    closedBays: natural,
    tariff,
    openHours: hours,
    chargedHours: hours,
    outsideHours: oneOf(['closed', 'openFree', 'unknown']),
    walks: list(shape({ market: id<MarketId>(), walkMinutes: natural })),
    vacant: nullable(natural),
    unknown: natural,
    counts: list(classCount),
    fact: nullable(
      shape(
        {
          source: oneOf(['counter', 'attendant', 'feed']),
          sensedAt: text,
          validUntil: text,
        },
        { vacant: natural, band: oneOf(['plenty', 'few', 'full']) },
      ),
    ),
    state: oneOf(['live', 'delayed', 'noData', 'noLiveCount']),
    observedAt: nullable(text),
  },
  {
    capacityAsOf: text,
    operator: localText,
    address: localText,
    phone: text,
    payment: localText,
    heightLimitMm: natural,
    dates: list(dateRule),
    notice: localText,
  },
);
export const lotAnswers: Reader<LotAnswer[]> = list(lotAnswer);
export const lotsAnswer: Reader<LotsAnswer> = shape({
  simulated: flag,
  at: text,
  lots: lotAnswers,
});

const flowAnswer = shape({
  lot: id<LotId>(),
  arrivals: natural,
  departures: natural,
  observedMinutes: finite,
});
export const flowsAnswer = shape({ flows: list(flowAnswer) });

/** What the server wrote into the page. */
export const pageInput: Reader<PageInput> = (value) => {
  const { market, publicUrl, ...rest } = shape(
    {
      language: text,
      site: siteAnswer,
      markets: list(marketAnswer),
      lots: lotAnswers,
      form: oneOf(['page', 'embed', 'wall']),
      arriveInMinutes: natural,
      far: flag,
      flows: list(flowAnswer),
      at: natural,
    },
    { market: id<MarketId>(), publicUrl: text },
  )(value);
  return { ...rest, market, publicUrl };
};
