import type { SpokenText } from '../text/language.ts';
import { h } from './node.ts';
import type { ViewNode } from './node.ts';

/** A text of the site file, marked with its language where that is not the page's. */
export function localView({ text, lang }: SpokenText): ViewNode {
  return lang === undefined ? text : h('span', { lang }, text);
}
