import type { PageModel } from '../page/model.ts';
import { languageNames } from '../text/language.ts';
import { localView } from './local.ts';
import { h } from './node.ts';
import type { ViewElement } from './node.ts';

/** What stands above list and map: what nobody may miss, the market, the languages. */
export function headerView(model: PageModel): ViewElement[] {
  return [
    h(
      'div',
      { class: 'bands', id: 'bands' },
      h('p', { class: 'band-simulated', hidden: !model.simulated }, model.texts.simulated),
      lostView(model),
    ),
    h(
      'div',
      { class: 'bar' },
      h('p', { class: 'brand' }, model.texts.brand),
      chooserView(model),
      languagesView(model),
    ),
  ];
}

/** An alert: assistive technology says it when it appears, and not again with each second. */
function lostView({ connection, texts, format }: PageModel): ViewElement {
  if (connection.kind !== 'lost')
    return h('p', { class: 'band-lost', role: 'alert', hidden: true });
  return h(
    'p',
    { class: 'band-lost', role: 'alert' },
    texts.lost(format.clock(connection.lastAt, true)),
    h('span', { 'aria-hidden': 'true' }, ` (${format.age(connection.ageMs)})`),
  );
}

/** The market is the page's title; its fold holds plain links to the others. */
function chooserView({ market, markets, language, texts, local, site }: PageModel): ViewElement {
  const title = localView(local(market ? market.name : site.name));
  if (markets.length < 2) return h('div', { class: 'chooser' }, h('h1', {}, title));
  return h(
    'details',
    { class: 'chooser' },
    h('summary', { title: texts.chooseMarket }, h('h1', {}, title)),
    h(
      'nav',
      { 'aria-label': texts.chooseMarket },
      h(
        'ul',
        {},
        markets.map((each) =>
          h(
            'li',
            {},
            h(
              'a',
              {
                href: addressOf(each.market, language),
                'aria-current': each === market ? 'page' : undefined,
              },
              localView(local(each.name)),
            ),
          ),
        ),
      ),
    ),
  );
}

function languagesView({ languages, language, market, texts }: PageModel): ViewElement | false {
  const others = languages.filter((each) => each !== language);
  if (others.length === 0) return false;
  return h(
    'nav',
    { class: 'languages', 'aria-label': texts.chooseLanguage },
    others.map((each) =>
      h(
        'a',
        {
          href: addressOf(market?.market, each),
          lang: each,
          hreflang: each,
          'aria-label': `${each.toUpperCase()} ${languageNames[each] ?? ''}`,
        },
        each.toUpperCase(),
      ),
    ),
  );
}

function addressOf(market: string | undefined, language: string): string {
  return `/${market === undefined ? '' : `m/${market}`}?lang=${language}`;
}
