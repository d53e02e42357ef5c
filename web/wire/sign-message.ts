import type { LotId, SignId } from '#contract/ids.ts';
import { SIGN_BANDS, SIGN_CAUSES } from '#contract/sign-ladder.ts';
import type { SignShow } from '#contract/sign-ladder.ts';
import type { SignMessage } from '#contract/sign-message.ts';
import { flag, id, list, natural, oneOf, parsedJson, shape, text } from './read.ts';
import type { Reader } from './read.ts';

const band = oneOf(SIGN_BANDS);
const kind = shape({
  kind: oneOf(['number', 'band', 'full', 'parking', 'closed', 'blank', 'test']),
});
const number = shape({ kind: oneOf(['number']), vacant: natural, band });
const word = shape({ kind: oneOf(['band']), band });

const show: Reader<SignShow> = (value) => {
  const { kind: said } = kind(value);
  if (said === 'number') return number(value);
  return said === 'band' ? word(value) : { kind: said };
};

const pointed = {
  lot: id<LotId>(),
  arrow: oneOf(['left', 'right', 'ahead', 'here']),
  names: list(text),
  show,
};

/** There is one version; another one has other rows. */
const version: Reader<1> = (value) => {
  oneOf(['1'])(String(value));
  return 1;
};

const signMessage: Reader<SignMessage> = shape({
  v: version,
  sign: id<SignId>(),
  serial: natural,
  publishedAt: natural,
  validForMs: natural,
  wordForMs: natural,
  lastly: oneOf(['blank', 'parking']),
  simulated: flag,
  brightness: oneOf(['day', 'night']),
  languages: list(text),
  form: oneOf(['text', 'symbol']),
  title: list(text),
  rows: list(shape({ ...pointed, cause: oneOf(SIGN_CAUSES) }, { instead: shape(pointed) })),
});

/** undefined: not a message that this page understands. */
export function parseSignMessage(json: string): SignMessage | undefined {
  return parsedJson(signMessage, json);
}
