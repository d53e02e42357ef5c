import type { Card } from '../lots/card.ts';
import type { PageModel } from '../page/model.ts';
import { localText } from '../text/language.ts';
import { effortLine } from '../view/lot-lines.ts';
import { h } from '../view/node.ts';
import type { Child, ViewElement } from '../view/node.ts';
import type { LocalText } from '#contract/site.ts';

/**
 * One lot in huge letters, for a taxi driver or somebody on the street: in the language of the
 * place, the reader's own beside it. Needs no network.
 */
export function lotCardView(card: Card, model: PageModel): ViewElement[] {
  const { texts, site, language } = model;
  const { lot } = card;
  const [here = language] = site.languages;
  const other = [language, ...site.languages].find((each) => each !== here);
  const both = (said: LocalText, size = 'huge'): Child => {
    const first = localText(said, here, site.languages);
    const second = other === undefined ? undefined : localText(said, other, site.languages);
    return [
      h('span', { class: size, lang: first.lang ?? here }, first.text),
      second &&
        second.text !== first.text &&
        h('span', { class: 'beside', lang: second.lang ?? other }, second.text),
    ];
  };
  const address = lot.address && localText(lot.address, here, site.languages).text;
  return [
    h('h2', { tabindex: -1, autofocus: true }, both(lot.name)),
    part(texts.details.address, lot.address ? both(lot.address) : texts.notKnown),
    copyView(address, model),
    part(texts.details.phone, lot.phone === undefined ? texts.notKnown : phoneView(lot.phone)),
    copyView(lot.phone, model),
    part(texts.details.price, effortLine(card, model).slice(1).filter(Boolean).join(' · ')),
    part(texts.details.payment, lot.payment ? both(lot.payment, '') : texts.notKnown),
    h(
      'label',
      { class: 'parked' },
      texts.sheet.parked,
      h('textarea', { rows: 2, maxlength: 200, placeholder: texts.sheet.parkedHint }),
      h('span', { class: 'sheet-note' }, texts.sheet.parkedNote),
    ),
    h('button', { type: 'button', class: 'go', 'data-close': true }, texts.sheet.close),
  ];
}

function part(name: string, value: Child): ViewElement {
  return h('div', { class: 'shown' }, h('p', { class: 'sheet-note' }, name), h('p', {}, value));
}

function phoneView(phone: string): Child {
  const digits = phone.replaceAll(/[^\d+]/g, '');
  return h('a', { class: 'huge', href: `tel:${digits}` }, phone);
}

function copyView(text: string | undefined, { texts }: PageModel): ViewElement {
  return h(
    'button',
    {
      type: 'button',
      class: 'plain',
      hidden: text === undefined,
      'data-act': 'copy',
      'data-text': text,
    },
    texts.sheet.copy,
  );
}
