import type { PageInput } from '#contract/page.ts';
import { h } from '../view/node.ts';
import type { ViewElement } from '../view/node.ts';
import { embedView, wallView } from '../view/small.ts';
import type { ClientAssets } from './assets.ts';
import type { PageModel } from './model.ts';

/** Head and body of a small form of the page. */
export function smallPage(
  form: Exclude<PageInput['form'], 'page'>,
  model: PageModel,
  { small, texts }: ClientAssets,
): readonly [head: ViewElement, body: ViewElement] {
  const { local, market, site, language } = model;
  const name = local(market ? market.name : site.name).text;
  const own = texts[language];
  return [
    h(
      'head',
      {},
      h('meta', { charset: 'utf-8' }),
      h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
      h('title', {}, `${model.texts.title(name)} – ${model.texts.brand}`),
      h('meta', { name: 'color-scheme', content: 'light dark' }),
      // The market's page is the one to be found.
      h('meta', { name: 'robots', content: 'noindex' }),
      small.styles.map((href) => h('link', { rel: 'stylesheet', href })),
      small.scripts.map((src) => h('script', { type: 'module', src })),
      [...(own === undefined ? [] : [own]), ...small.preloads].map((href) =>
        h('link', { rel: 'modulepreload', href }),
      ),
    ),
    h(
      'body',
      {},
      h('main', { class: form, id: 'small' }, (form === 'wall' ? wallView : embedView)(model)),
    ),
  ];
}
