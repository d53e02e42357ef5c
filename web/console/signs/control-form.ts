import { h } from 'preact';
import type { ComponentChildren } from 'preact';
import { useState } from 'preact/hooks';
import type { OperatorSign } from '#contract/sign-answers.ts';
import { useDesk } from '../frame/desk.ts';
import { Choice } from '../parts/choice.ts';
import { Field } from '../parts/field.ts';
import { Refusal } from '../parts/refusal.ts';
import { useDeed } from '../parts/use-deed.ts';
import { SHOWN_WORDS, signControl } from '../wire/sign-answers.ts';
import { untilOf } from '../work/until.ts';
import { signTexts } from './texts.ts';

const UNTILS = ['hour', 'hours4', 'midnight', 'day'] as const;

interface ControlFormProperties {
  readonly sign: OperatorSign;
  readonly close: (hasChanged: boolean) => void;
}

/** A word on a sign, blank among them, or its test pattern; always with an end. */
export function ControlForm({ sign, close }: ControlFormProperties): ComponentChildren {
  const { language, site, now } = useDesk();
  const texts = signTexts[language];
  const deed = useDeed();
  const [what, setWhat] = useState<(typeof SHOWN_WORDS)[number] | 'test'>('blank');
  const [until, setUntil] = useState<(typeof UNTILS)[number]>('hour');
  const [reason, setReason] = useState('');
  const send = async (event: SubmitEvent) => {
    event.preventDefault();
    const end = untilOf(until, now(), site.timeZone);
    const body = {
      change: what === 'test' ? { kind: 'test' } : { kind: 'show', word: what },
      // A test has the server's own short end.
      ...(what !== 'test' && end !== null && { until: new Date(end).toISOString() }),
      ...(reason.trim() !== '' && { reason: reason.trim() }),
    };
    const path = `/api/v1/operator/signs/${sign.sign}/controls`;
    if ((await deed.run(path, signControl, { body })) !== undefined) close(true);
  };
  return h(
    'form',
    { class: 'form', onSubmit: (event: SubmitEvent) => void send(event) },
    Choice({
      label: texts.what,
      value: what,
      choices: [
        ...SHOWN_WORDS.map((word) => [word, texts.showWord(texts.words[word])] as const),
        ['test', texts.test] as const,
      ],
      choose: setWhat,
    }),
    what === 'test'
      ? h('p', { class: 'faint' }, texts.testEnds)
      : Choice({
          label: texts.until,
          value: until,
          choices: UNTILS.map((each) => [each, texts.untils[each]] as const),
          choose: setUntil,
        }),
    h(Field, { label: texts.reason, value: reason, maxLength: 60, type: setReason }),
    h(Refusal, { deed, words: texts.refused }),
    h(
      'div',
      { class: 'buttons' },
      h('button', { type: 'submit', class: 'strong', disabled: deed.isRunning }, texts.send),
      h('button', { type: 'button', onClick: () => close(false) }, texts.cancel),
    ),
  );
}
