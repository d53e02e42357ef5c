import type { SignControlChange } from '#contract/sign-control.ts';
import type { SHOWN_WORDS } from '../wire/sign-answers.ts';
import type { UntilChoice } from '../work/until.ts';

/** What may be asked of a sign: a word, its test pattern, or how its digits are counted. */
export const ASKABLE = ['offset', 'limits', 'test'] as const;
export type Askable = (typeof SHOWN_WORDS)[number] | (typeof ASKABLE)[number];

/** What the form holds while it is filled in; numbers as they are typed. */
export interface ControlDraft {
  readonly what: Askable;
  /** From 1 at the top; undefined: all. */
  readonly row: number | undefined;
  readonly bays: string;
  readonly minimum: string;
  readonly maximum: string;
}

type ControlUntil = Exclude<UntilChoice, 'ended'>;
const OF_WORDS: readonly ControlUntil[] = ['hour', 'hours4', 'midnight', 'day', 'week'];
const OF_COUNTS: readonly ControlUntil[] = ['midnight', 'day', 'week', 'month', 'year'];

/** How long it may be asked for, and what is usual; none: it ends by itself. */
export function untilsOf(what: Askable): {
  readonly choices: readonly ControlUntil[];
  readonly usual: ControlUntil;
} {
  if (what === 'test') return { choices: [], usual: 'hour' };
  return what === 'offset' || what === 'limits'
    ? { choices: OF_COUNTS, usual: 'month' }
    : { choices: OF_WORDS, usual: 'hour' };
}

/** The change as it is sent; undefined: something is missing, is no number, or does not fit. */
export function controlFrom(draft: ControlDraft): SignControlChange | undefined {
  const row = draft.row === undefined ? {} : { row: draft.row };
  switch (draft.what) {
    case 'test':
      return { kind: 'test' };
    case 'offset': {
      const bays = wholeOf(draft.bays, 999);
      return bays ? { kind: 'offset', ...row, bays: -bays } : undefined;
    }
    case 'limits':
      return limitsFrom(draft, row);
    default:
      return { kind: 'show', ...row, word: draft.what };
  }
}

function limitsFrom(
  draft: Pick<ControlDraft, 'minimum' | 'maximum'>,
  row: { readonly row?: number },
): SignControlChange | undefined {
  const limit = (text: string) => (text.trim() === '' ? null : wholeOf(text, 9_999));
  const [minimum, maximum] = [limit(draft.minimum), limit(draft.maximum)];
  if (minimum === undefined || maximum === undefined || maximum === 0) return undefined;
  if (minimum === null && maximum === null) return undefined;
  if (minimum !== null && maximum !== null && minimum > maximum) return undefined;
  return {
    kind: 'limits',
    ...row,
    ...(minimum !== null && { minimum }),
    ...(maximum !== null && { maximum }),
  };
}

function wholeOf(text: string, most: number): number | undefined {
  const plain = text.trim();
  if (!/^\d{1,4}$/.test(plain)) return undefined;
  return Number(plain) <= most ? Number(plain) : undefined;
}
