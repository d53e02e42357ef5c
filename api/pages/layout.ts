import { html } from './html.ts';
import type { Html } from './html.ts';
import { Html as Written } from './html.ts';
import { STYLE } from './style.ts';
import { pageTextsOf } from './texts.ts';
import type { PageLanguage } from './texts.ts';

export interface Layout {
  readonly language: PageLanguage;
  readonly title: string;
  /** Of this page, for the link to its other language. */
  readonly path: string;
  /** What the other language's link says besides: `&next=…`. */
  readonly kept?: string;
  readonly width?: 'wide';
}

/** A page without scripts: heading, content, and the way to the map and the privacy notice. */
export function pageOf({ language, title, path, kept = '', width }: Layout, content: Html): string {
  const texts = pageTextsOf(language);
  const other: PageLanguage = language === 'ko' ? 'en' : 'ko';
  const page = html`<html lang="${language}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${title} – ${texts.brand}</title><link rel="icon" href="/icon.svg" type="image/svg+xml"><style>${new Written(STYLE)}</style></head><body><header><a href="/?lang=${language}">${texts.toMap}</a><a href="${path}?lang=${other}${kept}" lang="${other}">${texts.otherLanguage}</a></header><main${width === 'wide' ? new Written(' class="wide"') : undefined}><h1>${title}</h1>${content}</main><footer><a href="/privacy?lang=${language}">${texts.privacy}</a></footer></body></html>`;
  return `<!doctype html>${page.text}`;
}
