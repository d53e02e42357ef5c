import type { Card } from '../lots/card.ts';
import type { Span } from '#contract/hours.ts';
import type { PageModel } from '../page/model.ts';
import { shortSpans } from '../text/hours-text.ts';

type Wording = Pick<PageModel, 'texts' | 'format'>;

/** Whether only some of the lot's marked bays are sensed. */
export function isPartial({ lot }: Card): boolean {
  return lot.instrumented === 'partial' && lot.sensedBays < lot.capacity;
}

/** How the lot stands, in words: the pin again, for those who do not read pins. */
export function stateText(card: Card, { texts }: Wording): string {
  const { look, vacant } = card.verdict;
  switch (look) {
    case 'plenty':
    case 'few':
      return vacant === undefined ? texts.looks[look] : texts.vacantBays(vacant);
    case 'full':
      return isPartial(card) ? texts.noSensedBayVacant : texts.noVacantBay;
    case 'noData':
      return texts.nothingKnown;
    case 'closed':
      return texts.closedNow;
    case 'noLiveCount':
      return texts.noLiveCount;
  }
}

/** The first line of a card: the state and what is not known. */
export function stateLine(card: Card, wording: Wording): string[] {
  const { texts } = wording;
  const { unknown } = card.verdict;
  return [stateText(card, wording), unknown > 0 ? texts.unknownBays(unknown) : ''];
}

/** How many bays there are, where the number alone would mislead. */
export function scopeText(card: Card, { texts }: Wording): string {
  const { lot, verdict } = card;
  if (verdict.look === 'noLiveCount') return texts.capacity(lot.capacity);
  return isPartial(card) ? texts.sensedOf(lot.sensedBays, lot.capacity) : '';
}

/** What it costs to stop here: the walk, the price of the stay, whether it is free just now. */
export function effortLine(card: Card, wording: Wording): string[] {
  const { texts } = wording;
  const walk = card.walk === undefined ? texts.walkUnknown : texts.walk(card.walk.minutes);
  return [walk, ...priceParts(card, wording)];
}

function priceParts(card: Card, { texts, format }: Wording): string[] {
  const { lot, price, stayMinutes } = card;
  const said = (minor: number) => (minor === 0 ? texts.free : format.money(minor));
  if (price === undefined || price.unknownMinutes > 0) {
    const hours = lot.tariff.kind === 'charged' ? chargedOn(card) : [];
    if (hours.length === 0) return [texts.priceUnknown];
    const { text, full } = shortSpans(hours);
    return [texts.chargedThenAsk(text, full)];
  }
  if (lot.tariff.kind === 'free') return [texts.free];
  return [
    texts.stay(stayMinutes, said(price.minor)),
    price.withCoupon ? texts.withCoupon(said(price.withCoupon.minor)) : '',
  ];
}

/** The hours of the day of arrival in which the lot charges; none where they are no spans. */
function chargedOn({ lot, arrival }: Card): readonly Span[] {
  return lot.chargedHours === 'always' ? [] : lot.chargedHours[arrival.kind];
}

/** How the price of the stay came about, in parts; none where there is nothing to explain. */
export function priceStory({ lot, price }: Card, { texts, format }: Wording): string[] {
  if (price === undefined || lot.tariff.kind !== 'charged') return [];
  const { units, discount, withCoupon } = price;
  const { parts, traits } = texts;
  const { baseMinutes, addMinutes } = lot.tariff;
  const story: (string | false | undefined)[] = [
    units && parts.base(baseMinutes, format.money(units.baseMinor)),
    units &&
      units.addCount > 0 &&
      parts.adds(units.addCount, addMinutes, format.money(units.addsMinor)),
    units && units.cappedMinor > 0 && parts.capped(format.money(units.cappedMinor)),
    discount && parts.discount(traits[discount.for], discount.percent),
    price.freeMinutes > 0 && parts.free(price.freeMinutes),
    price.unknownMinutes > 0 && parts.unknown(price.unknownMinutes),
    price.closedMinutes > 0 && parts.closed(price.closedMinutes),
    withCoupon &&
      (withCoupon.coupon.kind === 'minutes'
        ? parts.couponMinutes(withCoupon.coupon.minutes, format.money(withCoupon.minor))
        : parts.couponPercent(withCoupon.coupon.percent, format.money(withCoupon.minor))),
  ];
  return story.filter((part) => part !== undefined && part !== false);
}

/**
 * The line under the number. On a page that nobody renews an age would be a lie after a second:
 * there it is the time of day at which the lot was last seen.
 */
export function ageText(card: Card, model: PageModel): string {
  const { texts, format, at } = model;
  const { ageMs, look, delayed } = card.verdict;
  if (ageMs === undefined || look === 'closed' || look === 'noLiveCount') return '';
  if (model.connection.kind === 'static') return texts.seenAt(format.clock(at - ageMs, true));
  const age = format.age(ageMs);
  if (look === 'noData') return texts.lastSeen(age);
  return delayed ? texts.delayed(age) : age;
}
