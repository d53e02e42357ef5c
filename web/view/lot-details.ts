import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import type { ChargedTariff } from '#contract/tariff.ts';
import { hoursText, shortSpans } from '../text/hours-text.ts';
import type { Texts } from '../text/texts.ts';
import { localView } from './local.ts';
import { isPartial, priceStory } from './lot-lines.ts';
import { h } from './node.ts';
import type { Child, ViewElement } from './node.ts';

/** What is known of a lot besides its numbers, as pairs of name and value. */
export function detailsView(card: Card, model: PageModel): ViewElement {
  const { lot } = card;
  const { texts, format, local } = model;
  const { details } = texts;
  const rows: readonly (readonly [name: string, value: Child])[] = [
    [details.notice, lot.notice && localView(local(lot.notice))],
    [details.address, lot.address ? localView(local(lot.address)) : texts.notKnown],
    [details.phone, lot.phone === undefined ? texts.notKnown : phoneView(lot.phone)],
    [details.openHours, hoursText(lot.openHours, texts)],
    [details.chargedHours, chargedText(card, model)],
    [details.dates, datesView(card, model)],
    [details.price, tariffText(card, model)],
    [details.stayPrice, stayText(card, model)],
    [details.payment, lot.payment ? localView(local(lot.payment)) : texts.notKnown],
    [details.chance, chanceText(card, model)],
    [details.bays, baysText(card, model)],
    [details.reserved, reservedText(card, model)],
    [
      details.height,
      lot.heightLimitMm !== undefined && texts.metres(format.metres(lot.heightLimitMm)),
    ],
    [details.operator, lot.operator && localView(local(lot.operator))],
    [details.position, texts.position[lot.positionQuality]],
  ];
  return h(
    'dl',
    { class: 'lot-details' },
    rows
      .filter(([, value]) => value !== undefined && value !== false && value !== '')
      .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))),
  );
}

/** A link only of what is surely a telephone number. */
function phoneView(phone: string): Child {
  const digits = phone.replaceAll(/[^\d+]/g, '');
  return /^\+?\d{3,15}$/.test(digits) ? h('a', { href: `tel:${digits}` }, phone) : phone;
}

function chargedText({ lot }: Card, { texts }: PageModel): string {
  if (lot.tariff.kind === 'free') return '';
  const hours = hoursText(lot.chargedHours, texts);
  return lot.chargedHours === 'always' ? hours : `${hours}, ${texts.outside[lot.outsideHours]}`;
}

function tariffText({ lot: { tariff } }: Card, { texts, format }: PageModel): string {
  if (tariff.kind === 'free') return texts.free;
  if (tariff.kind === 'unknown') return texts.priceUnknown;
  const base = format.money(tariff.baseMinor);
  return [
    texts.tariff(base, tariff.baseMinutes, format.money(tariff.addMinor), tariff.addMinutes),
    tariff.dayCapMinor === undefined ? '' : texts.dayCap(format.money(tariff.dayCapMinor)),
    freeMinutesText(tariff, texts),
  ]
    .filter((part) => part !== '')
    .join(' · ');
}

function freeMinutesText({ freeMinutes, freeMinutesStay }: ChargedTariff, texts: Texts): string {
  if (freeMinutes === undefined) return '';
  return freeMinutesStay === true
    ? texts.freeMinutesStay(freeMinutes)
    : texts.freeMinutes(freeMinutes);
}

/** "2시간 1,800원": and how that came about. */
function stayText(card: Card, { texts, format }: PageModel): string {
  const story = priceStory(card, { texts, format });
  if (card.price === undefined || story.length === 0) return '';
  const { minor } = card.price;
  const price = minor === 0 ? texts.free : format.money(minor);
  return `${texts.stay(card.stayMinutes, price)} (${story.join(' · ')})`;
}

/** The rules for dates that are not over; those of a holiday always. */
function datesView({ lot, arrival }: Card, { texts, local }: PageModel): Child {
  const rules = (lot.dates ?? []).filter(
    ({ from, to }) => from === undefined || (to ?? from) >= arrival.date,
  );
  if (rules.length === 0) return undefined;
  return rules.map(({ from, to, holiday, rule, spans, reason }, at) => {
    const when = holiday ?? (to === undefined || to === from ? from : `${from ?? ''}–${to}`);
    const hours = spans === undefined ? '' : ` ${shortSpans(spans).text}`;
    return [
      at > 0 && ' · ',
      reason ? localView(local(reason)) : `${when ?? ''} ${texts.dateRules[rule]}`,
      reason && holiday === undefined ? ` (${when ?? ''}${hours})` : hours,
    ];
  });
}

/** The number behind the word, how sure it is, and what it comes from. */
function chanceText({ chance, flow }: Card, { texts }: PageModel): string {
  if (!chance || !flow) return '';
  const percent = (share: number) => Math.round(100 * share);
  return texts.chanceStory(
    percent(chance.share),
    percent(chance.low),
    percent(chance.high),
    flow.arrivals,
    flow.departures,
  );
}

/** Every class of which something is known now, those without a vacant bay, too. */
function reservedText({ reserved }: Card, { texts }: PageModel): string {
  return reserved
    .map(({ bayClass, vacant }) => texts.reserved(texts.classes[bayClass], vacant))
    .join(' · ');
}

function baysText(card: Card, { texts }: PageModel): string {
  const { lot } = card;
  return [
    texts.capacity(lot.capacity),
    lot.capacityAsOf === undefined ? '' : texts.asOfDate(lot.capacityAsOf),
    lot.closedBays > 0 ? `✕ ${texts.closedBays(lot.closedBays)}` : '',
    isPartial(card) ? texts.sensedOf(lot.sensedBays, lot.capacity) : '',
  ]
    .filter((part) => part !== '')
    .join(' · ');
}
