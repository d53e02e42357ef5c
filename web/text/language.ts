import type { LocalText } from '#contract/site.ts';

/** Languages that the page has texts for, the fallback first. */
export const languages: readonly string[] = ['ko', 'en', 'de'];

/** How a language calls itself. */
export const languageNames: Readonly<Record<string, string>> = {
  ko: '한국어',
  en: 'English',
  de: 'Deutsch',
};

/** A text of the site file with the language it is in; `lang` only where it is not the page's. */
export interface SpokenText {
  readonly text: string;
  readonly lang: string | undefined;
}

/** The text in the page's language, else in the site's first, else in any that is there. */
export function localText(
  texts: LocalText,
  language: string,
  siteLanguages: readonly string[],
): SpokenText {
  const order = [language, ...siteLanguages, ...Object.keys(texts)];
  const found = order.find((each) => Object.hasOwn(texts, each)) ?? language;
  return { text: texts[found] ?? '', lang: found === language ? undefined : found };
}
