import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { hoursText } from '../text/hours-text.ts';
import { localView } from './local.ts';
import { isPartial } from './lot-lines.ts';
import { h } from './node.ts';
import type { Child, ViewElement } from './node.ts';

/** What is known of a lot besides its numbers, as pairs of name and value. */
export function detailsView(card: Card, model: PageModel): ViewElement {
  const { lot } = card;
  const { texts, format, local } = model;
  const { details } = texts;
  const rows: readonly (readonly [name: string, value: Child])[] = [
    [details.notice, lot.notice && localView(local(lot.notice))],
    [details.address, lot.address && localView(local(lot.address))],
    [details.phone, lot.phone !== undefined && phoneView(lot.phone)],
    [details.openHours, hoursText(lot.openHours, texts)],
    [details.chargedHours, chargedText(card, model)],
    [details.price, tariffText(card, model)],
    [details.payment, lot.payment && localView(local(lot.payment))],
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
    tariff.freeMinutes === undefined ? '' : texts.freeMinutes(tariff.freeMinutes),
  ]
    .filter((part) => part !== '')
    .join(' · ');
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
