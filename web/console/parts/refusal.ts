import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { Deed } from './use-deed.ts';

/** Why a deed was not done; read aloud when it comes. */
export function Refusal({
  deed,
  words,
}: {
  readonly deed: Deed;
  readonly words: (detail: string) => string;
}): ComponentChildren {
  return h(
    'div',
    { role: 'alert' },
    deed.refusal !== undefined && h('p', { class: 'trouble' }, words(deed.refusal)),
  );
}
