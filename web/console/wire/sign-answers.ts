import type { LotId, SignId } from '#contract/ids.ts';
import type { OperatorSign, OperatorSignsAnswer } from '#contract/sign-answers.ts';
import type { SignControl, SignControlChange } from '#contract/sign-control.ts';
import type { SignCause } from '#contract/sign-ladder.ts';
import {
  dictionary,
  finite,
  flag,
  id,
  list,
  natural,
  nullable,
  oneOf,
  shape,
  text,
} from '../../wire/read.ts';
import type { Reader } from '../../wire/read.ts';

/** Words that an operator may put on a sign; no digits: those are counted. */
export const SHOWN_WORDS = [
  'blank',
  'parking',
  'plenty',
  'moderate',
  'few',
  'full',
  'closed',
] as const;

const byKind: { readonly [Kind in SignControlChange['kind']]: Reader<SignControlChange> } = {
  show: shape({ kind: oneOf(['show']), word: oneOf(SHOWN_WORDS) }, { row: natural }),
  offset: shape({ kind: oneOf(['offset']), bays: finite }, { row: natural }),
  limits: shape({ kind: oneOf(['limits']) }, { row: natural, minimum: natural, maximum: natural }),
  test: shape({ kind: oneOf(['test']) }),
};
const kindOf = shape({ kind: oneOf(['show', 'offset', 'limits', 'test']) });
const change: Reader<SignControlChange> = (value) => byKind[kindOf(value).kind](value);

export const signControl: Reader<SignControl> = shape(
  { id: text, sign: id<SignId>(), change, from: text, until: text, author: text },
  { reason: text },
);

export const signControls: Reader<{ readonly controls: readonly SignControl[] }> = shape({
  controls: list(signControl),
});

const sign: Reader<OperatorSign> = shape({
  sign: id<SignId>(),
  name: dictionary(text),
  rows: list(
    shape({
      lot: id<LotId>(),
      shows: text,
      // A cause that this page has no words for is shown as it is.
      cause: text as Reader<SignCause>,
      instead: nullable(id<LotId>()),
    }),
  ),
  since: text,
  report: nullable(
    shape({
      via: oneOf(['page', 'mqtt', 'modbus']),
      shows: list(text),
      since: text,
      heardAt: text,
    }),
  ),
  agreement: oneOf(['agrees', 'differs', 'silent', 'unheard']),
  controls: list(signControl),
  digits: nullable(shape({ heightMm: natural, neededMm: natural })),
});

export const signsAnswer: Reader<OperatorSignsAnswer> = shape({
  simulated: flag,
  at: text,
  signs: list(sign),
});
