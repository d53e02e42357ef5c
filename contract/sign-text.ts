import { TEXT_ROW_CHARACTERS } from './sign-message.ts';
import type { SignMessage } from './sign-message.ts';
import { layoutShow } from './sign-fade.ts';
import type { SignShow } from './sign-ladder.ts';
import type { SignArrow } from './site-sign.ts';
import {
  PLAIN_ARROW_MARKS,
  PLAIN_SYMBOLS,
  SIGN_ARROW_MARKS,
  signText,
  signWordsOf,
} from './sign-words.ts';

const MOST_ROWS = 3;

/**
 * The message for a controller that shows characters: arrow, name, and what is said of it at the
 * right. A lot to go to instead takes a row that is free. `layout`: where lots are, and no more.
 */
export function signTextOf(
  { rows, languages, form }: SignMessage,
  { layout = false }: { readonly layout?: boolean } = {},
): string {
  const isText = form === 'text';
  const words = isText ? signWordsOf(languages[0] ?? 'en') : PLAIN_SYMBOLS;
  const arrows = isText ? SIGN_ARROW_MARKS : PLAIN_ARROW_MARKS;
  const line = (arrow: SignArrow, name: string, show: SignShow): string => {
    const said = signText(layout ? layoutShow(show) : show, words);
    if (said === '') return '';
    // Of two languages a row has room for one; symbols are for those who read neither.
    return fitted(`${arrows[arrow]}${isText ? name : ''}`, said);
  };
  let free = MOST_ROWS - rows.length;
  return rows
    .flatMap(({ arrow, names, show, instead }) => {
      const own = line(arrow, names[0] ?? '', show);
      if (layout || instead === undefined || free === 0) return [own];
      free -= 1;
      return [own, line(instead.arrow, instead.names[0] ?? '', instead.show)];
    })
    .join('\n');
}

/** What is said is never cut; the name gives way. Characters are code points. */
function fitted(left: string, right: string): string {
  const [wide, said] = [Array.from(left), Array.from(right)];
  const room = TEXT_ROW_CHARACTERS - said.length - 1;
  const cut = wide.slice(0, Math.max(0, room)).join('').trimEnd();
  return `${cut}${' '.repeat(room - Array.from(cut).length + 1)}${right}`;
}
