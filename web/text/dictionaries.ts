import { de } from './de.ts';
import { en } from './en.ts';
import { ko } from './ko.ts';
import type { Texts } from './texts.ts';

const dictionaries: Readonly<Record<string, Texts>> = { ko, en, de };

/** Every language's texts at once: for the server; a phone loads its own alone. */
export function textsOf(language: string): Texts {
  return dictionaries[language] ?? ko;
}
