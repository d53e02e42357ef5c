import type { SignShow } from '#contract/sign-ladder.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import type { SignArrow } from '#contract/site-sign.ts';
import { signText, signWordsOf } from '#contract/sign-words.ts';
import type { SignWords } from '#contract/sign-words.ts';
import { h } from '../view/node.ts';
import type { ViewElement } from '../view/node.ts';
import type { FacedRow } from './sign-keeper.ts';

const SIMULATED: Readonly<Record<string, string>> = {
  ko: '모의 주차장',
  de: 'Simuliert',
  en: 'Simulated',
};

/** Marks that read in any language, the more the more room. */
const SYMBOLS: SignWords = {
  plenty: '●●●',
  moderate: '●●○',
  few: '●○○',
  full: '✕',
  closed: '⊘',
  test: '■■■',
};

/** All that the sign shows; the server writes the same with its layout. */
export function signFace(message: SignMessage, rows: readonly FacedRow[]): ViewElement[] {
  const { title, languages, simulated } = message;
  const [first = 'en'] = languages;
  return [
    h(
      'header',
      { class: 'sign-title' },
      h('span', { class: 'sign-p', 'aria-hidden': 'true' }, 'P'),
      h('h1', {}, title[0] ?? ''),
      title[1] !== undefined && h('p', { class: 'second', lang: languages[1] }, title[1]),
      simulated && h('p', { class: 'simulated' }, SIMULATED[first] ?? 'Simulated'),
    ),
    h(
      'main',
      { class: `sign-rows rows-${rows.length}` },
      h(
        'ul',
        {},
        rows.map((row) => rowView(message, row)),
      ),
    ),
  ];
}

function rowView(message: SignMessage, { row, show, instead }: FacedRow): ViewElement {
  if (show.kind === 'blank') return h('li', { class: 'row row-blank' });
  const { languages } = message;
  const [name = '', second] = row.names;
  return h(
    'li',
    { class: `row row-${show.kind}` },
    arrowView(row.arrow, 'arrow'),
    h(
      'div',
      { class: 'names' },
      h('span', { class: 'name' }, name),
      second !== undefined &&
        instead === undefined &&
        h('span', { class: 'name second', lang: languages[1] }, second),
      instead !== undefined &&
        h(
          'span',
          { class: 'instead' },
          arrowView(instead.arrow, 'arrow-small'),
          h('span', {}, instead.names[0] ?? ''),
          h('b', {}, valueText(message, instead.show)),
        ),
    ),
    valueView(message, show),
  );
}

function valueView(message: SignMessage, show: SignShow): ViewElement {
  const { languages, form } = message;
  const kind = show.kind === 'band' ? `band-${show.band}` : show.kind;
  const second = languages[1];
  const isWord = show.kind !== 'number' && show.kind !== 'parking' && form === 'text';
  const spoken = signText(show, signWordsOf(languages[0] ?? 'en'));
  return h(
    'div',
    {
      class: `value value-${kind} form-${isWord ? 'text' : form === 'text' ? 'number' : 'symbol'}`,
    },
    h('span', { class: 'said' }, valueText(message, show)),
    isWord &&
      second !== undefined &&
      h('span', { class: 'said second', lang: second }, signText(show, signWordsOf(second))),
    form === 'symbol' && show.kind !== 'number' && h('span', { class: 'spoken' }, spoken),
  );
}

function valueText({ languages, form }: SignMessage, show: SignShow): string {
  return signText(show, form === 'text' ? signWordsOf(languages[0] ?? 'en') : SYMBOLS);
}

/** Degrees by which an arrow that points up is turned; a lot that is here is pointed down at. */
const TURNS: Readonly<Record<SignArrow, number>> = { ahead: 0, right: 90, here: 180, left: 270 };
const ARROW = 'M50 6 L84 44 L72 55 L58 39 V94 H42 V39 L28 55 L16 44 Z';
const ARROW_WORDS: Readonly<Record<SignArrow, string>> = {
  left: '←',
  right: '→',
  ahead: '↑',
  here: '↓',
};

function arrowView(arrow: SignArrow, name: string): ViewElement {
  return h(
    'svg',
    { class: name, viewBox: '0 0 100 100', role: 'img', 'aria-label': ARROW_WORDS[arrow] },
    h('path', { d: ARROW, transform: `rotate(${TURNS[arrow]} 50 50)` }),
  );
}
