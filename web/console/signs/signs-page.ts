import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import type { NowAnswer } from '#contract/operator-now.ts';
import { useDesk } from '../frame/desk.ts';
import { Heading } from '../parts/heading.ts';
import { Trouble } from '../parts/trouble.ts';
import { useAsked } from '../parts/use-asked.ts';
import { signsAnswer } from '../wire/sign-answers.ts';
import { SignCard } from './sign-card.ts';
import { signTexts } from './texts.ts';

const EVERY_MS = 3_000;

/** What each sign is to show, why and since when, whether it does, and what was asked of it by hand. */
export function SignsPage({ now }: { readonly now: NowAnswer | undefined }): ComponentChildren {
  const { language } = useDesk();
  const texts = signTexts[language];
  const asked = useAsked('/api/v1/operator/signs', signsAnswer, EVERY_MS);
  const { value } = asked;
  if (value === undefined) {
    return [h(Heading, { title: texts.title }), h(Trouble, { trouble: asked.trouble })];
  }
  return [
    h(Heading, { title: texts.title }),
    value.signs.length === 0 && h('p', { class: 'faint' }, texts.none),
    value.signs.map((sign) => h(SignCard, { sign, now, done: asked.again, key: sign.sign })),
  ];
}
