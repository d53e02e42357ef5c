import type { Verdict } from '../lots/verdict.ts';
import type { Format } from '../text/format.ts';
import type { Texts } from '../text/texts.ts';
import { h } from './node.ts';
import type { ViewElement } from './node.ts';

/** What a pin says, in the list and on the map: a sign or a number, and the word for it. */
export interface Pin {
  readonly glyph: string;
  /** '' where the glyph is the word. */
  readonly word: string;
  readonly classes: string;
}

/**
 * `partial`: only some of the lot's bays have sensors, so that "full" would say more than is known.
 */
export function pinOf(verdict: Verdict, partial: boolean, texts: Texts, format: Format): Pin {
  const { look, vacant, delayed } = verdict;
  const classes = `pin pin-${look}${delayed ? ' pin-delayed' : ''}`;
  const word = texts.looks[look];
  switch (look) {
    case 'plenty':
    case 'few':
      return vacant === undefined
        ? { glyph: word, word: '', classes: `${classes} pin-word` }
        : { glyph: format.count(vacant), word, classes };
    case 'full':
      return partial
        ? { glyph: format.count(0), word: texts.sensedFull, classes }
        : { glyph: texts.fullInPin, word: '', classes: `${classes} pin-word` };
    case 'noData':
      return { glyph: '?', word, classes };
    case 'closed':
      return { glyph: '✕', word, classes };
    case 'noLiveCount':
      return { glyph: 'P', word: '', classes };
  }
}

export function pinView({ glyph, word, classes }: Pin): ViewElement {
  return h(
    'span',
    { class: 'pin-column' },
    h('span', { class: classes, 'aria-hidden': word === '' ? undefined : 'true' }, glyph),
    word !== '' && h('span', { class: 'pin-caption' }, word),
  );
}
