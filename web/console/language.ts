/** What the console has texts in, the fallback first. */
export const CONSOLE_LANGUAGES = ['ko', 'en'] as const;
export type ConsoleLanguage = (typeof CONSOLE_LANGUAGES)[number];

/** The same texts in every language: whoever writes one writes both. */
export type InLanguages<Texts> = Readonly<Record<ConsoleLanguage, Texts>>;

export function consoleLanguageOf(language: string | null): ConsoleLanguage {
  return CONSOLE_LANGUAGES.find((each) => each === language) ?? 'ko';
}
