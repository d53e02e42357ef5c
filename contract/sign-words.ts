import type { SignShow } from './sign-ladder.ts';
import type { SignArrow } from './site-sign.ts';

/** The words of signs: short, and the same on every sign of a language. No schema library here. */
export interface SignWords {
  readonly plenty: string;
  readonly moderate: string;
  /** Also said of none at all, so that it promises nothing. */
  readonly few: string;
  readonly full: string;
  readonly closed: string;
  readonly test: string;
}

const words: Readonly<Record<string, SignWords>> = {
  ko: {
    plenty: '여유',
    moderate: '보통',
    few: '혼잡',
    full: '만차',
    closed: '폐쇄',
    test: '시험',
  },
  en: {
    plenty: 'Plenty',
    moderate: 'Some',
    few: 'Busy',
    full: 'Full',
    closed: 'Closed',
    test: 'Test',
  },
  de: {
    plenty: 'Frei',
    moderate: 'Einige',
    few: 'Knapp',
    full: 'Besetzt',
    closed: 'Zu',
    test: 'Test',
  },
};

/** English for a language that signs do not speak. */
export function signWordsOf(language: string): SignWords {
  return words[language] ?? (words['en'] as SignWords);
}

/** What reads in any language, and needs no font: the more marks, the more room. */
export const PLAIN_SYMBOLS: SignWords = {
  plenty: '+++',
  moderate: '++',
  few: '+',
  full: 'X',
  closed: '--',
  test: '88888888',
};

/** What stands in the place of the number; empty: nothing. */
export function signText(show: SignShow, words: SignWords): string {
  switch (show.kind) {
    case 'number':
      return String(show.vacant);
    case 'band':
      return words[show.band];
    case 'full':
      return words.full;
    case 'closed':
      return words.closed;
    case 'test':
      return words.test;
    case 'parking':
      return 'P';
    case 'blank':
      return '';
  }
}

export const SIGN_ARROW_MARKS: Readonly<Record<SignArrow, string>> = {
  left: '←',
  right: '→',
  ahead: '↑',
  here: '↓',
};

/** For controllers that know ASCII alone. */
export const PLAIN_ARROW_MARKS: Readonly<Record<SignArrow, string>> = {
  left: '<',
  right: '>',
  ahead: '^',
  here: 'v',
};
