import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';

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
  const { lot, priceMinor, freeNow } = card;
  if (priceMinor === undefined) return [texts.priceUnknown];
  if (lot.tariff.kind === 'free') return [texts.free];
  const price = priceMinor === 0 ? texts.free : format.money(priceMinor);
  return [texts.twoHours(price), freeNow ? texts.freeNow : ''];
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
