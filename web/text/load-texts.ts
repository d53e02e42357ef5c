import type { Texts } from './texts.ts';

/** The texts of one language, over the network; rejects where they cannot be had. */
export async function loadTexts(language: string): Promise<Texts> {
  switch (language) {
    case 'en':
      return (await import('./en.ts')).en;
    case 'de':
      return (await import('./de.ts')).de;
    default:
      return (await import('./ko.ts')).ko;
  }
}
