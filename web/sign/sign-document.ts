import type { SignMessage } from '#contract/sign-message.ts';
import { layoutShow } from '#contract/sign-fade.ts';
import type { PageAssets } from '../page/assets.ts';
import { escapeHtml, htmlOf, scriptJson } from '../view/html.ts';
import { h } from '../view/node.ts';
import { signFace } from './sign-face.ts';

/** The sign's page as HTML: where lots are, and nothing of them until its script has asked. */
export function signDocumentOf(message: SignMessage, assets: PageAssets): string {
  const rows = message.rows.map(({ lot, arrow, names, show, cause }) => ({
    lot,
    arrow,
    names,
    show: layoutShow(show),
    cause,
  }));
  const layout: SignMessage = { ...message, rows };
  const faced = rows.map((row) => ({
    row,
    show: row.show,
    instead: undefined,
    holdsForMs: Infinity,
  }));
  const [language = 'en'] = message.languages;
  const head = h(
    'head',
    {},
    h('meta', { charset: 'utf-8' }),
    h('meta', { name: 'viewport', content: 'width=device-width, initial-scale=1' }),
    h('meta', { name: 'robots', content: 'noindex' }),
    h('title', {}, message.title[0] ?? message.sign),
    h('link', { rel: 'icon', href: '/icon.svg', type: 'image/svg+xml' }),
    assets.styles.map((href) => h('link', { rel: 'stylesheet', href })),
    assets.scripts.map((src) => h('script', { type: 'module', src })),
    assets.preloads.map((href) => h('link', { rel: 'modulepreload', href })),
  );
  const face = htmlOf(h('div', { id: 'sign', class: 'sign' }, signFace(layout, faced)));
  // The one text that must not be escaped as HTML: a script's content is no HTML.
  const initial = `<script type="application/json" id="initial">${scriptJson(layout)}</script>`;
  return `<!doctype html><html lang="${escapeHtml(language)}">${htmlOf(head)}<body class="${message.brightness}">${face}${initial}</body></html>`;
}
