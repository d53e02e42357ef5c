import type { ConsoleInput } from '#contract/page.ts';
import type { PageAssets } from '../page/assets.ts';
import { escapeHtml, htmlOf, scriptJson } from '../view/html.ts';
import { h } from '../view/node.ts';
import { frameTexts } from './frame/texts.ts';
import { consoleLanguageOf } from './language.ts';

/** The console's document: who looks and where, and the files that do the rest. */
export function consoleDocumentOf(input: ConsoleInput, assets: PageAssets): string {
  const language = consoleLanguageOf(input.language);
  const texts = frameTexts[language];
  const head = h(
    'head',
    {},
    h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('title', {}, texts.brand),
    h('meta', { name: 'color-scheme', content: 'light dark' }),
    h('meta', { name: 'robots', content: 'noindex' }),
    h('link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }),
    assets.styles.map((href) => h('link', { rel: 'stylesheet', href })),
    assets.scripts.map((src) => h('script', { type: 'module', src })),
  );
  // The one text that must not be escaped as HTML: a script's content is no HTML.
  const initial = `<script type="application/json" id="initial">${scriptJson(input)}</script>`;
  const noScript = htmlOf(h('noscript', {}, h('p', {}, texts.needsScripts)));
  return `<!doctype html><html lang="${escapeHtml(language)}">${htmlOf(head)}<body><div id="console"></div>${noScript}${initial}</body></html>`;
}
