import type { SiteAnswer } from '#contract/http.ts';
import type { PageInput } from '#contract/page.ts';
import { FIRST_TRIP } from '../lots/trip.ts';
import { NO_WISHES } from '../lots/wishes.ts';
import { lotNowOfAnswer } from '../lots/lot-now.ts';
import { textsOf } from '../text/dictionaries.ts';
import { headerView } from '../view/header.ts';
import { escapeHtml, htmlOf, scriptJson } from '../view/html.ts';
import { legendView } from '../view/legend.ts';
import { detailsView } from '../view/lot-details.ts';
import { moreView } from '../view/more.ts';
import { yoursView } from '../view/yours.ts';
import { listView } from '../view/lot-list.ts';
import { h } from '../view/node.ts';
import type { ViewElement } from '../view/node.ts';
import type { ClientAssets } from './assets.ts';
import { smallPage } from './small-document.ts';
import { pageModelOf, wordingOf } from './model.ts';
import type { PageModel, Wording } from './model.ts';

/** The whole HTML document: everything that a reader without scripts needs, the list first. */
export function documentOf(input: PageInput, assets: ClientAssets): string {
  const { site, markets, lots, market, language, at, arriveInMinutes, far, flows } = input;
  const now = new Map(lots.map((lot) => [lot.lot, lotNowOfAnswer(lot)]));
  const model = pageModelOf(
    {
      site,
      markets,
      lots,
      market,
      language,
      now,
      at,
      connection: { kind: 'static' },
      simulated: site.simulated,
      selected: undefined,
      trip: { ...FIRST_TRIP, arriveInMinutes },
      wishes: NO_WISHES,
      flows: new Map(flows.map((flow) => [flow.lot, flow])),
      far,
      yours: undefined,
      platform: undefined,
      pageUrl: '',
      extra: { details: detailsView, more: moreView, yours: yoursView },
      app: undefined,
      contactAgeMs: 0,
    },
    knownWordingOf(language, site),
  );
  // Two texts must not be escaped as HTML: neither a script's nor a style's content is any.
  const initial = `<script type="application/json" id="initial">${scriptJson(input)}</script>`;
  const [head, bodyView] =
    input.form === 'page'
      ? [headOf(model, input, assets), bodyOf(model)]
      : smallPage(input.form, model, assets);
  const start = `<!doctype html><html lang="${escapeHtml(language)}">`;
  const body = htmlOf(bodyView).slice(0, -BODY_END.length);
  const style = input.form === 'page' ? `<style>${assets.style}</style>` : '';
  const headHtml = `${htmlOf(head).slice(0, -HEAD_END.length)}${style}${HEAD_END}`;
  return `${start}${headHtml}${body}${initial}${BODY_END}</html>`;
}

const HEAD_END = '</head>';
const BODY_END = '</body>';

/** The last site's, by language: Intl's formats take longer to make than a page to write. */
const wordings = new Map<string, { readonly site: SiteAnswer; readonly wording: Wording }>();

function knownWordingOf(language: string, site: SiteAnswer): Wording {
  const known = wordings.get(language);
  if (known?.site === site) return known.wording;
  const wording = wordingOf(language, site, textsOf(language));
  wordings.set(language, { site, wording });
  return wording;
}

function headOf(
  { texts, language, languages, local, market, site }: PageModel,
  { publicUrl }: PageInput,
  assets: ClientAssets,
): ViewElement {
  const name = local(market ? market.name : site.name).text;
  return h(
    'head',
    {},
    h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('title', {}, `${texts.title(name)} – ${texts.brand}`),
    h('meta', { name: 'description', content: texts.about(name) }),
    // What a messenger shows of a link. It is kept there for days: no number belongs into it.
    graph('type', 'website'),
    graph('site_name', texts.brand),
    graph('title', texts.title(name)),
    graph('description', texts.about(name)),
    graph('locale', LOCALES[language] ?? language),
    languages
      .filter((each) => each !== language)
      .map((each) => graph('locale:alternate', LOCALES[each] ?? each)),
    publicUrl !== undefined && [
      graph('url', `${publicUrl}${market ? `/m/${market.market}` : '/'}?lang=${language}`),
      graph('image', publicUrl + pictureOf(market?.market, language)),
      graph('image:width', '1200'),
      graph('image:height', '630'),
    ],
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('meta', {
      name: 'theme-color',
      content: '#f6f7f9',
      media: '(prefers-color-scheme: light)',
    }),
    h('meta', { name: 'theme-color', content: '#12161b', media: '(prefers-color-scheme: dark)' }),
    h('link', { rel: 'manifest', href: '/manifest.webmanifest' }),
    h('link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }),
    h('link', { rel: 'apple-touch-icon', href: '/icon-180.png' }),
    assets.scripts.map((src) => h('script', { type: 'module', src })),
    [assets.texts[language], ...assets.preloads].map(
      (href) => href !== undefined && h('link', { rel: 'modulepreload', href }),
    ),
  );
}

/** A market's own, of its lots no number; else the page's. */
const pictureOf = (market: string | undefined, language: string): string =>
  market === undefined
    ? `/og-${language === 'ko' ? 'ko' : 'en'}.png`
    : `/m/${market}/link.png?lang=${language}`;

/** Open Graph wants a territory with the language. */
const LOCALES: Readonly<Record<string, string>> = { ko: 'ko_KR', en: 'en_GB', de: 'de_DE' };

const graph = (property: string, content: string): ViewElement =>
  h('meta', { property: `og:${property}`, content });

function bodyOf(model: PageModel): ViewElement {
  const { texts } = model;
  return h(
    'body',
    {},
    h('a', { class: 'skip', href: '#list' }, texts.skipToList),
    h('a', { class: 'skip', href: '#map' }, texts.skipToMap),
    h('header', { class: 'top', id: 'top' }, headerView(model)),
    h('main', { class: 'list', id: 'list', tabindex: -1 }, listView(model)),
    h(
      'section',
      { class: 'map-area', id: 'map', tabindex: -1, 'aria-label': texts.map },
      h('div', { class: 'map', id: 'map-canvas' }),
      h('div', { class: 'map-buttons', id: 'map-buttons' }),
      legendView(texts),
      h('p', { class: 'map-attribution', id: 'map-attribution', hidden: true }),
    ),
    h('p', { class: 'spoken', id: 'spoken', role: 'status' }),
    h('dialog', { class: 'sheet', id: 'sheet' }),
  );
}
