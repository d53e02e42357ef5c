import { consoleLanguageOf } from '../language.ts';
import type { ConsoleLanguage } from '../language.ts';

/** What somebody chose for this browser. Where it may not be kept, it holds until the page is left. */
const KEYS = { language: 'binjari.console.language', theme: 'binjari.console.theme' } as const;

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

/** A language in the address is stronger than one chosen before. */
export function chosenLanguage(fallback: string): ConsoleLanguage {
  const asked = new URLSearchParams(location.search).get('lang');
  return consoleLanguageOf(asked ?? kept(KEYS.language) ?? fallback);
}

export function chooseLanguage(language: ConsoleLanguage): void {
  keep(KEYS.language, language);
}

export function chosenTheme(): Theme {
  const theme = kept(KEYS.theme);
  return THEMES.find((each) => each === theme) ?? 'auto';
}

export function chooseTheme(theme: Theme): void {
  keep(KEYS.theme, theme);
  showTheme(theme);
}

export function showTheme(theme: Theme): void {
  document.documentElement.dataset['theme'] = theme;
}

function kept(key: string): string | null {
  try {
    return localStorage.getItem(key);
  } catch {
    return null;
  }
}

function keep(key: string, value: string): void {
  try {
    localStorage.setItem(key, value);
  } catch {
    // A browser that keeps nothing: the choice holds until the page is left.
  }
}
