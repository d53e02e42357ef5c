import type { SignControlChange } from '#contract/sign-control.ts';
import type { SignTexts } from './texts.ts';

/** What a sign's token says, in words: `number:12` is 12, `band:few` the word for it. */
export function shownText(token: string, { words }: SignTexts): string {
  const [kind = '', value] = token.split(':');
  if (kind === 'number') return value ?? token;
  const name = kind === 'band' ? (value ?? '') : kind;
  return Object.hasOwn(words, name) ? words[name as keyof typeof words] : token;
}

/** What was asked of a sign by hand, in one line. */
export function controlText(change: SignControlChange, texts: SignTexts): string {
  const row = 'row' in change && change.row !== undefined ? ` (${texts.rowNo(change.row)})` : '';
  switch (change.kind) {
    case 'show':
      return `${texts.showWord(texts.words[change.word])}${row}`;
    case 'test':
      return texts.test;
    case 'offset':
      return `${texts.offset(Math.abs(change.bays))}${row}`;
    case 'limits':
      return `${texts.limits(change.minimum, change.maximum)}${row}`;
  }
}
